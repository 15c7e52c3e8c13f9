"""What a line of the register says of a right beside its terms: what is missing, and what depends on a certificate.

With the terms, the status and the dates, it answers « who could do what on that day? » from the lines alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from comptexpert_server.audit.services import record
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.delegations.entitlement import entitlement_of, facts_of
from comptexpert_server.delegations.models import LIVE, OPEN
from comptexpert_server.delegations.selectors import complete

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from comptexpert_server.delegations.entitlement import Facts
    from comptexpert_server.delegations.models import Delegation

CHANGED = "delegation.standing"
"""The act of a line that says that what is missing changed, and nothing else of the right."""


def facts(delegation: Delegation, *, at: datetime) -> dict[str, object]:
    """Return what is missing of a right on that day, and the certificate on which some of its rights depend."""
    return facts_among(delegation, facts=facts_of([delegation], today=timezone.localdate(at)))


def facts_among(delegation: Delegation, *, facts: Facts) -> dict[str, object]:
    """Return what `facts` does of a right, with what was read for many of them."""
    answer = entitlement_of(delegation, facts=facts)
    found: dict[str, object] = {"missing": list(answer.missing)}
    service = catalogue().service(delegation.service)
    certified = [] if service is None else [right.id for right in service.rights if right.requires_certificate]
    certified = [right for right in certified if right in delegation.rights]
    if certified:
        until = None if delegation.grantee is None else delegation.grantee.certificate_until
        found |= {"certified": certified, "certificate_until": None if until is None else until.isoformat()}
    return found


def note(delegations: QuerySet[Delegation], *, at: datetime, actor: UUID | None) -> None:
    """Write in the register what is now missing of the open and live ones of these rights."""
    for delegation in complete(delegations.filter(status__in=(*OPEN, *LIVE))).order_by("pk"):
        record(
            firm_id=delegation.firm_id,
            at=at,
            actor=actor,
            action=CHANGED,
            object_id=str(delegation.pk),
            object_version=delegation.version,
            data=facts(delegation, at=at),
        )
