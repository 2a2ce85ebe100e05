# PACER in a container: the same image serves pages, works, keeps time and catches mails.
FROM python:3.13-slim AS packages
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /app/.venv \
    && /app/.venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

FROM python:3.13-slim
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PACER_VAR_DIR=/var/lib/pacer
WORKDIR /app
RUN useradd --system --uid 10001 --home-dir /var/lib/pacer --create-home pacer
COPY --from=packages /app/.venv .venv
COPY manage.py ./
COPY pacer pacer
COPY participants participants
COPY followup followup
COPY templates templates
COPY static static
# Collected as production names the files, with addresses that lead nowhere and a key that is thrown away.
# They belong to the image, not to the folder of the data, which a volume covers.
RUN PACER_ENVIRONMENT=production PACER_VAR_DIR=/tmp/build STATIC_ROOT=/app/collected \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
    ALLOWED_HOSTS=localhost PUBLIC_URL=https://localhost DATABASE_URL=sqlite:////tmp/build/none \
    CELERY_BROKER_URL=redis://localhost EMAIL_URL=smtp://localhost DEFAULT_FROM_EMAIL=pacer@localhost \
    python manage.py collectstatic --no-input --verbosity 0 && rm -r /tmp/build
ENV STATIC_ROOT=/app/collected
USER pacer
VOLUME /var/lib/pacer
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "-m", "pacer.alive"]
CMD ["gunicorn", "pacer.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", \
     "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
