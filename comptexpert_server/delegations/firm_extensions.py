"""What delegations tell of a firm: the invitations that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from comptexpert_server.delegations.models import LIVE, OPEN, Delegation
from comptexpert_server.delegations.rules import REQUEST_TTL
from comptexpert_server.delegations.schemas import InvitationOut

if TYPE_CHECKING:
    from comptexpert_server.registry.models import Firm


def invitations_of(firm: Firm) -> list[InvitationOut]:
    """List the rights that wait for their holder to have an account, the newest first."""
    waiting = Delegation.objects.filter(firm=firm, grantee=None, status__in=(*OPEN, *LIVE))
    return [
        InvitationOut(
            delegation_id=delegation.pk,
            email=delegation.invited_email,
            service=delegation.service,
            rights=delegation.rights,
            invited_at=delegation.requested_at,
            lapses_on=timezone.localdate(delegation.requested_at + REQUEST_TTL),
        )
        for delegation in waiting.order_by("-requested_at", "pk")
    ]
