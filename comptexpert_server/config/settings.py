"""Django's settings, each declared once; what may vary comes from `environment.py`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url

from comptexpert_server.base.durable_folder import make_folder
from comptexpert_server.base.environment import in_brackets, read_environment
from comptexpert_server.base.keys import KeptSecret, LazyPem
from comptexpert_server.web.log_lines import configuration

ENVIRONMENT = read_environment()
PACKAGE = Path(__file__).resolve().parent.parent
PUBLIC_URL = ENVIRONMENT.public_url

DEBUG = ENVIRONMENT.debug
KEPT_SECRET_KEY = KeptSecret(ENVIRONMENT.data_dir, name="secret_key")
SECRET_KEY = ENVIRONMENT.secret_key or KEPT_SECRET_KEY.read()
SECRET_KEY_FALLBACKS = [*ENVIRONMENT.former_secret_keys, *KEPT_SECRET_KEY.replaced()]
"""Sessions, cursors, answers and seeds made before a rotation still open."""
ALLOWED_HOSTS = [*ENVIRONMENT.allowed_hosts, in_brackets(ENVIRONMENT.public_host)]
ROOT_URLCONF = "comptexpert_server.config.urls"
WSGI_APPLICATION = "comptexpert_server.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False
SILENCED_SYSTEM_CHECKS: list[str] = []

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "comptexpert_server.base",
    "comptexpert_server.mail",
    "comptexpert_server.accounts",
    "comptexpert_server.registry",
    "comptexpert_server.firms",
    "comptexpert_server.catalogue",
    "comptexpert_server.delegations",
    "comptexpert_server.reviews",
    "comptexpert_server.inbox",
    "comptexpert_server.audit",
    "comptexpert_server.sessions",
    "comptexpert_server.sso",
    "comptexpert_server.desk",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "comptexpert_server.sessions.browsers.BrowserSessionsApp",
    "allauth.idp.oidc",
    "post_office",
]
MIDDLEWARE = [
    "comptexpert_server.web.request_log.log_requests",
    "comptexpert_server.web.middleware.answer_headers",
    "comptexpert_server.web.middleware.sound_requests",
    "comptexpert_server.web.middleware.public_address",
    "comptexpert_server.web.too_many.LimitedPages",
    "comptexpert_server.sso.form_action_csp.let_forms_reach_sites",
    "comptexpert_server.web.page_middleware.PageSessions",
    "comptexpert_server.web.page_middleware.PageForms",
    "comptexpert_server.web.page_middleware.PageVisitors",
    "comptexpert_server.web.page_middleware.PageMessages",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

STATIC_URL = "/static/"
"""Holds the style sheets of the council's desk alone."""

# --- Language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# --- Database ----------------------------------------------------------------------------------
if ENVIRONMENT.database_url:
    _database: dict[str, Any] = dict(
        dj_database_url.parse(ENVIRONMENT.database_url, conn_max_age=60, conn_health_checks=True)
    )
else:
    make_folder(ENVIRONMENT.data_dir)
    _database = {"ENGINE": "django.db.backends.sqlite3", "NAME": ENVIRONMENT.data_dir / "comptexpert.db"}
if _database["ENGINE"] == "django.db.backends.postgresql":
    _database["ENGINE"] = "comptexpert_server.base.postgresql"
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["CONN_MAX_AGE"] = None
    _database["CONN_HEALTH_CHECKS"] = False
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA fullfsync=1; "
        "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;",
    }
DATABASES = {"default": _database}

# --- Cache: shared between workers, and never evicting what still counts --------------------------
if ENVIRONMENT.cache_url:
    CACHES: dict[str, dict[str, Any]] = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENVIRONMENT.cache_url}
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "comptexpert_cache",
            "OPTIONS": {"MAX_ENTRIES": 200_000},
        }
    }

