"""What the provider does when something happens elsewhere: a migrate, a new password, a closed account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account import signals
from allauth.core import context
from allauth.idp.oidc.models import Client
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_out
from django.db import connections
from django.db.models.signals import post_delete, post_migrate, post_save, pre_save

from comptexpert_server.accounts.models import Account
from comptexpert_server.accounts.sign_in_limits import clear_tries
from comptexpert_server.sessions.listing import end_browsers
from comptexpert_server.sessions.token_families import end_families
from comptexpert_server.web.limits import address_of

if TYPE_CHECKING:
    from django.apps import AppConfig
    from django.http import HttpRequest

DESKTOP_CLIENT = "comptexpert-desktop"
DESKTOP_SCOPES = ("openid", "profile", "comptexpert", "offline_access")
DESKTOP_REDIRECT = "http://127.0.0.1/callback"


def connect(sessions: AppConfig) -> None:
    """Listen; Django announces the end of a migrate to applications that hold tables, which this one does not."""
    post_migrate.connect(register_desktop, sender=sessions)
    for signal in (signals.password_changed, signals.password_reset, signals.password_set, user_logged_out):
        signal.connect(end_tokens)
    signals.password_reset.connect(clear_failures)
    for change in (post_save, post_delete):
        change.connect(end_sessions_of_factor, sender=Authenticator)
    post_save.connect(end_tokens_of_closed, sender=Account)
    pre_save.connect(end_sessions_of_moved, sender=Account)


def clear_failures(*, request: HttpRequest, user: Account, **_signal: object) -> None:
    """Let an owner who has chosen a new password sign in at once, however many wrong ones were tried."""
    clear_tries(user.login_id, address=address_of(request))


def register_desktop(*, using: str, **_signal: object) -> None:
    """Lay the desktop client after each migrate: public, PKCE, loopback, consent always asked."""
    if Client._meta.db_table not in connections[using].introspection.table_names():  # noqa: SLF001 - Django documents it
        return
    Client.objects.using(using).update_or_create(
        id=DESKTOP_CLIENT,
        defaults={
            "name": "Comptexpert Desktop",
            "type": Client.Type.PUBLIC,
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


def end_tokens(*, user: object, **_signal: object) -> None:
    """End every token of the account: after a new password or a sign-out."""
    if isinstance(user, Account):
        end_families(user)


def end_tokens_of_closed(*, instance: Account, created: bool, **_signal: object) -> None:
    """End every token of an account that was closed."""
    if not created and not instance.is_active:
        end_families(instance)


def end_sessions_of_moved(*, instance: Account, **_signal: object) -> None:
    """End every session of an account whose address changes: who reads the mails can choose the password.

    Browser sessions and reset links hang on the address and end by themselves; here go the tokens, and the rows that
    list those browsers.
    """
    before = Account.objects.filter(pk=instance.pk).exclude(email=instance.email)
    if not instance._state.adding and before.exists():  # noqa: SLF001 - Django documents it
        end_families(instance)
        end_browsers(instance)


def end_sessions_of_factor(*, instance: Authenticator, created: bool = True, **_signal: object) -> None:
    """End every session of an account that has a factor more or less, but this browser's; using one changes nothing."""
    if created:
        end_families(instance.user)
        session = getattr(context.request, "session", None)  # a page has one, a call of the API and the worker do not
        end_browsers(instance.user, except_key="" if session is None else session.session_key or "")
