"""Django's settings, computed from the environment (environment.py). Defaults are closed."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from article6.config import environment, mail

PACKAGE = Path(__file__).resolve().parents[1]

ARTICLE6_HOME = environment.home()
ARTICLE6_REGISTRY = environment.registry()
ARTICLE6_DATA = environment.data_folder()
ARTICLE6_FONTS = environment.fonts_folder()
ARTICLE6_PRIVATE_ADDRESSES = environment.flag("ARTICLE6_PRIVATE_ADDRESSES")
ARTICLE6_BACKUPS = environment.backups_folder()
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
    # Before django-allauth, whose templates ours stand in for.
    "article6.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
]

MIDDLEWARE = [
    "article6.config.sight.SeesNothingAtFirst",
    "django.middleware.security.SecurityMiddleware",
    "article6.config.headers.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "article6.config.pages.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    # After those that keep cookies, so that theirs come along.
    "article6.web.in_place.InPlace",
    "article6.config.uploads.UploadLimit",
    "django.middleware.common.CommonMiddleware",
    "article6.config.pages.CsrfViewMiddleware",
    "article6.config.pages.AuthenticationMiddleware",
    "article6.config.signed_in.SignedIn",
    "allauth.account.middleware.AccountMiddleware",
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
AUTHENTICATION_BACKENDS = ["article6.web.sign_in.backend.PersonBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # those of earlier versions, until they are next used
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "article6.services.sign_in.passwords.LongestValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "article6.services.sign_in.passwords.BreachValidator"},
]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ARTICLE6_BREACH_RANGE = environment.web_address("ARTICLE6_BREACH_RANGE")

# Nobody signs up; who is invited signs in by login. What django-allauth says is said in our words (web/sign_in).
ACCOUNT_ADAPTER = "article6.web.sign_in.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_USERNAME_MIN_LENGTH = 1
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_FORMS = {
    "login": "article6.web.sign_in.forms.SignInForm",
    "reauthenticate": "article6.web.sign_in.forms.PasswordAgainForm",
    "change_password": "article6.web.sign_in.forms.ChangePasswordForm",
}
# Attempts that failed, for each address and for each login, whether or not somebody has it.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "machine_token": "20/m/ip,10/5m/key",
    "reauthenticate": "20/m/user",
    "change_password": "5/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = environment.whole("ARTICLE6_PROXIES", 0, least=0)
MFA_ADAPTER = "article6.web.sign_in.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_FORMS = {
    "authenticate": "article6.web.sign_in.forms.CodeForm",
    "reauthenticate": "article6.web.sign_in.forms.CodeAgainForm",
    "activate_totp": "article6.web.sign_in.forms.ActivateForm",
    "add_webauthn": "article6.web.sign_in.forms.PasskeyForm",
    "edit_webauthn": "article6.web.sign_in.forms.PasskeyNameForm",
}

# Single sign-on with a ministry's provider, where there is one.
ARTICLE6_OIDC_ISSUER = environment.web_address("ARTICLE6_OIDC_ISSUER")
ARTICLE6_OIDC_ACR = environment.words("ARTICLE6_OIDC_ACR")
ARTICLE6_OIDC_AMR = environment.words("ARTICLE6_OIDC_AMR")
SOCIALACCOUNT_ADAPTER = "article6.web.sign_in.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": environment.single_sign_on()}}

# --- Transport
# Cookies go over TLS alone. A program that answers to nobody but this machine is let off: browsers keep no such
# cookie for plain http.
_is_loopback = all(host in environment.LOOPBACK_HOSTS for host in ALLOWED_HOSTS)
_is_insecure = environment.flag("ARTICLE6_INSECURE_LOOPBACK", default=_is_loopback)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not _is_insecure
# A browser takes a cookie of such a name from this host alone, over TLS, for all of it; over plain http it takes none.
_prefix = "" if _is_insecure else "__Host-"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_prefix}sessionid", f"{_prefix}csrftoken"
BROWSER_COOKIE_NAME = f"{_prefix}browser"
# Where providers of single sign-on send people back to.
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if _is_insecure else "https"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
ARTICLE6_SESSION_S = SESSION_COOKIE_AGE = environment.whole("ARTICLE6_SESSION_S", 8 * 60 * 60)
ARTICLE6_SESSION_IDLE_S = environment.whole("ARTICLE6_SESSION_IDLE_S", 30 * 60)
CACHES = {"default": {"BACKEND": "article6.store.remembering.RememberedCache"}}
SECURE_HSTS_SECONDS = 0 if _is_insecure else 365 * 24 * 60 * 60
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "article6.web.too_old.form_too_old"
# Behind a proxy that ends TLS, a form's origin is https although the request arrives as http.
CSRF_TRUSTED_ORIGINS = [] if _is_loopback else [f"https://{host.removeprefix('.')}" for host in ALLOWED_HOSTS]

# --- Mail
globals().update(mail.server())
DEFAULT_FROM_EMAIL = SERVER_EMAIL = mail.sender()

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
