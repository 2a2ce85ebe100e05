"""Settings of PACER.

Nothing needs to be configured for a demo on this computer; everything that a
production installation must decide is read from the environment (README, "Settings").
"""

import secrets
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("PACER_VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# "demo" invents nothing private and may run with defaults; "production" has none.
ENVIRONMENT: str = env.str("PACER_ENVIRONMENT", default="demo")
if ENVIRONMENT not in {"demo", "production"}:
    raise environ.ImproperlyConfigured(f"PACER_ENVIRONMENT is 'demo' or 'production', not {ENVIRONMENT!r}.")
IS_PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.bool("PACER_DEBUG", default=False)
if IS_PRODUCTION and DEBUG:
    raise environ.ImproperlyConfigured("PACER_DEBUG shows what nobody may see: unset it in production.")


def _secret_key() -> str:
    """Read the secret key, or make one for a demo and keep it beside its database."""
    if IS_PRODUCTION:
        return str(env.str("SECRET_KEY"))
    kept = VAR_DIR / "secret_key"
    if not kept.exists():
        kept.write_text(secrets.token_urlsafe(50))
        kept.chmod(0o600)
    return str(env.str("SECRET_KEY", default=kept.read_text()))


SECRET_KEY = _secret_key()
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS: list[str] = (
    env.list("ALLOWED_HOSTS") if IS_PRODUCTION else env.list("ALLOWED_HOSTS", default=LOOPBACK)
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Where the link of a reminder leads: a worker has no request to read it from.
PUBLIC_URL: str = (
    env.str("PUBLIC_URL") if IS_PRODUCTION else env.str("PUBLIC_URL", default="http://localhost:8000")
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "participants",
    "followup",
]

MIDDLEWARE = [
    "participants.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "pacer.middleware.RefuseUnreadableInput",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "participants.access.AccessMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "pacer.urls"
WSGI_APPLICATION = "pacer.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pacer.context.installation",
                "pacer.navigation.navigation",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- database -----------------------------------------------------------------------------------
_sqlite_url = f"sqlite:///{VAR_DIR / 'pacer.sqlite3'}"
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db("DATABASE_URL") if IS_PRODUCTION else env.db("DATABASE_URL", default=_sqlite_url)
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Deferred transactions lose races that IMMEDIATE ones win, and WAL with synchronous=NORMAL
    # loses confirmed saves in a power cut (both measured; docs/adr/0003). A connection keeps 32 MB of pages:
    # of the 2 MB that it would keep, a page of figures reads each again and again.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        " PRAGMA cache_size=-32000;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- people and sessions ------------------------------------------------------------------------
AUTH_USER_MODEL = "participants.StaffMember"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail addresses are unique, ignoring case, by a constraint
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Where staff may have their mail, such as hospital.org; none means anywhere.
STAFF_MAIL_DOMAINS: list[str] = [domain.lower() for domain in env.list("STAFF_MAIL_DOMAINS", default=[])]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "participants.accounts.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # or anybody could have mail sent to anybody
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_FORMS = {
    "login": "participants.forms.accounts.SignInForm",
    "reset_password": "participants.forms.accounts.AskForLinkForm",
    "reset_password_from_key": "participants.forms.accounts.ChoosePasswordForm",
}
ACCOUNT_RATE_LIMITS = False  # django-axes throttles, in the database, shared by all processes

AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = timedelta(minutes=5)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"
AXES_USERNAME_CALLABLE = "participants.accounts.throttled_account"
# Trying again while locked out does not prolong it: nobody is kept out for good.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are in the audit trail

SESSION_COOKIE_AGE = 15 * 60
SESSION_ENGINE = "pacer.sessions"
SESSION_SAVE_EVERY_REQUEST = True
SESSION_ABSOLUTE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "participants.views.errors.forged"

# --- what a browser is told ---------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "geolocation", "microphone", "payment", "usb")
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if IS_PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# --- languages, times, numbers ------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

# --- static files -------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))


def _package_folder(package: str) -> Path:
    """Return the folder of an installed package that ships files for browsers."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise environ.ImproperlyConfigured(f"The package {package} is not installed: run 'make setup'.")
    return Path(next(iter(spec.submodule_search_locations)))


STATICFILES_DIRS: list[Any] = [BASE_DIR / "static", ("bootstrap", _package_folder("bootstrap"))]
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
if IS_PRODUCTION:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

# --- mail ---------------------------------------------------------------------------------------
# In a demo nothing can leave this computer: the catcher listens on the loopback.
_email = env.email("EMAIL_URL") if IS_PRODUCTION else env.email("EMAIL_URL", default="smtp://127.0.0.1:8025")
EMAIL_BACKEND: str = _email["EMAIL_BACKEND"]
EMAIL_HOST: str = _email["EMAIL_HOST"]
EMAIL_PORT: int = _email["EMAIL_PORT"]
EMAIL_HOST_USER: str = _email["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD: str = _email["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS: bool = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL: bool = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL: str = (
    env.str("DEFAULT_FROM_EMAIL")
    if IS_PRODUCTION
    else env.str("DEFAULT_FROM_EMAIL", default="PACER <pacer@localhost>")
)
DEMO_MAILBOX = None if IS_PRODUCTION else VAR_DIR / "mailbox"

# --- Celery: the alarm clock, never the queue (docs/adr/0004) -----------------------------------
CELERY_BROKER_URL: str = (
    env.str("CELERY_BROKER_URL") if IS_PRODUCTION else env.str("CELERY_BROKER_URL", default="filesystem://")
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker however long that takes
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"visibility_timeout": 600}
if CELERY_BROKER_URL.startswith("filesystem"):
    _broker_dir = VAR_DIR / "broker"
    for _folder in ("queue", "control"):
        (_broker_dir / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker_dir / "queue"),
        "data_folder_out": str(_broker_dir / "queue"),
        "control_folder": str(_broker_dir / "control"),
        "polling_interval": 0.1,
    }
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_IGNORE_RESULT = True
CELERY_DB_REUSE_MAX = 100
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "refresh-figures": {
        "task": "followup.refresh_figures",
        "schedule": env.float("REFRESH_FIGURES_SECONDS", default=60.0),
        "options": {"expires": 55},
    },
    "reminder-cycle": {
        "task": "followup.reminder_cycle",
        "schedule": env.float("REMINDER_CYCLE_SECONDS", default=60.0),
        "options": {"expires": 55},
    },
    "sweep-schedules": {
        "task": "followup.sweep_schedules",
        "schedule": 24 * 60 * 60.0,
        "options": {"expires": 60 * 60},
    },
}

# From so many participants on, the figures of a choice are drawn by a task, and the page says their age.
STANDING_FIGURES_FROM: int = env.int("STANDING_FIGURES_FROM", default=400)
# From so many on, a choice that was not drawn yet is not read in parts either: the page says to wait.
AWAITED_FIGURES_FROM: int = env.int("AWAITED_FIGURES_FROM", default=5000)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "participants.log_lines.LogLine",
            "format": "%(asctime)s %(levelname)s %(request_id)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # A refused path can hold what somebody typed: the request id finds the line instead.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "axes": {"level": "WARNING"},
    },
}
