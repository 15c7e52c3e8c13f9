"""What the caller is and may do, and what they do with their own account."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from comptexpert_server.accounts import address_change
from comptexpert_server.accounts.caller import caller
from comptexpert_server.accounts.login_id import mask_email
from comptexpert_server.base.clock import now
from comptexpert_server.base.typed_values import clean_email
from comptexpert_server.delegations import weekly
from comptexpert_server.delegations.closing import close_account
from comptexpert_server.inbox.services import Answer, once
from comptexpert_server.me import me
from comptexpert_server.me.grantors import grantors_for
from comptexpert_server.me.own_account import correct_name, require_own_word
from comptexpert_server.me.personal_data import data_of
from comptexpert_server.me.profile_story import story_of
from comptexpert_server.me.schemas import (
    AddressChangeOut,
    EmailIn,
    GrantorsOut,
    MailsIn,
    MeOut,
    MyDataOut,
    NameIn,
    ProfileStoryOut,
)
from comptexpert_server.web import rates
from comptexpert_server.web.conditional import not_modified
from comptexpert_server.web.limits import TooManyTriesError
from comptexpert_server.web.policy import Policy, StepUp, declare
from comptexpert_server.web.problems import ProblemError, invalid, too_many

router = Router()


@router.get("/me", response={200: MeOut, 304: None}, **declare(Policy.ACCOUNT, rate=rates.READ))
def read_me(request: HttpRequest) -> HttpResponse:
    """Give the caller, the cabinets, and what each service opens and why."""
    shown = me.describe(caller(request))
    tag = f'"{shown.version}"'
    return not_modified(request, tag=tag) or HttpResponse(
        shown.model_dump_json(), content_type="application/json", headers={"ETag": tag}
    )


@router.get("/me/profile", response=ProfileStoryOut, **declare(Policy.ACCOUNT, rate=rates.READ))
def read_my_profile(request: HttpRequest) -> ProfileStoryOut:
    """Give the profiles that the caller had, and what each other one would open, close and end."""
    return story_of(caller(request))


@router.get("/me/grantors", response=GrantorsOut, **declare(Policy.ACCOUNT, rate=rates.READ))
def read_my_grantors(request: HttpRequest) -> GrantorsOut:
    """Give those whom the caller may ask for a right in the cabinets that they are a member of."""
    return grantors_for(caller(request))


@router.get("/me/data", response=MyDataOut, **declare(Policy.ACCOUNT, rate=rates.BULK, step_up=StepUp.FRESH))
def read_my_data(request: HttpRequest) -> MyDataOut:
    """Give what the server holds of the caller, table by table."""
    return data_of(caller(request), now=now())


@router.post(
    "/me/email",
    response={202: AddressChangeOut},
    **declare(Policy.ACCOUNT, rate=rates.WRITE, idempotent=True, codes=("ACCOUNT_OF_REGISTRY",)),
)
def change_my_email(request: HttpRequest, body: EmailIn) -> HttpResponse:
    """Ask for another address: both are written to, and the old one may stop the change for 72 hours."""
    account, moment = caller(request), now()

    def effect() -> Answer | ProblemError:
        require_own_word(account)
        email = clean_email(body.email)
        if email is None:
            raise invalid(email="INVALID")
        wait = address_change.ask(account, email=email, at=moment)
        if wait:
            return too_many("TOO_MANY_REQUESTS", retry_after=wait)
        shown = AddressChangeOut(masked_email=mask_email(email), passes_at=moment + address_change.NOTICE)
        return Answer(status=HTTPStatus.ACCEPTED, body=shown)

    return once(request, scope=str(account.pk), effect=effect)


@router.patch(
    "/me",
    response=MeOut,
    **declare(Policy.ACCOUNT, rate=rates.WRITE, idempotent=True, codes=("ACCOUNT_OF_REGISTRY",)),
)
def correct_my_name(request: HttpRequest, body: NameIn) -> HttpResponse:
    """Correct one's own name, where no registry holds it; those who gave a right are told."""
    account = caller(request)

    def effect() -> Answer | ProblemError:
        try:
            renamed = correct_name(account, given_name=body.given_name, surname=body.surname, at=now())
        except TooManyTriesError as refused:
            return too_many("TOO_MANY_REQUESTS", retry_after=refused.wait)
        return Answer(status=HTTPStatus.OK, body=me.describe(renamed))

    return once(request, scope=str(account.pk), effect=effect)


@router.patch("/me/mails", response=MeOut, **declare(Policy.ACCOUNT, rate=rates.WRITE, idempotent=True))
def choose_my_mails(request: HttpRequest, body: MailsIn) -> HttpResponse:
    """Choose one mail a week for what asks nothing of the caller, or a mail for each again."""
    account = caller(request)

    def effect() -> Answer:
        weekly.choose(account, is_weekly=body.weekly)
        return Answer(status=HTTPStatus.OK, body=me.describe(account))

    return once(request, scope=str(account.pk), effect=effect)


@router.delete(
    "/me",
    response={204: None},
    **declare(Policy.ACCOUNT, rate=rates.WRITE, step_up=StepUp.FRESH, codes=("NOT_FOUND",)),
)
def close_my_account(request: HttpRequest) -> Status[None]:
    """Close the caller's account for good: rights end, and the register keeps its lines under a pseudonym."""
    account = caller(request)
    close_account(account, at=now(), actor=account.pk)
    return Status(HTTPStatus.NO_CONTENT, None)
