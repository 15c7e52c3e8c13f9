"""How a delegation moves: one guarded UPDATE, its line in the register and its mails, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from comptexpert_server.audit.services import Line, Said, record_many
from comptexpert_server.base.compiled import CompiledQuery, joined
from comptexpert_server.delegations import mails, standing
from comptexpert_server.delegations.entitlement import facts_of
from comptexpert_server.delegations.models import Delegation, SyncCounter
from comptexpert_server.delegations.selectors import by_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
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


_COUNTED = CompiledQuery(lambda: SyncCounter.objects.filter(pk=1).values_list("value", flat=True))


_LOCKED = CompiledQuery(lambda: SyncCounter.objects.select_for_update().filter(pk=1).values_list("value", flat=True))


_COUNT = "UPDATE delegations_synccounter SET value = value + %s WHERE id = 1 RETURNING value"
"""The ORM has no way to update and to read in one statement."""


def lock_writer() -> int:
    """Wait for the end of every other writer's transaction: what is read after this cannot change before we write.

    It is the first lock of every writer, so that none waits for another in a circle; without it, two grants of the same
    right would both find none. Return the number of changes so far.
    """
    found = _LOCKED.first()
    if found is None:
        SyncCounter.objects.get_or_create(pk=1)
        found = _LOCKED.first()
    return found or 0


def next_sequence(changes: int = 1) -> int:
    """Count more changes and return the number of the last one.

    The row stays locked until the transaction ends, so changes are seen in their order.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [changes])
        row = cursor.fetchone()
    if row is None:
        SyncCounter.objects.get_or_create(pk=1)
        return next_sequence(changes)
    return int(row[0])


def last_sequence() -> int:
    """Give the number of changes committed so far."""
    return _COUNTED.first() or 0


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
    """Move a delegation as it was seen and tell both parties; raise MovedError when it is no longer so."""
    with joined():
        after = move_along(delegation, action=action, actor=actor, at=at, data=data, stand_in=stand_in, **changes)
        mails.tell(after, action=action, stand_in="" if stand_in is None else stand_in.name, actor=actor)
    return after


def move_along(
    delegation: Delegation,
    *,
    action: str,
    actor: UUID | None,
    at: datetime,
    data: Mapping[str, object] | None = None,
    stand_in: StandIn | None = None,
    **changes: object,
) -> Delegation:
    """Move a delegation with another one of its chain, whose mail speaks for both; raise as `move` does."""
    with joined():
        sequence = next_sequence()  # first: every writer takes this lock before any other
        version = delegation.version + 1
        moved = Delegation.objects.filter(
            pk=delegation.pk, status=delegation.status, version=delegation.version
        ).update(version=version, sequence=sequence, **changes)
        if moved != 1:
            raise MovedError
        after = by_number(delegation.pk)
        said = {"from": delegation.status, **(data or {})}
        _record(after, action=action, actor=actor, at=at, data=said, stand_in=stand_in)
    return after


def create(
    delegation: Delegation, *, action: str, actor: UUID, at: datetime, stand_in: StandIn | None = None
) -> Delegation:
    """Insert a delegation that a person asked for or granted."""
    with joined():
        after = _insert(delegation, action=action, actor=actor, at=at, data={}, stand_in=stand_in)
        mails.tell(after, action=action, stand_in="" if stand_in is None else stand_in.name, actor=actor)
    return after


def create_many(
    delegations: Sequence[Delegation], *, action_of: Callable[[Delegation], str], actor: UUID, at: datetime
) -> None:
    """Insert delegations that a person granted, each with its line and its mails, in a few queries for all of them.

    None may be between the parties of another one, made or to be made. Their parties and firms are read along with
    them.
    """
    with joined():
        last = next_sequence(len(delegations))
        for sequence, one in enumerate(delegations, start=last - len(delegations) + 1):
            one.sequence = sequence
        Delegation.objects.bulk_create(delegations)
        facts = facts_of(delegations, today=timezone.localdate(at))
        registers: dict[UUID, list[Line]] = {}
        for one in delegations:
            said = standing.facts_among(one, facts=facts)
            registers.setdefault(one.firm_id, []).append(_line(one, action=action_of(one), actor=actor, facts=said))
        for firm_id, lines in registers.items():
            record_many(lines, firm_id=firm_id, at=at)
        mails.tell_many(delegations, action_of=action_of, actor=actor)


def create_along(
    delegation: Delegation, *, action: str, actor: UUID | None, at: datetime, head: Delegation
) -> Delegation:
    """Insert a delegation that waits behind another one, whose mail speaks for both."""
    with joined():
        return _insert(delegation, action=action, actor=actor, at=at, data={"chain": str(head.pk)}, stand_in=None)


def _insert(
    delegation: Delegation,
    *,
    action: str,
    actor: UUID | None,
    at: datetime,
    data: Mapping[str, object],
    stand_in: StandIn | None,
) -> Delegation:
    delegation.sequence = next_sequence()
    delegation.save(force_insert=True)
    after = by_number(delegation.pk)
    _record(after, action=action, actor=actor, at=at, data=data, stand_in=stand_in)
    return after


def _record(
    delegation: Delegation,
    *,
    action: str,
    actor: UUID | None,
    at: datetime,
    data: Mapping[str, object],
    stand_in: StandIn | None,
) -> None:
    line = _line(delegation, action=action, actor=actor, facts=standing.facts(delegation, at=at), data=data)
    acting_for = None if stand_in is None else stand_in.acting_for
    record_many([replace(line, acting_for=acting_for)], firm_id=delegation.firm_id, at=at)


def _line(
    delegation: Delegation,
    *,
    action: str,
    actor: UUID | None,
    facts: Mapping[str, object],
    data: Mapping[str, object] | None = None,
) -> Line:
    terms = {
        "service": delegation.service,
        "rights": sorted(delegation.rights),
        "grantor": str(delegation.grantor_id),
        "grantee": None if delegation.grantee_id is None else str(delegation.grantee_id),
        "valid_from": None if delegation.valid_from is None else delegation.valid_from.isoformat(),
        "valid_until": None if delegation.valid_until is None else delegation.valid_until.isoformat(),
    }
    return Line(
        actor=actor,
        action=f"delegation.{action}",
        object_id=str(delegation.pk),
        object_version=delegation.version,
        data={
            **terms,
            **facts,
            **(data or {}),
            "to": delegation.status,
            "why": {"cause": delegation.end_cause} if delegation.end_cause else {},
        },
        said=_said(delegation, actor=actor),
    )


def _said(delegation: Delegation, *, actor: UUID | None) -> dict[str, Said]:
    """Return what was written about a delegation, each with who wrote it; and the address of an invitation."""
    texts = {
        "reason": Said(delegation.reason, delegation.grantee_id),
        "note": Said(delegation.decision_note, actor),
        "invited": Said(delegation.invited_email, delegation.pk),
    }
    return {name: one for name, one in texts.items() if one.text}
