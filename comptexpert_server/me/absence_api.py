"""Absences as the API takes them: ask, name, object, end."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from comptexpert_server.accounts.caller import caller
from comptexpert_server.base.clock import now
from comptexpert_server.firms import absences
from comptexpert_server.firms.absence_rules import AbsenceAction
from comptexpert_server.firms.schemas import AbsenceIn
from comptexpert_server.firms.selectors import granted_firm
from comptexpert_server.inbox.services import Answer, once
from comptexpert_server.me.firm_page import firm_answer
from comptexpert_server.me.schemas import FirmOut
from comptexpert_server.web import rates
from comptexpert_server.web.policy import Policy, StepUp, declare
from comptexpert_server.web.problems import invalid

router = Router()
WRITE = partial(declare, Policy.GRANTOR, rate=rates.WRITE, idempotent=True)
STOP = WRITE(step_up=StepUp.NONE, codes=("ABSENCE_NOT_YOURS", "ABSENCE_WRONG_STATUS", "NOT_FOUND"))


@router.post("/firms/{firm_id}/absences", response=FirmOut, **WRITE(codes=("ABSENCE_DUPLICATE", "NOT_FOUND")))
def cover_absence(request: HttpRequest, firm_id: UUID, body: AbsenceIn) -> HttpResponse:
    """Ask to cover a peer who is away (`absent`), or name the peer who covers oneself (`cover`)."""
    account = caller(request)

    def begin() -> Answer:
        firm = granted_firm(account, firm_id=firm_id)
        planned = absences.Planned(starts_on=body.starts_on, ends_on=body.ends_on, reason=body.reason)
        if body.absent is not None and body.cover is None:
            absences.ask(firm, account=account, absent=body.absent, planned=planned, at=now())
        elif body.cover is not None and body.absent is None:
            absences.name(firm, account=account, cover=body.cover, planned=planned, at=now())
        else:
            raise invalid(absent="ONE_PARTY")
        return firm_answer(firm)

    return once(request, scope=str(account.pk), effect=begin)


@router.post("/firms/{firm_id}/absences/{absence_id}/object", response=FirmOut, **STOP)
def object_to_absence(request: HttpRequest, firm_id: UUID, absence_id: UUID) -> HttpResponse:
    """Object to a cover that has not begun."""
    return _stopped(request, firm_id, absence_id, AbsenceAction.OBJECT)


@router.post("/firms/{firm_id}/absences/{absence_id}/end", response=FirmOut, **STOP)
def end_absence(request: HttpRequest, firm_id: UUID, absence_id: UUID) -> HttpResponse:
    """End a cover, or take back one's own request to cover."""
    return _stopped(request, firm_id, absence_id, AbsenceAction.END)


def _stopped(request: HttpRequest, firm_id: UUID, absence_id: UUID, action: AbsenceAction) -> HttpResponse:
    account = caller(request)

    def stop() -> Answer:
        firm = granted_firm(account, firm_id=firm_id)
        absences.stop(firm, absence_id=absence_id, action=action, account=account, at=now())
        return firm_answer(firm)

    return once(request, scope=str(account.pk), effect=stop)
