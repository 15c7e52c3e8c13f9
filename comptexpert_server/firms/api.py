"""A firm, for those who grant for it; what touches its delegations lives with them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from comptexpert_server.catalogue.templates import read_templates
from comptexpert_server.config.clock import now
from comptexpert_server.config.conditional import etag, version_asked
from comptexpert_server.config.policy import Policy, caller, declare
from comptexpert_server.firms import services
from comptexpert_server.firms.present import firm_out
from comptexpert_server.firms.schemas import FirmIn, FirmOut
from comptexpert_server.firms.selectors import granted_firm
from comptexpert_server.inbox.services import Answer, once

router = Router()


@router.get("/firms/{firm_id}", response=FirmOut, **declare(Policy.GRANTOR))
def read_firm(request: HttpRequest, firm_id: UUID) -> HttpResponse:
    """Give a firm, its people, its terms and its settings."""
    out = firm_out(granted_firm(caller(request), firm_id=firm_id))
    return HttpResponse(out.model_dump_json(), content_type="application/json", headers={"ETag": etag(out.version)})


@router.patch("/firms/{firm_id}", response=FirmOut, **declare(Policy.GRANTOR, idempotent=True, conditional=True))
def change_firm(request: HttpRequest, firm_id: UUID, body: FirmIn) -> HttpResponse:
    """Set what the firm decides for itself: two approvers for high-risk rights, its yearly review, its templates."""
    account = caller(request)
    version = version_asked(request)
    templates = None if body.templates is None else tuple(read_templates(one.model_dump() for one in body.templates))
    wanted = services.Settings(two_approvers=body.two_approvers, review_on=body.review_on, templates=templates)

    def change() -> Answer:
        firm = granted_firm(account, firm_id=firm_id)
        firm = services.change_settings(firm, wanted=wanted, version=version, actor=account.pk, at=now())
        return Answer(status=200, body=firm_out(firm), etag=etag(firm.version))

    return once(request, scope=str(account.pk), effect=change)
