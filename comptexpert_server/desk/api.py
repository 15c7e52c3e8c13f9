"""Escalation files, opened by the application after a refusal and followed by whoever holds the claim.

    POST /escalations                     header Idempotency-Key; no account
      {entry_id | registration_number, code: REG_NO_EMAIL | REG_DOB_MISMATCH, message?: up to 2,000 characters}
      201 {id, reference, code, status: "open", answer: "", council: {code, name, email, phone, site} | null,
           opened_at, closed_at: null, claim}
      422 REG_NOT_SELECTED (neither member), REG_NO_MATCH, REG_NUMBER_UNKNOWN, INVALID_INPUT; 429 TOO_MANY_REQUESTS

    GET /escalations/{id}                 header Comptexpert-Claim
      200 the same without `claim`; status open, then
          corrected   the registry was corrected: send the sign-up again
          closed      the council corrects nothing; `answer` says why
      404 NOT_FOUND for an unknown file and a wrong claim alike

A repeated key gets the first answer, the claim with it. `message` must not hold the date of birth: the council asks
for a proof by its own means.
"""

import hmac
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from comptexpert_server.accounts.identification import contact_of
from comptexpert_server.accounts.services import digest
from comptexpert_server.base.clock import now
from comptexpert_server.base.typed_values import clean_number
from comptexpert_server.desk import services
from comptexpert_server.desk.models import Escalation, FileStatus
from comptexpert_server.desk.schemas import ContactOut, EscalationIn, EscalationOut, EscalationStatusOut
from comptexpert_server.inbox.services import ANONYMOUS, Answer, once
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.web import rates
from comptexpert_server.web.limits import Limit, address_of, consume
from comptexpert_server.web.policy import Policy, declare
from comptexpert_server.web.problems import ProblemError, not_found, too_many

router = Router()
FILES_BY_ADDRESS = Limit(name="escalation-address", count=30, window=timedelta(hours=1), by_address=True)


@router.post(
    "/escalations",
    response={201: EscalationOut},
    **declare(
        Policy.PUBLIC,
        rate=rates.PUBLIC_WRITE,
        idempotent=True,
        codes=("NOT_FOUND", "REG_NOT_SELECTED", "REG_NO_MATCH", "REG_NUMBER_UNKNOWN"),
    ),
)
def open_escalation(request: HttpRequest, body: EscalationIn) -> HttpResponse:
    """Open a file on the desk of the council that can correct the entry."""
    if settings.NEUTRAL_IDENTIFICATION:  # no refusal is told there, so nobody has one to bring
        raise not_found()
    moment = now()

    def effect() -> Answer | ProblemError:
        wait = consume(FILES_BY_ADDRESS, subject=address_of(request), now=moment)
        if wait:
            return too_many("TOO_MANY_REQUESTS", retry_after=wait)
        entry = _entry(body)
        if isinstance(entry, ProblemError):
            return entry
        opened = services.open_file(entry, code=body.code, message=body.message, at=moment)
        if isinstance(opened, ProblemError):
            return opened
        file, claim = opened
        shown = EscalationOut(**status_of(file).model_dump(), claim=claim)
        return Answer(status=HTTPStatus.CREATED, body=shown)

    return once(request, scope=ANONYMOUS, effect=effect)


@router.get(
    "/escalations/{escalation_id}",
    response=EscalationStatusOut,
    **declare(Policy.PUBLIC, rate=rates.PUBLIC_READ, codes=("NOT_FOUND",)),
)
def escalation_status(request: HttpRequest, escalation_id: UUID) -> EscalationStatusOut:
    """Say where a file stands, to whoever holds its claim."""
    file = Escalation.objects.select_related("entry").filter(pk=escalation_id).first()
    given = digest(request.headers.get("Comptexpert-Claim", ""))
    if file is None or not hmac.compare_digest(given, file.claim_digest):
        raise not_found()
    return status_of(file)


def status_of(file: Escalation) -> EscalationStatusOut:
    """Give what the author of a file may read."""
    contact = contact_of(file.entry)
    return EscalationStatusOut(
        id=file.id,
        reference=file.reference,
        code=file.code,
        status=FileStatus(file.status),
        answer=file.answer,
        council=None if contact is None else ContactOut(**contact),
        opened_at=file.opened_at,
        closed_at=file.closed_at,
    )


def _entry(body: EscalationIn) -> RegistryEntry | ProblemError:
    unknown = HTTPStatus.UNPROCESSABLE_ENTITY
    if body.entry_id is not None:
        entry = RegistryEntry.objects.filter(pk=body.entry_id).first()
        return entry or ProblemError(unknown, "REG_NO_MATCH", detail="No entry has this id.")
    number = clean_number(body.registration_number or "")
    if not number:
        return ProblemError(unknown, "REG_NOT_SELECTED", detail="Name an entry, by id or by number.")
    entry = RegistryEntry.objects.filter(registration_number=number).first()
    return entry or ProblemError(unknown, "REG_NUMBER_UNKNOWN", detail="No entry has this number.")
