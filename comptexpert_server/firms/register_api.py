"""The register of a firm, exported with its signed end."""

import logging
from http import HTTPStatus
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from comptexpert_server.accounts.caller import caller
from comptexpert_server.audit import chain, seals, verification
from comptexpert_server.audit.schemas import RegisterOut
from comptexpert_server.audit.services import texts_of
from comptexpert_server.firms.selectors import granted_firm
from comptexpert_server.web import rates
from comptexpert_server.web.policy import Policy, declare
from comptexpert_server.web.problems import ProblemError

logger = logging.getLogger(__name__)
router = Router()
REGISTER = declare(Policy.GRANTOR, rate=rates.BULK, codes=("NOT_FOUND", "REGISTER_BROKEN"))
REGISTER["openapi_extra"]["responses"] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


@router.get("/register", response=RegisterOut, **REGISTER)
def read_register(request: HttpRequest, firm: UUID, format: Literal["json", "csv"] = "json") -> HttpResponse:  # noqa: A002 - the name of the query parameter
    """Give the firm's chain; every line and the end can be verified offline. A chain that does not hold is refused."""
    found = granted_firm(caller(request), firm_id=firm)
    expected = {str(number): version for number, version in found.delegations.values_list("pk", "version")}
    read = verification.read(str(found.pk))
    texts = texts_of(found.pk)
    fault = verification.fault_of(read, expected=expected) or verification.changed_text(read.events, texts=texts)
    if fault is not None:
        logger.error("the register of %s does not hold: %s at line %d", found.pk, fault.kind, fault.line)
        raise ProblemError(
            HTTPStatus.CONFLICT,
            "REGISTER_BROKEN",
            detail="The register is not what the server wrote.",
            members={"line": fault.line, "fault": fault.kind},
        )
    events, head = read
    end = chain.end_of(firm=str(found.pk), count=head.number, head=head.digest)
    end["signature"] = head.signature or seals.sign(firm=str(found.pk), count=0, head="")
    headers = {"Content-Disposition": f'attachment; filename="registre-{found.siren}.{format}"'}
    if format == "csv":
        return HttpResponse(chain.as_csv(events, end=end), content_type="text/csv; charset=utf-8", headers=headers)
    written = chain.as_json(events, end=end, texts=texts)
    return HttpResponse(written, content_type="application/json; charset=utf-8", headers=headers)
