"""How surely we must know who decides: a second factor, and a recent sign-in for high-risk rights."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

from comptexpert_server.config.problems import ProblemError
from comptexpert_server.sso.families import family_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from django.http import HttpRequest

    from comptexpert_server.accounts.models import Account

    SignedIn = Callable[[], datetime | None]


def signed_in_at(request: HttpRequest) -> datetime | None:
    """Tell when the person proved who he is for the token of this request; a refreshed token is no fresh proof."""
    family = family_of(request.headers.get("Authorization", "").partition(" ")[2])
    return None if family is None else family.signed_in_at


def ask_strength(account: Account, *, high_risk: bool, signed_in: SignedIn, now: datetime) -> None:
    """Refuse 403 until the account has the factor, and the fresh sign-in, that the settings want.

    `FACTOR_REQUIRED` asks a second factor of those who grant; `STEP_UP_AGE`, a timedelta or None, is the age at which a
    sign-in is too old to grant a high-risk right.
    """
    if settings.FACTOR_REQUIRED and not is_mfa_enabled(account):
        raise ProblemError(HTTPStatus.FORBIDDEN, "AUTH_FACTOR_REQUIRED", detail="Granting needs a second factor.")
    age: timedelta | None = getattr(settings, "STEP_UP_AGE", None)
    if not high_risk or age is None:
        return
    at = signed_in()
    if at is None or at < now - age:
        raise ProblemError(HTTPStatus.FORBIDDEN, "AUTH_STEP_UP", detail="This decision needs a recent sign-in.")
