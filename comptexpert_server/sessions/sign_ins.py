"""When and how the person in the browser last proved who they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from allauth.account.authentication import get_authentication_records
from django.contrib.auth import SESSION_KEY

from comptexpert_server.sessions.token_families import SignIn

if TYPE_CHECKING:
    from django.http import HttpRequest

SECOND_FACTOR = "mfa"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def latest_sign_in(request: HttpRequest) -> SignIn:
    """Return the last proof of this browser session: a factor counts only when it was that proof."""
    records = get_authentication_records(request, request.user) if SESSION_KEY in request.session else []
    latest = max(records, key=lambda record: record["at"], default=None)
    if latest is None:
        return SignIn(at=_NEVER, second_factor=False)
    return SignIn(at=datetime.fromtimestamp(latest["at"], UTC), second_factor=latest["method"] == SECOND_FACTOR)


def is_older_than(request: HttpRequest, *, max_age: str, now: datetime) -> bool:
    """Tell whether the last proof is older than a client accepts."""
    if not (max_age.isascii() and max_age.isdecimal()) or not request.user.is_authenticated:
        return False
    return now - latest_sign_in(request).at > timedelta(seconds=min(int(max_age), 10**9))
