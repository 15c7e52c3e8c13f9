"""What a firm's grantors do that touches its delegations: accept terms, end a membership."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from comptexpert_server.catalogue.book import catalogue
from comptexpert_server.config.clock import now, today
from comptexpert_server.config.conditional import etag
from comptexpert_server.config.policy import Policy, caller, declare
from comptexpert_server.config.problems import invalid
from comptexpert_server.delegations import moves, standing
from comptexpert_server.delegations.models import LIVE, OPEN, Delegation
from comptexpert_server.firms import services
from comptexpert_server.firms.present import firm_out
from comptexpert_server.firms.schemas import FirmOut, TermsIn
from comptexpert_server.firms.selectors import granted_firm
from comptexpert_server.inbox.services import Answer, once

router = Router()


@router.post("/firms/{firm_id}/terms", response=FirmOut, **declare(Policy.GRANTOR, idempotent=True))
def accept_terms(request: HttpRequest, firm_id: UUID, body: TermsIn) -> HttpResponse:
    """Accept a service's terms for the firm; its delegations become operational."""
    account = caller(request)

    def accept() -> Answer:
        moves.take_turn()  # the first lock of every writer: the register's comes after it
        firm = granted_firm(account, firm_id=firm_id)
        service = catalogue().service(body.service)
        if service is None or not service.requires_terms:
            raise invalid(service="NO_TERMS")
        if services.accept_terms(firm, service=service.id, account=account, at=now()):
            standing.touch(Delegation.objects.filter(firm=firm, service=service.id, status__in=(*OPEN, *LIVE)))
        return Answer(status=200, body=firm_out(firm), etag=etag(firm.version))

    return once(request, scope=str(account.pk), effect=accept)


@router.delete("/firms/{firm_id}/members/{account_id}", response=FirmOut, **declare(Policy.GRANTOR, idempotent=True))
def end_membership(request: HttpRequest, firm_id: UUID, account_id: UUID, on: date | None = None) -> HttpResponse:
    """End a collaborateur's membership and every right that he has in the firm: now, or at the end of the day `on`."""
    account = caller(request)

    def end() -> Answer:
        firm = granted_firm(account, firm_id=firm_id)
        if on is None:
            standing.member_left(firm, account_id=account_id, at=now(), actor=account.pk)
        elif on < today():
            raise invalid(on="IN_THE_PAST")
        else:
            services.plan_departure(firm, account_id=account_id, on=on, actor=account.pk, at=now())
        return Answer(status=200, body=firm_out(firm), etag=etag(firm.version))

    return once(request, scope=str(account.pk), effect=end)
