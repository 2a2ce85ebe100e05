# What can be done here. "make" alone lists it.
#   make run [PORT=8000]   a demo trial on this machine: nothing to install, nothing to configure
#   make test              every test, on SQLite and on a real PostgreSQL
#   make check             style, types, borders between the apps, settings
PORT ?= 8000
BIN := .venv/bin

# What a production installation must say, with addresses that lead nowhere: "check" connects to none.
PRODUCTION = PACER_ENVIRONMENT=production SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
	ALLOWED_HOSTS=pacer.example.org PUBLIC_URL=https://pacer.example.org \
	DATABASE_URL=postgres://pacer@db.example.org/pacer CELERY_BROKER_URL=redis://broker.example.org/0 \
	EMAIL_URL=smtp+tls://mail.example.org:587 DEFAULT_FROM_EMAIL=pacer@example.org

.PHONY: help setup run test check format coverage

help:
	@sed -n 's/^#   //p' Makefile
	@echo "make setup             set up .venv/ alone"
	@echo "make format            put code into the house style"
	@echo "make coverage          which lines no test runs"

setup:
	@.ci/setup dev

run:
	@.ci/setup run
	@exec $(BIN)/python -m pacer.run --port $(PORT)

test: setup
	@$(BIN)/python -m tests.suite

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/deptry .
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	@if command -v docker-compose >/dev/null; then docker-compose config --quiet \
	&& $(PRODUCTION) docker-compose --file docker-compose.production.yml config --quiet; \
	else echo "docker-compose is not installed: docker-compose.yml and that of production were NOT checked"; fi

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

coverage: setup
	$(BIN)/coverage run -m pytest -q
	$(BIN)/coverage report
