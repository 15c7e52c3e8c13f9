"""The guarded OpenID provider."""

from __future__ import annotations

from django.apps import AppConfig, apps
from django.contrib.auth.signals import user_logged_out
from django.db import connections
from django.db.models.signals import post_migrate, post_save

DESKTOP_CLIENT = "comptexpert-desktop"
DESKTOP_SCOPES = ("openid", "profile", "comptexpert", "offline_access")
DESKTOP_REDIRECT = "http://127.0.0.1/callback"


class SsoApp(AppConfig):
    """The guarded OpenID provider."""

    name = "comptexpert_server.sso"
    label = "sso"

    def ready(self) -> None:
        """Register the desktop client after each migrate, and end tokens with what they hang on."""
        # Imported here: the signals' modules need every application loaded.
        from allauth.account import signals  # noqa: PLC0415

        post_migrate.connect(_register_desktop, sender=self)
        for signal in (signals.password_changed, signals.password_reset, signals.password_set, user_logged_out):
            signal.connect(_end_tokens, dispatch_uid=f"end-tokens-{id(signal)}")
        post_save.connect(_end_tokens_of_closed, sender="accounts.Account")


def _register_desktop(*, using: str, **_signal: object) -> None:
    client = apps.get_model("allauth_idp_oidc", "Client")
    if client._meta.db_table not in connections[using].introspection.table_names():  # noqa: SLF001 - Django's documented API
        return
    client.objects.using(using).update_or_create(
        id=DESKTOP_CLIENT,
        defaults={
            "name": "Comptexpert Desktop",
            "type": "public",
            "secret": "",
            "scopes": "\n".join(DESKTOP_SCOPES),
            "default_scopes": "openid",
            "grant_types": "authorization_code\nrefresh_token",
            "response_types": "code",
            "redirect_uris": DESKTOP_REDIRECT,
            "skip_consent": False,
            "data": {"client_metadata": {"post_logout_redirect_uris": [DESKTOP_REDIRECT]}},
        },
    )


def _end_tokens(*, user: object, **_signal: object) -> None:
    from comptexpert_server.accounts.models import Account  # noqa: PLC0415 - models need every application loaded
    from comptexpert_server.sso.families import end_families  # noqa: PLC0415 - likewise

    if isinstance(user, Account):
        end_families(user)


def _end_tokens_of_closed(*, instance: object, created: bool, **_signal: object) -> None:
    if not created and not getattr(instance, "is_active", True):
        _end_tokens(user=instance)
