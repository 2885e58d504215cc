"""One file for every place where the portal runs; what differs comes from the environment.

Safe values are the default. `.env.example` names every variable that is read here.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import env, waits

BASE_DIR = Path(__file__).resolve().parent.parent

# --- where it runs -------------------------------------------------------------------------------

DEMONSTRATION = env.truth("DEMONSTRATION", False)  # one-click sign-in and a local mailbox, on localhost only
PORT = env.number("PORT", 8000)
SITE_URL = env.text("SITE_URL", f"http://localhost:{PORT}").rstrip("/")
SECRET_KEY = env.secret("SECRET_KEY", "the demonstration signs nothing that matters" if DEMONSTRATION else None)
SECRET_KEY_FALLBACKS = env.secrets("SECRET_KEY_FALLBACKS")
DEBUG = False
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS") or LOCAL_HOSTS
HERE = ("http", "localhost")
IS_LOCAL = set(ALLOWED_HOSTS) <= set(LOCAL_HOSTS) and (urlsplit(SITE_URL).scheme, urlsplit(SITE_URL).hostname) == HERE
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / ".data")))

if DEMONSTRATION and not IS_LOCAL:
    raise ImproperlyConfigured(
        "DEMONSTRATION lets anybody sign in as anybody, so it runs on localhost only. "
        "Unset DEMONSTRATION, or unset ALLOWED_HOSTS and SITE_URL."
    )

# --- what it is made of --------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "django_countries",
    "csp",
    "core",
    "accounts",
    "partners",
    "practices",
    "visits",
    "portal",
]

MIDDLEWARE = [
    "core.requests.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # after those that set headers, so that files have them too
    "core.requests.KnownMethodsMiddleware",
    "core.health.HealthMiddleware",  # before anything that asks for the host's name or the database
    "core.compression.CompressTextMiddleware",  # after the static files, and outside of whatever sets an ETag
    "visits.release.unchanged.UnchangedItineraryMiddleware",
    "core.answers.AnswersMiddleware",  # outside of all that asks somebody to sign in
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.DeviceMiddleware",
    "core.browser_cache.BrowserCacheMiddleware",  # outside of what may end the session
    "accounts.middleware.SessionLimitsMiddleware",
    "core.languages.LanguageMiddleware",
    "core.unsent.UnsentFormMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "core.sent_once.SentOnceMiddleware",  # last, since it calls the view itself
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
                "portal.context.every_page",
            ],
        },
    }
]

CRISPY_TEMPLATE_PACK = "opendoors"
CRISPY_ALLOWED_TEMPLATE_PACKS = "opendoors"

# --- data ----------------------------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL", waits.chosen.options, conn_max_age=600, conn_health_checks=True)}

WAITS_OF_MIGRATIONS = waits.MIGRATIONS.statements  # for a command that was begun with other waits

# Sign-in limits must hold across processes, so the cache is a table that all of them share.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        # When the table is full Django throws out a third of it, live counters of sign-in tries among them.
        # So it never fills: the timetable clears out what is over.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

MEDIA_ROOT = DATA_DIR / "uploads"  # served by core.pictures, which asks who may see
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = ["core.uploads.LimitedUploadHandler"]  # in memory, up to what a picture may have
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- backups -------------------------------------------------------------------------------------

BACKUP_DIR = Path(env.text("BACKUP_DIR", str(DATA_DIR / "backups")))
BACKUP_KEEP = env.number("BACKUP_KEEP", 14)
BACKUP_AGE_RECIPIENT = env.text("BACKUP_AGE_RECIPIENT", "")
BACKUP_GPG_RECIPIENT = env.text("BACKUP_GPG_RECIPIENT", "")
PG_BIN = env.text("PG_BIN", "")  # where pg_dump, pg_restore and psql are; empty for the PATH

if BACKUP_KEEP < 1:
    raise ImproperlyConfigured(f"BACKUP_KEEP is {BACKUP_KEEP}; write how many backups to keep, at least 1.")
if BACKUP_AGE_RECIPIENT and BACKUP_GPG_RECIPIENT:
    raise ImproperlyConfigured("Set BACKUP_AGE_RECIPIENT or BACKUP_GPG_RECIPIENT; a backup is encrypted once.")

# --- languages and time --------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("cs", _("Czech"))]
LANGUAGE_NAMES = {"en": "English", "cs": "Čeština"}  # each language in its own words, for the switch
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["core.formats"]  # dates as Leeds writes them
TIME_ZONE = "Europe/London"  # the clock of the venues: Leeds time
USE_TZ = True

# --- accounts ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PortalBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:start"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation has been to the address before there is an account
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8}  # digits are the same on every keyboard
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever's password or second factor changes is told
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_FORMS = {
    "login": "accounts.forms.PasswordSignInForm",
    "request_login_code": "accounts.forms.SendCodeForm",
    "confirm_login_code": "accounts.forms.EnterCodeForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
    "confirm_password_reset_code": "accounts.forms.PasswordCodeForm",
    "reset_password_from_key": "accounts.forms.ForgottenPasswordNewForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.FirstPasswordForm",
    "reauthenticate": "accounts.forms.ProveByPasswordForm",
}
# What a stranger can try is counted by accounts/limits.py; here stands what needs a session, or a code already.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "request_login_code": None,
    "reset_password": None,
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
ALLAUTH_RATE_LIMIT_IPV6_PREFIX = 56  # what providers give to one household or office, though some give less
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
SOCIALACCOUNT_ADAPTER = "accounts.adapter.CouncilSignInAdapter"
SOCIALACCOUNT_ONLY = False
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Open Doors"
MFA_TOTP_TOLERANCE = 1  # the code before and the one after count too: typing takes time, and clocks differ
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondFactorForm",
    "reauthenticate": "accounts.forms.ProveBySecondFactorForm",
    "activate_totp": "accounts.forms.AddAppForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.RenamePasskeyForm",
    "login_webauthn": "accounts.forms.PasskeySignInForm",
    "authenticate_webauthn": "accounts.forms.PasskeySecondFactorForm",
    "reauthenticate_webauthn": "accounts.forms.ProveByPasskeyForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}  # nothing to guess here, and a council shares one address
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = IS_LOCAL  # browsers allow passkeys over http for localhost alone

# The council's own sign-in, when its issuer is set.
OPENID_CONNECT_SERVER = env.text("OPENID_CONNECT_SERVER", "")
OPENID_CONNECT_ORIGIN = "/".join(OPENID_CONNECT_SERVER.split("/")[:3])
# Domains whose addresses only the council's sign-in can give out, where it does not say "email_verified".
OPENID_CONNECT_EMAIL_DOMAINS = [domain.lower() for domain in env.names("OPENID_CONNECT_EMAIL_DOMAINS")]
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "council",
                "name": env.text("OPENID_CONNECT_NAME", "the council's sign-in"),
                "client_id": env.text("OPENID_CONNECT_CLIENT_ID", ""),
                "secret": env.text("OPENID_CONNECT_SECRET", ""),
                "settings": {"server_url": OPENID_CONNECT_SERVER},
            }
        ]
        if OPENID_CONNECT_SERVER
        else [],
    }
}

INVITATION_LASTS_DAYS = env.number("INVITATION_LASTS_DAYS", 21)
GUESTS_STAY_DAYS = 14  # guests stay signed in until two weeks after their visit
STAFF_SESSION_HOURS = env.number("STAFF_SESSION_HOURS", 12)  # a staff sign-in ends after this, whatever happens
STAFF_IDLE_MINUTES = env.number("STAFF_IDLE_MINUTES", 60)  # and after this long without a page

# --- sessions and cookies ------------------------------------------------------------------------

# Browsers share cookies between the ports of one host; the port in the name keeps two checkouts apart.
# On https a browser takes a cookie named __Host- from this very host alone, and never from a neighbour.
COOKIE_PREFIX = f"open_doors_{PORT}_" if IS_LOCAL else "__Host-open_doors_"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
DEVICE_COOKIE_NAME = f"{COOKIE_PREFIX}device"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not IS_LOCAL
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = STAFF_SESSION_HOURS * 3600
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "core.unsent.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- headers -------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = not IS_LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if IS_LOCAL else env.number("SECURE_HSTS_SECONDS", 365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not IS_LOCAL
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Set where a proxy that ends TLS writes this header itself and drops what visitors send.
if env.truth("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies of ours stand in front; an address further out in X-Forwarded-For is anybody's word.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # Browsers hold the answer to a form to this too, and the council's sign-in is such an answer.
        "form-action": [SELF, *filter(None, [OPENID_CONNECT_ORIGIN])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY = {name: [] for name in ["camera", "geolocation", "microphone", "payment", "usb", "interest-cohort"]}

# --- mail ----------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MAIL_FROM", "Open Doors <open-doors@localhost>")
MAILBOX_DIR = DATA_DIR / "mailbox"  # where the demonstration's mail lands
EMAIL_TIMEOUT = 60  # seconds; a mail server may look through a message before it answers
if DEMONSTRATION:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(MAILBOX_DIR)
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = env.text("SMTP_HOST", "localhost")
    EMAIL_PORT = env.number("SMTP_PORT", 587)
    EMAIL_HOST_USER = env.text("SMTP_USER", "")
    EMAIL_HOST_PASSWORD = env.text("SMTP_PASSWORD", "")
    EMAIL_USE_TLS = env.truth("SMTP_TLS", True)

# --- help, shown in the same place on every page -------------------------------------------------

HELP_CONTACT = {
    "name": env.text("HELP_NAME", "Demo visits desk"),
    # As guests dial it from abroad; Ofcom keeps 0113 496 0xxx free for examples.
    "phone": env.text("HELP_PHONE", "+44 113 496 0100"),
    "email": env.text("HELP_EMAIL", "visits@example.org"),
    "hours": env.text("HELP_HOURS", "08:30-17:00"),
}
COUNCIL_NAME = env.text("COUNCIL_NAME", "Leeds City Council (demonstration)")

# --- what tells how the server is doing ----------------------------------------------------------

ALARM_EMAIL = env.text("ALARM_EMAIL", "")  # who is told that a backup has failed

# Where Prometheus may ask; nowhere unless told.
METRICS_BIND = env.address("METRICS_BIND")
METRICS_DIR = DATA_DIR / "metrics"
if METRICS_BIND:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)  # prometheus_client looks for it nowhere else

# The log has request ids and no personal data. As JSON it has a line for each request too.
LOG_FORMAT = env.one_of("LOG_FORMAT", "line", "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "core.logs.RequestIdFilter"}},
    "formatters": {"line": {"()": "core.logs.LineFormatter"}, "json": {"()": "core.logs.JsonFormatter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["request_id"]},
    },
    "loggers": {
        # A page that is not there or not theirs is a person's everyday; only our own faults are told.
        "django.request": {"level": "ERROR"},
        # Whoever asks for another host is a scanner, and the answer 400 is all that there is to say.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        **({"core.requests": {"level": "INFO"}} if LOG_FORMAT == "json" else {}),
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}
