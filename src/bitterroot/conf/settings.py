"""Settings of a Bitterroot installation: safe defaults, every deployment value from the environment.

Values come from real environment variables, then from `bitterroot.env` in the home folder.
Signing keys are never settings: they are files (see `issuing/interfaces/keystore`).
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ

from bitterroot.conf.home import home

env = environ.Env()
HOME: Path = home()
if (HOME / "bitterroot.env").exists():
    env.read_env(HOME / "bitterroot.env")

TESTING = "pytest" in sys.modules
DEMO: bool = env.bool("BITTERROOT_DEMO", default=False)
DEBUG = False

SECRET_KEY: str = env.str("BITTERROOT_SECRET_KEY", default="")
if not SECRET_KEY:
    # A key of this process alone: sessions end with it. `bitterroot demo` and the operator's
    # guide write a lasting one into bitterroot.env.
    from django.core.management.utils import get_random_secret_key

    SECRET_KEY = get_random_secret_key()

# The one address that stands in every id of this institution, whatever host and port serve it.
_SET_ORIGIN: str = env.str("BITTERROOT_ORIGIN", default="").rstrip("/")
ORIGIN: str = _SET_ORIGIN or "https://demo.bitterroot.example"
POLICY_DIR: str = env.str("BITTERROOT_POLICY", default="montana")
# Files of rules that are changed hold once one has put them forward and a second has confirmed them.
POLICY_BY_TWO: bool = env.bool("BITTERROOT_POLICY_BY_TWO", default=False)
_HERE = ["localhost", "127.0.0.1", "[::1]", *(["testserver"] if TESTING else [])]
_OWN = [urlsplit(_SET_ORIGIN).hostname or ""] if _SET_ORIGIN else []
ALLOWED_HOSTS: list[str] = env.list("BITTERROOT_HOSTS", default=[*_HERE, *_OWN])
BASE_URL: str = env.str("BITTERROOT_BASE_URL", default=ORIGIN)  # where links in mails lead

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "bitterroot.record",
    "bitterroot.files",
    "bitterroot.search",
    "bitterroot.people",
    "bitterroot.governance",
    "bitterroot.programs",
    "bitterroot.proposals",
    "bitterroot.learning",
    "bitterroot.issuing",
    "bitterroot.messages",
    "bitterroot.figures",
    "bitterroot.web",
    "bitterroot.web.ui",
    "bitterroot.web.public",
    "bitterroot.web.learner",
    "bitterroot.web.faculty",
    "bitterroot.web.bodies",
    "bitterroot.web.office",
    "bitterroot.web.registrar",
    "bitterroot.web.signin",
    "bitterroot.conf",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "bitterroot.web.ui.bounds.Bounds",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "bitterroot.web.once.SentOnce",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bitterroot.web.signin.kept.KeepTyped",
    "bitterroot.web.ui.acting.RefusalMiddleware",
    "bitterroot.web.public.kept.KeptFiles",
]

ROOT_URLCONF = "bitterroot.conf.urls"
WSGI_APPLICATION = "bitterroot.conf.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bitterroot.web.ui.context.chrome",
            ],
            "builtins": ["bitterroot.web.ui.templatetags.ui"],
        },
    }
]

DATABASE_URL: str = env.str("DATABASE_URL", default=f"sqlite:///{HOME / 'bitterroot.sqlite3'}")
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # The size of a page counts in a new database alone. Three signed badges fill one of 16 kB
        # (docs/decisions/0014-pages.md); 4,000 of them are the 64 MB that the journal may keep.
        "init_command": (
            "PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32000;"
            "PRAGMA journal_size_limit=67108864; PRAGMA wal_autocheckpoint=4000"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("BITTERROOT_CONN_MAX_AGE", default=60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/work"
LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "en-us"
USE_TZ = True
TIME_ZONE = env.str("BITTERROOT_TIME_ZONE", default="America/Denver")
USE_I18N = True

STATIC_URL = "/static/"
# Files are served straight from the packages: no collectstatic step that could be forgotten.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

FILES_ROOT = HOME / "files"  # uploads by content hash
KEYS_ROOT = HOME / "keys"  # signing keys, mode 600
HEADS_ROOT = HOME / "heads"  # signed heads of the record, outside the database

# Without a mail server mails wait; the demo shows them at /demo/mail and sends none.
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="dummymail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = env.str(
    "BITTERROOT_FROM", default="Micro-credentials <micro-credentials@bitterroot.example>"
)

# On wherever an https origin is set: cookies go over https alone, and browsers remember that.
SECURE = env.bool("BITTERROOT_SECURE", default=_SET_ORIGIN.startswith("https://") and not DEMO)
# Proxies of our own in front: so many entries at the end of X-Forwarded-For are theirs, and the
# last of them says in X-Forwarded-Proto whether it was asked by https.
PROXIES = env.int("BITTERROOT_PROXIES", default=1 if SECURE else 0)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS: list[str] = env.list(
    "BITTERROOT_TRUSTED_ORIGINS", default=[_SET_ORIGIN] if _SET_ORIGIN else []
)
CSRF_FAILURE_VIEW = "bitterroot.web.ui.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if SECURE:
    SECURE_HSTS_SECONDS = 31_536_000
if SECURE and PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Only for proxies that send plain requests on: without the header nobody would get in.
    SECURE_SSL_REDIRECT = env.bool("BITTERROOT_REDIRECT", default=False)
    SECURE_REDIRECT_EXEMPT = [r"^health$"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

UPLOAD_LIMIT = 10 * 1024 * 1024  # bytes of one uploaded file
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
REQUEST_LIMIT = UPLOAD_LIMIT + DATA_UPLOAD_MAX_MEMORY_SIZE  # bytes of one request, all in all
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("BITTERROOT_LOG", default="WARNING")},
    # Refused and missing addresses stay out of the log: they may hold one-time links.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.csrf": {"level": "ERROR"},
    },
}
