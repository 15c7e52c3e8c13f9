"""How surely we must know who acts: a second factor, and a recent sign-in, as an operation declares them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

from comptexpert_server.sessions.token_families import SignIn, family_of
from comptexpert_server.web.policy import StepUp
from comptexpert_server.web.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from django.http import HttpRequest

    from comptexpert_server.accounts.models import Account

    SignedIn = Callable[[], SignIn | None]


def latest_proof(request: HttpRequest) -> SignIn | None:
    """Return when and how the person proved who they are for the token of this request; a refresh proves nothing."""
    family = family_of(request.headers.get("Authorization", "").partition(" ")[2])
    return None if family is None else SignIn(at=family.signed_in_at, second_factor=family.second_factor)


def require_step_up(account: Account, step_up: StepUp, *, signed_in: SignedIn, now: datetime) -> None:
    """Refuse 403 until the session is as sure as the settings want for this step-up.

    `FACTOR_REQUIRED` wants an account with a second factor, and a session whose last proof was one; `STEP_UP_AGE`, a
    timedelta or None, is the age at which that proof is too old.
    """
    if step_up not in {StepUp.FACTOR, StepUp.FRESH}:
        return
    if settings.FACTOR_REQUIRED and not is_mfa_enabled(account):
        raise ProblemError(HTTPStatus.FORBIDDEN, "AUTH_FACTOR_REQUIRED", detail="This needs a second factor.")
    age: timedelta | None = settings.STEP_UP_AGE if step_up is StepUp.FRESH else None
    if not settings.FACTOR_REQUIRED and age is None:
        return
    proof = signed_in()
    is_weak = proof is None or (settings.FACTOR_REQUIRED and not proof.second_factor)
    if is_weak or proof is None or (age is not None and proof.at < now - age):
        raise ProblemError(HTTPStatus.FORBIDDEN, "AUTH_STEP_UP", detail="This needs a recent sign-in.")
