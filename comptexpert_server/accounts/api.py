"""Sign-up and reset."""

import hmac
from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from comptexpert_server.accounts import services
from comptexpert_server.accounts.login_id import mask_email
from comptexpert_server.accounts.mails import LINK_KINDS
from comptexpert_server.accounts.models import Signup
from comptexpert_server.accounts.schemas import AcceptedOut, ResetIn, SignupIn, SignupOut, SignupStatusOut
from comptexpert_server.accounts.sign_up import sign_up
from comptexpert_server.base.clock import now
from comptexpert_server.inbox.services import ANONYMOUS, Answer, once
from comptexpert_server.mail.queue import was_refused
from comptexpert_server.web import rates
from comptexpert_server.web.codes import RefusalCode
from comptexpert_server.web.constant_time import paced
from comptexpert_server.web.limits import Limit, address_of, consume
from comptexpert_server.web.policy import Policy, declare
from comptexpert_server.web.problems import ProblemError, invalid, not_found, too_many

router = Router()
RESETS_BY_ADDRESS = Limit(name="reset-address", count=100, window=timedelta(hours=1), by_address=True)
SIGNUPS_BY_ADDRESS = Limit(name="signup-address", count=600, window=timedelta(hours=1), by_address=True)
SIGNUP_CODES: tuple[RefusalCode, ...] = (
    "ID_INVALID",
    "ID_TAKEN",
    "REG_ALREADY_BOUND",
    "REG_DOB_MISMATCH",
    "REG_NO_EMAIL",
    "REG_NO_MATCH",
    "REG_NUMBER_UNKNOWN",
    "REG_PROFILE_MISMATCH",
    "REG_STRUCK_OFF",
    "REG_TOO_MANY_TRIES",
)


@router.post(
    "/signups",
    response={202: SignupOut},
    **declare(Policy.PUBLIC, rate=rates.PUBLIC_WRITE, idempotent=True, codes=SIGNUP_CODES),
)
def create_signup(request: HttpRequest, body: SignupIn) -> HttpResponse:
    """Ask for an account; the mail goes to the registry's address, or to the one given when there is no entry."""
    moment = now()

    def effect() -> Answer | ProblemError:
        return sign_up_from(body, address=address_of(request), at=moment)

    with paced(settings.SIGNUP_INTERVAL):
        return once(request, scope=ANONYMOUS, effect=effect)


def sign_up_from(body: SignupIn, *, address: str, at: datetime) -> Answer | ProblemError:
    """Make the account, or give the refusal, for the API and the pages alike; an address asks only so often."""
    wait = consume(SIGNUPS_BY_ADDRESS, subject=address, now=at)
    if wait:
        return too_many("TOO_MANY_REQUESTS", retry_after=wait)
    return sign_up(body, address=address, now=at)


@router.get(
    "/signups/{signup_id}",
    response=SignupStatusOut,
    **declare(Policy.PUBLIC, rate=rates.PUBLIC_READ, codes=("NOT_FOUND",)),
)
def signup_status(request: HttpRequest, signup_id: UUID) -> SignupStatusOut:
    """Say where a sign-up stands, to whoever holds its claim."""
    return _status_of(_claimed(request, signup_id))


@router.post(
    "/signups/{signup_id}/resend",
    response={202: SignupStatusOut},
    **declare(Policy.PUBLIC, rate=rates.PUBLIC_WRITE, idempotent=True, codes=("NOT_FOUND",)),
)
def resend_activation(request: HttpRequest, signup_id: UUID) -> HttpResponse:
    """Send the activation mail again, with a new link."""
    signup = _claimed(request, signup_id)

    def effect() -> Answer | ProblemError:
        wait = services.resend(signup, now=now())
        if wait:
            return too_many("TOO_MANY_REQUESTS", retry_after=wait)
        return Answer(status=HTTPStatus.ACCEPTED, body=_status_of(signup))

    return once(request, scope=ANONYMOUS, effect=effect)


@router.post("/password-resets", response={202: AcceptedOut}, **declare(Policy.PUBLIC, rate=rates.PUBLIC_WRITE))
def ask_password_reset(request: HttpRequest, body: ResetIn) -> Status[AcceptedOut]:
    """Send what helps the owner back in; the answer is always the same."""
    if bool(body.login_id) == bool(body.email):
        raise invalid(login_id="MISSING")
    wait = consume(RESETS_BY_ADDRESS, subject=address_of(request), now=now())
    if wait:
        raise too_many("TOO_MANY_REQUESTS", retry_after=wait)
    with paced(settings.SIGNUP_INTERVAL):
        services.ask_reset(login_id=body.login_id or "", email=body.email or "", now=now())
    return Status(HTTPStatus.ACCEPTED, AcceptedOut())


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
    elif signup.ended_at is not None or now() - signup.link_sent_at > settings.ACTIVATION_TTL:
        status = "expired"
    if settings.NEUTRAL_IDENTIFICATION:
        return SignupStatusOut(id=signup.id, status=status, login_id=signup.login_id, masked_email="")
    return SignupStatusOut(
        id=signup.id,
        status=status,
        login_id=signup.login_id,
        masked_email=mask_email(signup.email),
        mail_refused=was_refused(signup.email, kinds=LINK_KINDS, since=signup.created_at),
    )
