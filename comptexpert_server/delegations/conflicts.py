"""Two delegations of one right: one is found, replaced, or refused; and whether one approval is enough."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.delegations import rules, transitions
from comptexpert_server.delegations.models import Delegation, Status
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.firms import selectors as firms
from comptexpert_server.web.problems import ProblemError

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_server.catalogue.catalogue import Service
    from comptexpert_server.registry.models import Firm


_ACTIVE = CompiledQuery(
    lambda firm, grantor, grantee, service, but: complete(
        Delegation.objects.filter(
            firm=firm, grantor=grantor, grantee=grantee, service=service, status=Status.ACTIVE
        ).exclude(pk=but)
    ),
    firm=UUID,
    grantor=UUID,
    grantee=UUID,
    service=str,
    but=UUID,
)


def active_conflict(delegation: Delegation, *, grantor_id: UUID | None = None) -> Delegation | None:
    """Find the other active delegation of the same firm, grantor (or the one given), grantee and service, if any."""
    if delegation.grantee_id is None:  # an invitation is active once its account is
        return None
    return _ACTIVE.first(
        firm=delegation.firm_id,
        grantor=grantor_id or delegation.grantor_id,
        grantee=delegation.grantee_id,
        service=delegation.service,
        but=delegation.pk,
    )


def scheduled_conflict(delegation: Delegation, *, grantor_id: UUID) -> Delegation | None:
    """Find a right that another grantor has scheduled for the same grantee and service: it would end this one."""
    same = Delegation.objects.filter(
        firm=delegation.firm_id,
        grantor=grantor_id,
        grantee=delegation.grantee_id,
        invited_email=delegation.invited_email,
        service=delegation.service,
        status=Status.SCHEDULED,
    )
    return complete(same.exclude(pk=delegation.pk)).first()


def supersede(granted: Delegation, *, actor: UUID | None, at: datetime) -> Delegation | None:
    """End the active delegation that a new one replaces."""
    active = active_conflict(granted)
    if active is None:
        return None
    return transitions.move(
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
    return firm.two_approvers and rules.is_high_risk(service, rights=rights) and firms.has_two_approvers(firm)
