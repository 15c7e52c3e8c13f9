"""A firm, for those who grant for it: its page, and what they decide for it; each change answers with the page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from comptexpert_server.accounts.caller import caller
from comptexpert_server.base.clock import now, today
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.catalogue.templates import read_templates
from comptexpert_server.delegations import eligibility, transitions, unused
from comptexpert_server.delegations.models import LIVE, OPEN, Delegation
from comptexpert_server.firms import services, setting_changes
from comptexpert_server.firms.schemas import FirmIn, TermsIn
from comptexpert_server.firms.selectors import granted_firm
from comptexpert_server.inbox.services import Answer, once
from comptexpert_server.me.firm_page import firm_answer, firm_page
from comptexpert_server.me.schemas import FirmOut
from comptexpert_server.reviews.schemas import ReviewIn
from comptexpert_server.reviews.services import open_review as open_review_of
from comptexpert_server.web import rates
from comptexpert_server.web.codes import RefusalCode
from comptexpert_server.web.conditional import etag, version_asked
from comptexpert_server.web.policy import Policy, StepUp, declare
from comptexpert_server.web.problems import invalid
from comptexpert_server.web.schemas import Day

router = Router()
KEEP_CODES: tuple[RefusalCode, ...] = (
    "DEL_NOT_GRANTEE",
    "DEL_NOT_GRANTOR",
    "DEL_REQUEST_LAPSED",
    "DEL_SELF",
    "DEL_WRONG_STATUS",
    "NOT_FOUND",
)


@router.get("/firms/{firm_id}", response=FirmOut, **declare(Policy.GRANTOR, rate=rates.READ, codes=("NOT_FOUND",)))
def read_firm(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """Give a firm, its people, its terms and its settings."""
    out = firm_page(granted_firm(caller(request), firm_id=firm_id))
    return HttpResponse(out.model_dump_json(), content_type="application/json", headers={"ETag": etag(out.version)})


@router.patch(
    "/firms/{firm_id}",
    response=FirmOut,
    **declare(Policy.GRANTOR, rate=rates.WRITE, idempotent=True, conditional=True, codes=("FIRM_STALE", "NOT_FOUND")),
)
def change_firm(request: HttpRequest, firm_id: UUID, body: FirmIn) -> HttpResponse:
    """Set what the firm decides for itself: two approvers for high-risk rights, its yearly review, its templates.

    What weakens a control (no second approver, no or a later yearly review) is announced to the peers, and holds after
    72 hours or when one of them asks for the same; asking for what is there already is the objection.
    """
    account = caller(request)
    version = version_asked(request)
    templates = None if body.templates is None else tuple(read_templates(one.model_dump() for one in body.templates))
    requested = setting_changes.Settings(
        two_approvers=body.two_approvers, review_on=body.review_on, templates=templates
    )

    def change() -> Answer:
        firm = granted_firm(account, firm_id=firm_id)
        return firm_answer(
            setting_changes.change_settings(firm, requested=requested, version=version, account=account, at=now())
        )

    return once(request, scope=str(account.pk), effect=change)


@router.post(
    "/firms/{firm_id}/terms",
    response=FirmOut,
    **declare(Policy.GRANTOR, rate=rates.WRITE, idempotent=True, codes=("NOT_FOUND",)),
)
def accept_terms(request: HttpRequest, firm_id: UUID, body: TermsIn) -> HttpResponse:
    """Accept a service's terms for the firm; its delegations become operational."""
    account = caller(request)

    def accept() -> Answer:
        transitions.lock_writer()  # the first lock of every writer: the register's comes after it
        firm = granted_firm(account, firm_id=firm_id)
        service = catalogue().service(body.service)
        if service is None or not service.requires_terms:
            raise invalid(service="NO_TERMS")
        if services.accept_terms(firm, service=service.id, account=account, at=now()):
            eligibility.touch(Delegation.objects.filter(firm=firm, service=service.id, status__in=(*OPEN, *LIVE)))
        return firm_answer(firm)

    return once(request, scope=str(account.pk), effect=accept)


@router.delete(
    "/firms/{firm_id}/members/{account_id}",
    response=FirmOut,
    **declare(Policy.GRANTOR, rate=rates.WRITE, idempotent=True, step_up=StepUp.NONE, codes=("NOT_FOUND",)),
)
def end_membership(request: HttpRequest, firm_id: UUID, account_id: UUID, on: Day | None = None) -> HttpResponse:
    """End a membership, and every right of that collaborateur in the firm: now, or at the end of the day `on`."""
    account = caller(request)

    def end() -> Answer:
        firm = granted_firm(account, firm_id=firm_id)
        if on is None:
            eligibility.member_left(firm, account_id=account_id, at=now(), actor=account.pk)
        elif on < today():
            raise invalid(on="IN_THE_PAST")
        else:
            transitions.lock_writer()  # the first lock of every writer: the register's comes after it
            services.plan_departure(firm, account_id=account_id, on=on, actor=account.pk, at=now())
            eligibility.touch(Delegation.objects.filter(firm=firm, grantee=account_id, status__in=(*OPEN, *LIVE)))
        return firm_answer(firm)

    return once(request, scope=str(account.pk), effect=end)


@router.delete(
    "/firms/{firm_id}/members/{account_id}/departure",
    response=FirmOut,
    **declare(Policy.GRANTOR, rate=rates.WRITE, idempotent=True, codes=("NOT_FOUND",)),
)
def cancel_departure(request: HttpRequest, firm_id: UUID, account_id: UUID) -> HttpResponse:
    """Cancel a departure that was planned: the person stays, and is told so; nothing changes when none was."""
    account = caller(request)

    def cancel() -> Answer:
        transitions.lock_writer()  # the first lock of every writer: the register's comes after it
        firm = granted_firm(account, firm_id=firm_id)
        services.cancel_departure(firm, account_id=account_id, actor=account.pk, at=now())
        eligibility.touch(Delegation.objects.filter(firm=firm, grantee=account_id, status__in=(*OPEN, *LIVE)))
        return firm_answer(firm)

    return once(request, scope=str(account.pk), effect=cancel)


@router.post(
    "/firms/{firm_id}/unused/{delegation_id}/keep",
    response=FirmOut,
    **declare(Policy.GRANTOR, rate=rates.WRITE, idempotent=True, codes=KEEP_CODES),
)
def keep_unused(request: HttpRequest, firm_id: UUID, delegation_id: UUID) -> HttpResponse:
    """Say that a right stays though nobody uses it; nothing changes when it is used again, or was kept already."""
    account = caller(request)

    def stay() -> Answer:
        firm = granted_firm(account, firm_id=firm_id)
        unused.keep(account, firm=firm, delegation_id=delegation_id, at=now(), today=today())
        return firm_answer(firm)

    return once(request, scope=str(account.pk), effect=stay)


@router.post(
    "/firms/{firm_id}/reviews",
    response=FirmOut,
    **declare(
        Policy.GRANTOR,
        rate=rates.WRITE,
        idempotent=True,
        step_up=StepUp.NONE,
        codes=("NOT_FOUND", "REVIEW_NOTHING", "REVIEW_OPEN"),
    ),
)
def open_review(request: HttpRequest, firm_id: UUID, body: ReviewIn | None = None) -> HttpResponse:
    """Open a review of every right that lives in the firm now."""
    account = caller(request)

    def begin() -> Answer:
        firm = granted_firm(account, firm_id=firm_id)
        closes_on = None if body is None else body.closes_on
        open_review_of(firm, closes_on=closes_on, account=account, now=now(), today=today())
        return firm_answer(firm)

    return once(request, scope=str(account.pk), effect=begin)
