"""How a delegation moves: one guarded UPDATE, its line in the register and its mails, in one transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from comptexpert_server.audit.services import record
from comptexpert_server.delegations import mails
from comptexpert_server.delegations.models import Delegation, SyncCounter
from comptexpert_server.delegations.selectors import complete

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """Who decides in the place of the named grantor who is away."""

    acting_for: UUID
    """The entry of the absent."""
    name: str


class MovedError(Exception):
    """Somebody else moved the delegation between our look and our move."""


def take_turn() -> None:
    """Wait for the end of every other writer's transaction: what is read after this cannot change before we write.

    It is the first lock of every writer, so that none waits for another in a circle; without it, two grants of the same
    right would both find none.
    """
    SyncCounter.objects.get_or_create(pk=1)
    SyncCounter.objects.select_for_update().get(pk=1)


def next_sequence() -> int:
    """Count one more change; the row stays locked until the transaction ends, so changes are seen in their order."""
    take_turn()
    SyncCounter.objects.filter(pk=1).update(value=F("value") + 1)
    return last_sequence()


def last_sequence() -> int:
    """Give the number of changes committed so far."""
    return SyncCounter.objects.filter(pk=1).values_list("value", flat=True).first() or 0


def move(
    delegation: Delegation,
    *,
    action: str,
    actor: UUID | None,
    at: datetime,
    data: Mapping[str, object] | None = None,
    stand_in: StandIn | None = None,
    **changes: object,
) -> Delegation:
    """Move a delegation as it was seen; raise MovedError when it is no longer so."""
    with transaction.atomic():
        sequence = next_sequence()  # first: every writer takes this lock before any other
        version = delegation.version + 1
        moved = Delegation.objects.filter(
            pk=delegation.pk, status=delegation.status, version=delegation.version
        ).update(version=version, sequence=sequence, **changes)
        if moved != 1:
            raise MovedError
        after = complete(Delegation.objects.all()).get(pk=delegation.pk)
        told = {"from": delegation.status, **(data or {})}
        _tell(after, action=action, actor=actor, at=at, data=told, stand_in=stand_in)
    return after


def create(
    delegation: Delegation, *, action: str, actor: UUID, at: datetime, stand_in: StandIn | None = None
) -> Delegation:
    """Insert a delegation that a person asked for or granted."""
    with transaction.atomic():
        delegation.sequence = next_sequence()
        delegation.save(force_insert=True)
        after = complete(Delegation.objects.all()).get(pk=delegation.pk)
        _tell(after, action=action, actor=actor, at=at, data={}, stand_in=stand_in)
    return after


def _tell(
    delegation: Delegation,
    *,
    action: str,
    actor: UUID | None,
    at: datetime,
    data: Mapping[str, object],
    stand_in: StandIn | None,
) -> None:
    terms = {
        "service": delegation.service,
        "rights": sorted(delegation.rights),
        "grantor": str(delegation.grantor_id),
        "grantee": None if delegation.grantee_id is None else str(delegation.grantee_id),
        "valid_from": None if delegation.valid_from is None else delegation.valid_from.isoformat(),
        "valid_until": None if delegation.valid_until is None else delegation.valid_until.isoformat(),
    }
    record(
        firm_id=delegation.firm_id,
        at=at,
        actor=actor,
        action=f"delegation.{action}",
        object_id=str(delegation.pk),
        object_version=delegation.version,
        data={**terms, **data, "to": delegation.status, "why": _why(delegation)},
        acting_for=None if stand_in is None else stand_in.acting_for,
    )
    mails.tell(delegation, action=action, stand_in="" if stand_in is None else stand_in.name)


def _why(delegation: Delegation) -> dict[str, str]:
    """Give the cause, and digests of what was written: the register proves a text without holding it."""
    texts = {"reason": delegation.reason, "note": delegation.decision_note}
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items() if text}
    return {**digests, **({"cause": delegation.end_cause} if delegation.end_cause else {})}