# --- Accounts and passwords ----------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "comptexpert_server.accounts.hashers.MeasuredArgon2",
    "comptexpert_server.accounts.hashers.FormerArgon2",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "comptexpert_server.accounts.passwords.ContextWordsValidator"},
    {"NAME": "comptexpert_server.accounts.passwords.GuessableValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "signed_in"
ACCOUNT_ADAPTER = "comptexpert_server.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "comptexpert_server.accounts.forms.SignInForm",
    "reauthenticate": "comptexpert_server.accounts.forms.ProofForm",
    "change_password": "comptexpert_server.accounts.forms.PasswordForm",
    "reset_password_from_key": "comptexpert_server.accounts.forms.NewPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login_id"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_USERNAME_MIN_LENGTH = 6
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_UNIQUE_EMAIL = False
"""Two partners may share the address that the registry holds."""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS: dict[str, str | None] = {
    # Passwords have limits of our own (accounts/sign_in_limits.py); these are by address for a cabinet of 500 people.
    "login": "1000/m/ip" if ENVIRONMENT.address_limits else None,
    "reset_password_from_key": "1000/m/ip" if ENVIRONMENT.address_limits else None,
    "login_failed": "5/5m/key",  # codes of a second factor, by account
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    # Addresses that are closed here, or answered by ourselves: as tight as the library allows.
    "reset_password": "5/m/key",
    "confirm_email": "1/180s/key",
    "manage_email": "1/m/user",
    "change_phone": "1/m/user",
    "signup": "1/m/ip",
    "request_login_code": "1/m/ip",
    "verify_phone": "1/m/ip",
}
"""Each limit that allauth knows, none left to its default; a test compares the names."""
MFA_RATE_LIMITS: dict[str, str | None] = {"webauthn_login": "1000/m/ip" if ENVIRONMENT.address_limits else None}
IDP_OIDC_RATE_LIMITS: dict[str, str | None] = {
    # None of these addresses is open.
    "device_user_code": "1/m/ip",
    "client_registration": "1/m/ip",
    "cimd_fetch": "1/m/ip",
    "introspect_ip": "1/m/ip",
    "introspect_client": "1/m/key",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", *(["webauthn"] if ENVIRONMENT.has_name else [])]
MFA_ADAPTER = "comptexpert_server.accounts.mfa.FactorAdapter"
MFA_PASSKEY_LOGIN_ENABLED = ENVIRONMENT.has_name
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_FORMS = {
    "add_webauthn": "comptexpert_server.accounts.passkeys.AddPasskeyForm",
    "authenticate_webauthn": "comptexpert_server.accounts.passkeys.AuthenticatePasskeyForm",
    "login_webauthn": "comptexpert_server.accounts.passkeys.LoginPasskeyForm",
    "reauthenticate_webauthn": "comptexpert_server.accounts.passkeys.ReauthenticatePasskeyForm",
    "edit_webauthn": "comptexpert_server.accounts.mfa.RenamePasskeyForm",
}
MFA_TOTP_ISSUER = "Comptexpert"
USERSESSIONS_TRACK_ACTIVITY = False
PASSWORD_RESET_TIMEOUT = int(timedelta(minutes=30).total_seconds())
ACTIVATION_TTL = timedelta(hours=48)
NEUTRAL_IDENTIFICATION = ENVIRONMENT.neutral_identification
SIGNUP_INTERVAL = 0.2
"""Seconds: several times the work of the longest outcome, so that no outcome is told by its time."""
ADDRESS_LIMITS = ENVIRONMENT.address_limits
TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.trusted_proxies
FACTOR_REQUIRED = ENVIRONMENT.factor_required
STEP_UP_AGE = ENVIRONMENT.step_up_age

# --- OpenID provider (guarded by the room `sso`) ---------------------------------------------------
IDP_OIDC_ADAPTER = "comptexpert_server.sso.adapter.OpenIdAdapter"
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 600
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = int(timedelta(days=14).total_seconds())
REFRESH_FAMILY_TTL = timedelta(days=30)
IDP_OIDC_ROTATE_REFRESH_TOKEN = True
IDP_OIDC_RP_INITIATED_LOGOUT_ASKS_FOR_OP_LOGOUT = False
OIDC_KEY = LazyPem(ENVIRONMENT.data_dir, name="oidc.pem")
SIGNING_KEY = LazyPem(ENVIRONMENT.data_dir, name="signing.pem")

# --- Mail: written in the request's transaction, sent by `worker` ---------------------------------------
EMAIL_BACKEND = "comptexpert_server.mail.django_backend.QueueingBackend"
"""What Django and its libraries send by themselves goes through the same queue; post_office's own would compile it."""
DEFAULT_FROM_EMAIL = "Comptexpert <ne-pas-repondre@comptexpert.example>"
EMAIL_URL = ENVIRONMENT.email_url
POST_OFFICE = {
    "BACKENDS": {"default": "comptexpert_server.mail.relay.RelayBackend"},
    "CELERY_ENABLED": False,
    "OVERRIDE_RECIPIENTS": None,
    "TEMPLATE_ENGINE": "none",
}
"""Its table alone is used, see docs/adr/0046: our queue sends, and what its own functions would compile fails."""
NOTICES = {
    "account": "comptexpert_server.accounts.mails.word_again",
    "delegation": "comptexpert_server.delegations.mails.word_again",
    "absence": "comptexpert_server.firms.absence_mails.word_again",
    "departure": "comptexpert_server.firms.mails.word_departure_again",
    "departure_cancelled": "comptexpert_server.firms.mails.word_stay_again",
    "setting": "comptexpert_server.firms.mails.word_setting_again",
    "vacancy": "comptexpert_server.firms.vacancy_mails.word_again",
    "review": "comptexpert_server.reviews.mails.word_again",
    "review_reminder": "comptexpert_server.reviews.mails.word_reminder_again",
}
"""Who words again a notice that was set aside: each function takes the facts kept with it and returns mails."""
REGISTER_NAMES = "comptexpert_server.accounts.register_names.names_of"
"""Who names the people of a line of the register, as they are called when it is written."""

# --- Browser-facing security ---------------------------------------------------------------------------
SESSION_COOKIE_NAME = "__Host-comptexpert" if ENVIRONMENT.is_https else "comptexpert"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if ENVIRONMENT.is_https else "csrf"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())

# --- Logs: no personal data, no token ------------------------------------------------------------------
LOGGING: dict[str, Any] = configuration(log_format=ENVIRONMENT.log_format, level=ENVIRONMENT.log_level)
