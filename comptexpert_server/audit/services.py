"""Add lines to the register, inside the transaction of what they tell (BR-18)."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from django.db import transaction

from comptexpert_server.audit.chain import link
from comptexpert_server.audit.models import AuditEvent, ChainHead

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID


def record(
    *,
    firm_id: UUID | None,
    at: datetime,
    actor: UUID | None,
    action: str,
    object_id: str,
    object_version: int | None = None,
    data: Mapping[str, object] | None = None,
    acting_for: UUID | None = None,
) -> AuditEvent:
    """Add one line; `actor` is None for the server's own acts, and `data` holds codes and identifiers, no names."""
    chain = "" if firm_id is None else str(firm_id)
    with transaction.atomic():
        ChainHead.objects.get_or_create(chain=chain)
        head = ChainHead.objects.select_for_update().get(chain=chain)
        event = AuditEvent(
            firm_id=firm_id,
            number=head.number + 1,
            at=at.astimezone(UTC),
            actor=actor,
            acting_for=acting_for,
            action=action,
            object_id=object_id,
            object_version=object_version,
            data=dict(data or {}),
            previous=head.digest,
        )
        event.digest = link(event)
        event.save(force_insert=True)
        head.number, head.digest = event.number, event.digest
        head.save(update_fields=["number", "digest"])
    return event
