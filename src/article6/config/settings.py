"""Django's settings, computed from the environment (environment.py). Defaults are closed."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from article6.config import environment

PACKAGE = Path(__file__).resolve().parents[1]

ARTICLE6_HOME = environment.home()
ARTICLE6_REGISTRY = environment.registry()
ARTICLE6_DATA = environment.data_folder()
ARTICLE6_FONTS = environment.fonts_folder()
ARTICLE6_PRIVATE_ADDRESSES = environment.flag("ARTICLE6_PRIVATE_ADDRESSES")
ARTICLE6_ADDRESS = environment.address()
# Asked for when a key is used: most commands need none, and the first use may make it.
ARTICLE6_EXCHANGE_SECRET = environment.exchange_secret
ARTICLE6_EXCHANGE_DEADLINE_S = environment.whole("ARTICLE6_EXCHANGE_DEADLINE_S", 24 * 60 * 60)
ARTICLE6_EXCHANGE_RATE = environment.whole("ARTICLE6_EXCHANGE_RATE", 60_000)

DEBUG = environment.flag("ARTICLE6_DEBUG")
SECRET_KEY = environment.secret_key()
ALLOWED_HOSTS = environment.allowed_hosts()

DATABASES = environment.databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "ninja",
    "article6.store",
    "article6.web",
]

MIDDLEWARE = [
    "article6.config.sight.SeesNothingAtFirst",
    "django.middleware.security.SecurityMiddleware",
    "article6.config.headers.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "article6.config.pages.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "article6.config.pages.CsrfViewMiddleware",
    "article6.config.pages.AuthenticationMiddleware",
    "article6.config.pages.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "article6.config.urls"
WSGI_APPLICATION = "article6.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- People
AUTH_USER_MODEL = "store.Person"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# --- Transport
# Cookies go over TLS alone. A program that answers to nobody but this machine is let off: browsers keep no such
# cookie for plain http.
_is_loopback = all(host in environment.LOOPBACK_HOSTS for host in ALLOWED_HOSTS)
_is_insecure = environment.flag("ARTICLE6_INSECURE_LOOPBACK", default=_is_loopback)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not _is_insecure
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
SECURE_HSTS_SECONDS = 0 if _is_insecure else 365 * 24 * 60 * 60
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Behind a proxy that ends TLS, a form's origin is https although the request arrives as http.
CSRF_TRUSTED_ORIGINS = [] if _is_loopback else [f"https://{host.removeprefix('.')}" for host in ALLOWED_HOSTS]

# --- Languages, time
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ar", _("Arabic")),
    ("zh-hans", _("Chinese")),
    ("en", _("English")),
    ("fr", _("French")),
    ("ru", _("Russian")),
    ("es", _("Spanish")),
]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files
STATIC_URL = "static/"
STATIC_ROOT = None
# Style sheets are served from the package itself: no collecting step before the first start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django would log parameters of queries at DEBUG; they may name people.
    "loggers": {"django.db.backends": {"level": "INFO"}},
}
