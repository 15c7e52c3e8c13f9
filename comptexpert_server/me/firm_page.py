"""The page of a firm, composed of what its own room, its delegations and its reviews know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_server.base.clock import today
from comptexpert_server.delegations.firm_extensions import invitations_of
from comptexpert_server.delegations.unused import unused_of
from comptexpert_server.firms import serializers
from comptexpert_server.inbox.services import Answer
from comptexpert_server.me.schemas import FirmOut
from comptexpert_server.reviews.serializers import reviews_of
from comptexpert_server.web.conditional import etag

if TYPE_CHECKING:
    from comptexpert_server.registry.models import Firm


def firm_page(firm: Firm) -> FirmOut:
    """Describe a firm with its people, its settings, its invitations and its reviews."""
    return FirmOut(
        id=firm.pk,
        siren=firm.siren,
        name=firm.name,
        version=firm.version,
        two_approvers=firm.two_approvers,
        review_on=firm.review_on,
        pending_settings=serializers.pending_settings_of(firm),
        experts=serializers.experts_of(firm),
        members=serializers.members_of(firm),
        terms=serializers.terms_of(firm),
        templates=serializers.templates_of(firm),
        absences=serializers.absences_out(firm),
        invitations=invitations_of(firm),
        unused=unused_of(firm, today=today()),
        reviews=reviews_of(firm),
    )


def firm_answer(firm: Firm) -> Answer:
    """Answer a change of a firm with its page as it is now."""
    return Answer(status=200, body=firm_page(firm), etag=etag(firm.version))
