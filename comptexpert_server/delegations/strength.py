"""How surely we must know who decides: a second factor, and a recent sign-in for high-risk rights."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

from comptexpert_server.config.problems import ProblemError

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from comptexpert_server.accounts.models import Account


def ask_strength(account: Account, *, high_risk: bool, now: datetime) -> None:
    """Refuse 403 until the account has the factor, and the fresh sign-in, that the settings want.

    `FACTOR_REQUIRED` asks a second factor of those who grant; `STEP_UP_AGE`, a timedelta or None, is the age at which a
    sign-in is too old to grant a high-risk right.
    """
    if getattr(settings, "FACTOR_REQUIRED", False) and not is_mfa_enabled(account):
        raise ProblemError(HTTPStatus.FORBIDDEN, "AUTH_FACTOR_REQUIRED", detail="Granting needs a second factor.")
    age: timedelta | None = getattr(settings, "STEP_UP_AGE", None)
    if not high_risk or age is None:
        return
    if account.last_login is None or account.last_login < now - age:
        raise ProblemError(HTTPStatus.FORBIDDEN, "AUTH_STEP_UP", detail="This decision needs a recent sign-in.")
