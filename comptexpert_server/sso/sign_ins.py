"""When and how the person in the browser last proved who they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from allauth.account.authentication import get_authentication_records
from django.contrib.auth import SESSION_KEY

from comptexpert_server.sso.families import SignIn

if TYPE_CHECKING:
    from django.http import HttpRequest

SECOND_FACTOR = "mfa"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def latest_sign_in(request: HttpRequest) -> SignIn:
    """Give the last proof of this browser session."""
    records = get_authentication_records(request, request.user) if SESSION_KEY in request.session else []
    moments = [datetime.fromtimestamp(record["at"], UTC) for record in records]
    return SignIn(
        at=max(moments, default=_NEVER),
        second_factor=any(record["method"] == SECOND_FACTOR for record in records),
    )


def is_older_than(request: HttpRequest, *, max_age: str, now: datetime) -> bool:
    """Tell whether the last proof is older than a client accepts."""
    if not (max_age.isascii() and max_age.isdecimal()) or not request.user.is_authenticated:
        return False
    return now - latest_sign_in(request).at > timedelta(seconds=min(int(max_age), 10**9))
