"""Two delegations of one right: one is found, replaced, or refused; and whether one approval is enough."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from comptexpert_server.config.problems import ProblemError
from comptexpert_server.delegations import moves, rules
from comptexpert_server.delegations.models import Delegation, Status
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.firms import selectors as firms

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from comptexpert_server.catalogue.book import Service
    from comptexpert_server.firms.models import Firm

SECOND_APPROVERS = 2


def active_twin(delegation: Delegation, *, grantor_id: UUID | None = None) -> Delegation | None:
    """Find the other active delegation of the same firm, grantor (or the one given), grantee and service, if any."""
    same = Delegation.objects.filter(
        firm=delegation.firm_id,
        grantor=grantor_id or delegation.grantor_id,
        grantee=delegation.grantee_id,
        service=delegation.service,
        status=Status.ACTIVE,
    )
    return complete(same.exclude(pk=delegation.pk)).first()


def supersede(granted: Delegation, *, actor: UUID | None, at: datetime) -> Delegation | None:
    """End the active delegation that a new one replaces."""
    active = active_twin(granted)
    if active is None:
        return None
    return moves.move(
        active, action="supersede", actor=actor, at=at, status=Status.SUPERSEDED, ended_at=at, end_cause="superseded"
    )


def duplicate(existing: Delegation) -> ProblemError:
    """Refuse what another delegation already gives, naming it."""
    return ProblemError(
        HTTPStatus.CONFLICT,
        "DEL_DUPLICATE",
        detail="The same or a broader delegation exists.",
        members={"existing": str(existing.pk), "existing_status": existing.status},
    )


def needs_second(firm: Firm, *, service: Service, rights: list[str]) -> bool:
    """Tell whether the firm wants two approvers for these rights, and has them (BR-12)."""
    return (
        firm.two_approvers
        and rules.is_high_risk(service, rights=rights)
        and firms.grantors_of(firm).count() >= SECOND_APPROVERS
    )
