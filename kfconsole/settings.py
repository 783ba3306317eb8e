"""Settings from the environment; every one is listed in docs/settings.md.

Without any, kfconsole runs on SQLite and one process and keeps its files in ./var.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from kfconsole import environment as env
from kfconsole.secret_key import stored_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

KF_DATA_DIR = env.folder("KF_DATA_DIR", BASE_DIR / "var")
KF_DEMO = env.switch("KF_DEMO")
KF_PUBLIC_URL = env.address("KF_PUBLIC_URL", "http://127.0.0.1:8000")
TESTING = "pytest" in sys.modules

DEBUG = env.switch("DEBUG")
SECRET_KEY = env.text("SECRET_KEY") or stored_secret_key(KF_DATA_DIR)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
ALLOWED_HOSTS += [urlsplit(KF_PUBLIC_URL).hostname]
CSRF_TRUSTED_ORIGINS = [KF_PUBLIC_URL]
IS_HTTPS = KF_PUBLIC_URL.startswith("https://")

# Both "sessions": ours has the label kf_sessions, so run `makemigrations kf_sessions`.
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "django_htmx",
    "axes",
    "csp",
    "kfconsole",
    "messaging",
    "sessions",
]

MIDDLEWARE = [
    "kfconsole.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kfconsole.middleware.AgentPreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "kfconsole.urls"
ASGI_APPLICATION = "kfconsole.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kfconsole.context.console",
            ],
        },
    }
]

# --- data -------------------------------------------------------------------------------------

DATABASES = {
    "default": env.database("DATABASE_URL", f"sqlite:///{KF_DATA_DIR / 'kfconsole.sqlite3'}")
}
DATABASES["default"]["CONN_MAX_AGE"] = None  # threads of the handler live on, so do connections
IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if IS_SQLITE:
    DATABASES["default"]["ENGINE"] = "kfconsole.sqlite3"  # Django's, and threads queue to write
    DATABASES["default"]["OPTIONS"] = {
        # A deferred transaction that turns into a writer fails at once with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
        "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;",
    }
    DATABASES["default"]["TEST"] = {"NAME": KF_DATA_DIR / "test.sqlite3"}
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            # The default Redis layer drops silently above its capacity and keeps dead members.
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL]},
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
        }
    }
else:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels.layers.InMemoryChannelLayer",
            "CONFIG": {"capacity": 10_000},
        }
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- people -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "kf_sessions.Agent"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "inbox"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# --- words and times --------------------------------------------------------------------------

USE_I18N = USE_TZ = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "kfconsole" / "locale"]
TIME_ZONE = env.zone("TIME_ZONE", "Asia/Shanghai")

# --- files ------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.folder("KF_STATIC_ROOT", KF_DATA_DIR / "static")
# `collectstatic` makes hashed, compressed files; without it they are served as they lie.
HAS_MANIFEST = (STATIC_ROOT / "staticfiles.json").exists() and not DEBUG
WHITENOISE_USE_FINDERS = not HAS_MANIFEST
# A file that changes under a running server would be announced with its old length otherwise.
WHITENOISE_AUTOREFRESH = not HAS_MANIFEST
WHITENOISE_MAX_AGE = 0 if not HAS_MANIFEST else 3600

MEDIA_ROOT = KF_DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HAS_MANIFEST or "collectstatic" in sys.argv
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
if env.text("S3_BUCKET"):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.text("S3_BUCKET"),
            "endpoint_url": env.text("S3_ENDPOINT_URL") or None,
            "region_name": env.text("S3_REGION") or None,
            "access_key": env.text("S3_ACCESS_KEY") or None,
            "secret_key": env.text("S3_SECRET_KEY") or None,
            "default_acl": None,
            "querystring_auth": True,
        },
    }
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- mail -------------------------------------------------------------------------------------

globals().update(env.mail("EMAIL_URL", "consolemail://"))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"kfconsole@{urlsplit(KF_PUBLIC_URL).hostname}")

# --- safety -----------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "media-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if IS_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env.number("KF_HSTS_SECONDS", 3600)
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
# Redirects to https, other sub-domains and preload lists are the proxy's and the operator's choice;
# secure cookies and HSTS follow from an https:// KF_PUBLIC_URL.
SILENCED_SYSTEM_CHECKS = [
    "axes.W003",
    "security.W004",
    "security.W005",
    "security.W008",
    "security.W012",
    "security.W016",
    "security.W021",
]

# --- kfconsole --------------------------------------------------------------------------------

KF_THREADS = env.number("KF_THREADS", 4)
KF_MAX_WAITING = env.number("KF_MAX_WAITING", 500)
KF_STALE_SECONDS = env.number("KF_STALE_SECONDS", 300)  # callbacks older or newer are refused
KF_CALLBACK_BYTES = 64 * 1024
KF_POLL_SECONDS = env.seconds("KF_POLL_SECONDS", 60)  # reconciles lost callbacks
KF_SWEEP_SECONDS = env.seconds("KF_SWEEP_SECONDS", 2)  # the guarantee behind every hint
KF_LEASE_SECONDS = env.seconds("KF_LEASE_SECONDS", 20)  # a dead worker's work is taken over
KF_HTTP_SECONDS = env.seconds("KF_HTTP_SECONDS", 8)  # must stay below the lease
EMAIL_TIMEOUT = KF_HTTP_SECONDS
KF_SEND_ATTEMPTS = env.number("KF_SEND_ATTEMPTS", 8)
KF_SENDS_PER_MINUTE = env.number("KF_SENDS_PER_MINUTE", 9_000)  # of 10,000 per corp and API
KF_MEDIA_BYTES = env.number("KF_MEDIA_BYTES", 25 * 1024 * 1024)
KF_REPLY_MINUTES = env.number("KF_REPLY_MINUTES", 10)  # within which customers are answered
KF_NOTICE_DAYS = env.number("KF_NOTICE_DAYS", 14)  # then notices are forgotten
KF_EXPORT_ROWS = env.number("KF_EXPORT_ROWS", 20_000)  # more are made in the background
KF_WORKER_LANES = env.number("KF_WORKER_LANES", 4)  # customers served at once by one worker

LOGGING_CONFIG = None
KF_METRICS_TOKEN = env.text("KF_METRICS_TOKEN", "")
KF_LOG = env.text("KF_LOG", "plain")
KF_LOG_LEVEL = env.text("KF_LOG_LEVEL", "INFO")

if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
