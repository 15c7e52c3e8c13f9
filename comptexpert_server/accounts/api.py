"""Sign-up, reset, sessions and `/me`."""

import hmac
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from comptexpert_server.accounts import me, services, sessions
from comptexpert_server.accounts.identifiant import mask_email
from comptexpert_server.accounts.models import Signup
from comptexpert_server.accounts.schemas import (
    AcceptedOut,
    MeOut,
    ResetIn,
    SessionsOut,
    SignupIn,
    SignupOut,
    SignupStatusOut,
)
from comptexpert_server.accounts.signing_up import sign_up
from comptexpert_server.config.clock import now
from comptexpert_server.config.conditional import not_modified
from comptexpert_server.config.limits import Limit, address_of, consume
from comptexpert_server.config.pacing import paced
from comptexpert_server.config.policy import Policy, caller, declare
from comptexpert_server.config.problems import ProblemError, invalid, not_found, too_many
from comptexpert_server.inbox.services import ANONYMOUS, Answer, once

router = Router()
RESETS_BY_ADDRESS = Limit(name="reset-address", count=60, window=timedelta(hours=1), by_address=True)
SIGNUPS_BY_ADDRESS = Limit(name="signup-address", count=600, window=timedelta(hours=1), by_address=True)


@router.post("/signups", response={202: SignupOut}, **declare(Policy.PUBLIC, idempotent=True))
def create_signup(request: HttpRequest, body: SignupIn) -> HttpResponse:
    """Ask for an account; the mail goes to the registry's address, or to the one given when there is no entry."""
    moment = now()

    def effect() -> Answer | ProblemError:
        wait = consume(SIGNUPS_BY_ADDRESS, subject=address_of(request), now=moment)
        if wait:
            return too_many("TOO_MANY_REQUESTS", retry_after=wait)
        return sign_up(body, address=address_of(request), now=moment)

    with paced(settings.SIGNUP_BEAT):
        return once(request, scope=ANONYMOUS, effect=effect)


@router.get("/signups/{signup_id}", response=SignupStatusOut, **declare(Policy.PUBLIC))
def signup_status(request: HttpRequest, signup_id: UUID) -> SignupStatusOut:
    """Say where a sign-up stands, to whoever holds its claim."""
    return _status_of(_claimed(request, signup_id))


@router.post("/signups/{signup_id}/resend", response={202: SignupStatusOut}, **declare(Policy.PUBLIC, idempotent=True))
def resend_activation(request: HttpRequest, signup_id: UUID) -> HttpResponse:
    """Send the activation mail again, with a new link."""
    signup = _claimed(request, signup_id)

    def effect() -> Answer | ProblemError:
        wait = services.resend(signup, now=now())
        if wait:
            return too_many("TOO_MANY_REQUESTS", retry_after=wait)
        return Answer(status=HTTPStatus.ACCEPTED, body=_status_of(signup))

    return once(request, scope=ANONYMOUS, effect=effect)


@router.post("/password-resets", response={202: AcceptedOut}, **declare(Policy.PUBLIC))
def ask_password_reset(request: HttpRequest, body: ResetIn) -> Status[AcceptedOut]:
    """Send what helps the owner back in; the answer is always the same."""
    if bool(body.login_id) == bool(body.email):
        raise invalid(login_id="MISSING")
    wait = consume(RESETS_BY_ADDRESS, subject=address_of(request), now=now())
    if wait:
        raise too_many("TOO_MANY_REQUESTS", retry_after=wait)
    services.ask_reset(login_id=body.login_id or "", email=body.email or "", now=now())
    return Status(HTTPStatus.ACCEPTED, AcceptedOut())


@router.get("/me", response=MeOut, **declare(Policy.ACCOUNT))
def read_me(request: HttpRequest) -> HttpResponse:
    """Give the caller, the cabinets, and what each service opens and why."""
    shown = me.describe(caller(request))
    tag = f'"{shown.version}"'
    return not_modified(request, tag=tag) or HttpResponse(
        shown.model_dump_json(), content_type="application/json", headers={"ETag": tag}
    )


@router.get("/sessions", response=SessionsOut, **declare(Policy.ACCOUNT))
def list_sessions(request: HttpRequest) -> SessionsOut:
    """List where the caller is signed in."""
    return SessionsOut(items=sessions.sessions_of(caller(request), bearer=_bearer(request)))


@router.delete("/sessions/{session_id}", response={204: None}, **declare(Policy.ACCOUNT))
def end_session(request: HttpRequest, session_id: str) -> Status[None]:
    """Sign out one place; ending it again changes nothing."""
    sessions.end_session(caller(request), session_id=session_id)
    return Status(HTTPStatus.NO_CONTENT, None)


def _bearer(request: HttpRequest) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip()


def _claimed(request: HttpRequest, signup_id: UUID) -> Signup:
    """Give a sign-up to whoever holds its claim; 404 alike for an unknown one and a wrong claim."""
    signup = Signup.objects.select_related("account").filter(pk=signup_id).first()
    given = services.digest(request.headers.get("Comptexpert-Claim", ""))
    if signup is None or not hmac.compare_digest(given, signup.claim_digest):
        raise not_found()
    return signup


def _status_of(signup: Signup) -> SignupStatusOut:
    status = "activation_sent"
    if signup.link_used_at is not None:
        status = "activated"
    elif now() - signup.link_sent_at > settings.ACTIVATION_LIFETIME:
        status = "expired"
    shown = "" if settings.NEUTRAL_IDENTIFICATION else mask_email(signup.email)
    return SignupStatusOut(id=signup.id, status=status, login_id=signup.login_id, masked_email=shown)
