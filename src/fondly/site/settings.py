"""Settings: everything has a default that works; the environment overrides."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from fondly.site.environment import (
    database,
    email,
    flag,
    home,
    items,
    number,
    oidc_providers,
    secret_key,
)

HERE = Path(__file__).parent
FONDLY_HOME = home()
SECRET_KEY = secret_key(FONDLY_HOME)
DEBUG = flag("FONDLY_DEBUG")
FONDLY_URL = os.environ.get("FONDLY_URL", "http://localhost:8000").rstrip("/")
ADDRESS_IS_SET = bool(os.environ.get("FONDLY_URL"))
_address = urlsplit(FONDLY_URL)
ALLOWED_HOSTS = items("FONDLY_HOSTS") or [
    _address.hostname or "localhost",
    "localhost",
    "127.0.0.1",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = [FONDLY_URL]

PRACTICES = ["rhythm", "moments"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    # Before allauth, whose pages we replace.
    "fondly.base",
    "fondly.team",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
    "ninja",
    "fondly.clients",
    "fondly.touches",
    "fondly.insight",
    "fondly.today",
    *(f"fondly.practices.{name}" for name in PRACTICES),
    "fondly.intake",
    "fondly.site",
    "django.forms",
]
MIDDLEWARE = [
    # Outermost: whatever goes wrong further in, programs are told in JSON.
    "fondly.base.web.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "fondly.team.sign_in.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fondly.base.web.RefusalMiddleware",
    # Innermost: its transaction holds the effect and the kept answer, and nothing else.
    "fondly.base.rest.idempotency.IdempotencyMiddleware",
]
ROOT_URLCONF = "fondly.site.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fondly.site.shell.shell",
            ],
        },
    }
]
# Forms are drawn by templates/django/forms, for ours and for allauth's alike.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": database(FONDLY_HOME)}
# Counts tries at signing in; shared by all processes, and by machines on PostgreSQL.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "fondly_cache",
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {
    "default": {
        "BACKEND": os.environ.get("FONDLY_TASKS", "django_tasks_db.DatabaseBackend")
    }
}
# Tells who sent a request by token: a kept answer is repeated to nobody else.
IDEMPOTENCY_CALLER = "fondly.team.tokens.recognise"
# Months of signals that are kept, this one included; 0 keeps them all.
HISTORY_MONTHS = int(number("FONDLY_HISTORY_MONTHS", 0))
# Who computes signals (duckdb or spark), and where the orders are that are not in the
# database: a folder of Parquet files, or what else Spark can read.
SCORE_ENGINE = os.environ.get("FONDLY_ENGINE", "")
SCORE_ORDERS = os.environ.get("FONDLY_ORDERS", "")
SCORE_WITHOUT_UNKNOWN = flag("FONDLY_WITHOUT_UNKNOWN")
# Empty: as Spark's own configuration says, else all cores of this machine.
SPARK_MASTER = os.environ.get("FONDLY_SPARK_MASTER", "")
# A folder that every worker of the cluster sees; empty: one of this machine.
SPARK_SCRATCH = os.environ.get("FONDLY_SPARK_SCRATCH", "")
TASK_LEASE = number("FONDLY_TASK_LEASE", 60)
TASK_ATTEMPTS = int(number("FONDLY_TASK_ATTEMPTS", 5))
TASK_BACKOFF = number("FONDLY_TASK_BACKOFF", 10)

AUTH_USER_MODEL = "team.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("UserAttributeSimilarityValidator", {"user_attributes": ["email", "name"]}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    ]
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_FORMS = {"login": "fondly.team.sign_in.forms.SignInForm"}
ACCOUNT_ADAPTER = "fondly.team.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "fondly.team.adapter.SocialAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# With the hash in every session (Django's own rule) this ends all of them.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = bool(os.environ.get("EMAIL_URL"))
ALLAUTH_TRUSTED_PROXY_COUNT = int(flag("FONDLY_PROXY"))
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
MFA_ADAPTER = "fondly.team.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Browsers take http://localhost for secure; allauth has to be told.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _address.hostname == "localhost"
MFA_TOTP_ISSUER = "Fondly"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"APPS": oidc_providers(), "OAUTH_PKCE_ENABLED": True}
}
SOCIALACCOUNT_ONLY = False
# Whom the operator's own provider vouches for by a verified address belongs to that user.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
# By link: under our CSP (form-action) a form may not lead to the provider's site.
SOCIALACCOUNT_LOGIN_ON_GET = True

# Nobody at it for so long, and a session ends; longer where one asked to be remembered.
IDLE_MINUTES = number("FONDLY_IDLE_MINUTES", 12 * 60)
IDLE_MINUTES_REMEMBERED = number("FONDLY_IDLE_MINUTES_REMEMBERED", 7 * 24 * 60)

_secure = _address.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
if _secure:  # bound to this host alone
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SECURE_SSL_REDIRECT = _secure and flag("FONDLY_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if flag("FONDLY_PROXY") else None
)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = FONDLY_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "fondly.site.statics.Statics"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
UPLOAD_LIMIT = int(number("FONDLY_UPLOAD_LIMIT", 1024**3))
FILE_UPLOAD_HANDLERS = [
    "fondly.intake.uploads.Quota",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

globals().update(email())
MAIL_IS_SET = bool(os.environ.get("EMAIL_URL"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("FONDLY_LOG", "WARNING")},
}
