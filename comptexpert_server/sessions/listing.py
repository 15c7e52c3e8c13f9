"""Where an account is signed in: applications (token families) and browsers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.idp.oidc.models import Client
from allauth.usersessions.models import UserSession
from django.conf import settings

from comptexpert_server.sessions.schemas import SessionOut
from comptexpert_server.sessions.token_families import end_family, family_of

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_server.accounts.models import Account

BROWSER = "browser-"


def sessions_of(account: Account, *, bearer: str) -> list[SessionOut]:
    """List the sessions of an account, the latest used first."""
    names = dict(Client.objects.values_list("id", "name"))
    mine = family_of(bearer)
    found = [
        SessionOut(
            id=str(family.id),
            kind="application",
            client=names.get(family.client_id, family.client_id),
            device=family.device,
            signed_in_at=family.signed_in_at,
            used_at=family.used_at,
            expires_at=family.expires_at,
            current=mine is not None and mine.id == family.id,
        )
        for family in account.token_families.all()
    ]
    found += [
        SessionOut(
            id=f"{BROWSER}{session.pk}",
            kind="browser",
            client="",
            device=session.user_agent[:200],
            signed_in_at=session.created_at,
            used_at=session.last_seen_at,
            expires_at=session.created_at + _lifetime(),
            current=False,
        )
        for session in UserSession.objects.filter(user=account)
        if session.exists()
    ]
    return sorted(found, key=lambda item: item.used_at, reverse=True)


def end_browsers(account: Account, *, except_key: str = "") -> None:
    """End every browser session of the account, except the one of this key."""
    for session in UserSession.objects.filter(user=account).exclude(session_key=except_key):
        session.end()


def delete_old_browsers(*, now: datetime) -> int:
    """Delete what is known of browser sessions that are past their life, their addresses with them."""
    deleted, _by_table = UserSession.objects.filter(created_at__lt=now - _lifetime()).delete()
    return int(deleted)


def end_session(account: Account, *, session_id: str) -> None:
    """End one session of the account; another account's is left alone, silently."""
    number = session_id.removeprefix(BROWSER)
    if session_id.startswith(BROWSER):
        if number.isascii() and number.isdecimal():
            for session in UserSession.objects.filter(user=account, pk=int(number)):
                session.end()
        return
    for family in account.token_families.all():
        if str(family.id) == session_id:
            end_family(family)


def _lifetime() -> timedelta:
    """Return how long a browser session lasts."""
    return timedelta(seconds=settings.SESSION_COOKIE_AGE)
