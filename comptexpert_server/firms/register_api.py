"""The register of a firm, exported with its signed end."""

from typing import Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from comptexpert_server.audit import chain
from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.audit.schemas import RegisterOut
from comptexpert_server.config.keys import signing_key
from comptexpert_server.config.policy import Policy, caller, declare
from comptexpert_server.firms.selectors import granted_firm

router = Router()
REGISTER = declare(Policy.GRANTOR)
REGISTER["openapi_extra"]["responses"] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


@router.get("/register", response=RegisterOut, **REGISTER)
def read_register(request: HttpRequest, firm: UUID, format: Literal["json", "csv"] = "json") -> HttpResponse:  # noqa: A002 - the name of the query parameter
    """Give the firm's chain; every line and the end can be verified offline."""
    found = granted_firm(caller(request), firm_id=firm)
    events = list(AuditEvent.objects.filter(firm=found).order_by("number"))
    head = events[-1].digest if events else ""
    key = signing_key(settings.SIGNING_KEY.read())
    end = chain.seal(firm=str(found.pk), count=len(events), head=head, key=key)
    write, media = (chain.as_csv, "text/csv") if format == "csv" else (chain.as_json, "application/json")
    headers = {"Content-Disposition": f'attachment; filename="registre-{found.siren}.{format}"'}
    return HttpResponse(write(events, end=end), content_type=f"{media}; charset=utf-8", headers=headers)
