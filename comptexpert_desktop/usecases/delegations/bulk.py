"""Decide about many delegations in one gesture: see what it comes to, keep it, follow it, give up the rest.

Each decision is an intent of its own, with its own key and version: what the server refuses of one holds no other.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Action, Decision
from comptexpert_desktop.domain.delegation_rules import actions, covered_name, decide, decision_problems
from comptexpert_desktop.domain.outbox import MOVES, OutboxStatus
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import InvalidInput, NotAllowed
from comptexpert_desktop.store import bulk as bulk_store
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.usecases.delegations.delegations import SIGN_IN_FIRST, queue_decision
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from comptexpert_desktop.domain.delegation import DelegationQuery, DelegationRow
    from comptexpert_desktop.domain.effects import Gesture
    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.stores import Stores

ACTIONS = (
    Action.APPROVE,
    Action.REFUSE,
    Action.RENEW,
    Action.REVOKE,
    Action.SUSPEND,
    Action.RESUME,
    Action.TRANSFER,
)
"""What may be decided about many at once."""
MAX_ROWS = 1000
"""Delegations of one gesture."""
ALREADY_QUEUED = "ALREADY_QUEUED"
OTHER_FIRM = "OTHER_FIRM"
SELECTION_CHANGED = "SELECTION_CHANGED"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a gesture comes to, before it is confirmed."""

    action: Action
    rows: tuple[DelegationRow, ...]
    left_out: Mapping[str, int]
    """How many of the chosen lines stay as they are, by the code of why."""
    beyond: int
    """How many chosen lines are too many for one gesture."""
    absent: Mapping[str, int] = field(default_factory=dict)
    """How many lines are decided in the place of each colleague who is away (BR-24)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a gesture has come."""

    group: str
    sent: int
    waiting: int
    """Not sent yet: one may still give them up."""
    on_the_way: int
    needs_you: int

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will leave by itself."""
        return not self.waiting and not self.on_the_way


def plan(
    stores: Stores,
    *,
    query: DelegationQuery,
    stretches: Sequence[tuple[int, int]],
    action: Action,
    today: date,
    seen: Collection[str] = (),
) -> Plan:
    """Read the selected lines, as stretches (first, how many) of what a query shows, and tell which may be decided.

    `seen` are the delegations that the person saw selected: raises NotAllowed with SELECTION_CHANGED when lines have
    moved since, so that nothing is decided that nobody pointed at.
    """
    me = session.current(stores)
    if stores.account is None or me is None:
        raise NotAllowed(SIGN_IN_FIRST)
    chosen: dict[str, DelegationRow] = {}
    beyond = 0
    for first, many in stretches:
        room = max(0, MAX_ROWS - len(chosen))
        beyond += max(0, many - room)
        for row in delegation_store.stretch(stores.account, query=query, limit=min(many, room), offset=first):
            chosen[row.delegation.id] = row
    if not beyond and not chosen.keys() >= set(seen):
        raise NotAllowed(SELECTION_CHANGED)
    why = {
        row: why_left_out(row, why=actions(row, me=me, today=today)[action], action=action) for row in chosen.values()
    }
    if action is Action.TRANSFER:
        why = _of_one_firm(why)
    may = tuple(row for row, code in why.items() if code is None)
    left_out = Counter(code for code in why.values() if code is not None)
    return Plan(action, may, left_out, beyond, absent=_absent(may, action=action, me=me, today=today))


def _absent(rows: Iterable[DelegationRow], *, action: Action, me: Me, today: date) -> Mapping[str, int]:
    """Count the lines that are decided in somebody's place: what any peer may do is nobody's place."""
    if action not in (Action.APPROVE, Action.REFUSE):
        return {}
    names = (covered_name(row.delegation, me=me, today=today) for row in rows)
    return Counter(name for name in names if name)


def _of_one_firm(why: dict[DelegationRow, str | None]) -> dict[DelegationRow, str | None]:
    """Leave out the lines of other firms than the one that most of them are of: nobody takes over elsewhere."""
    firms = Counter(row.delegation.firm.id for row, code in why.items() if code is None)
    kept = firms.most_common(1)[0][0] if firms else ""
    return {row: code or (None if row.delegation.firm.id == kept else OTHER_FIRM) for row, code in why.items()}


def keep(
    stores: Stores,
    *,
    agreed: Plan,
    note: str = "",
    grantor: str = "",
    ends: Mapping[str, date] | None = None,
    now: datetime,
    new_ids: Iterable[str],
) -> Topics:
    """Queue every decision of a plan, or none; each about the version that was seen. Raises InvalidInput.

    `ends` are the last days of what is renewed, by delegation; without one, the server grants the longest.
    """
    decision = Decision(agreed.action, note=note, grantor=grantor)
    found = decision_problems(decision)
    if found:
        raise InvalidInput(found)
    if ends:
        return queue_all(stores, steps=_by_end(agreed.rows, decision, ends=ends), now=now, new_ids=new_ids)
    rows = agreed.rows
    if agreed.action is Action.TRANSFER:
        rows = tuple(row for row in rows if row.delegation.grantor.entry_id != grantor)
    return queue_all(stores, steps=[(rows, decision)], now=now, new_ids=new_ids)


def _by_end(
    rows: Iterable[DelegationRow], decision: Decision, *, ends: Mapping[str, date]
) -> list[tuple[tuple[DelegationRow, ...], Decision]]:
    """Put together the lines that go on until the same day."""
    found: dict[date | None, list[DelegationRow]] = {}
    for row in rows:
        found.setdefault(ends.get(row.delegation.id), []).append(row)
    return [(tuple(one), replace(decision, valid_until=until)) for until, one in found.items()]


def gestures(agreed: Plan, *, grantor: str = "", ends: Mapping[str, date] | None = None) -> tuple[Gesture, ...]:
    """Return what a plan would send, to ask what it changes."""
    decision, until = Decision(agreed.action, grantor=grantor), ends or {}
    return tuple(
        decide(replace(decision, valid_until=until.get(row.delegation.id)), about=row.delegation) for row in agreed.rows
    )


def queue_all(
    stores: Stores,
    *,
    steps: Iterable[tuple[Iterable[DelegationRow], Decision]],
    now: datetime,
    new_ids: Iterable[str],
) -> Topics:
    """Queue the decisions of one gesture, or none; the first id names the gesture."""
    if stores.account is None:
        raise NotAllowed(SIGN_IN_FIRST)
    ids = iter(new_ids)
    group = group_name(next(ids))
    with stores.account.database.transaction():
        for rows, decision in steps:
            for row in rows:
                queue_decision(stores, row=row, decision=decision, now=now, new_id=next(ids), group=group)
    return frozenset({Topic.OUTBOX, Topic.DELEGATIONS})


def group_name(new_id: str) -> str:
    """Name the group of a gesture by the first of its ids."""
    return f"{bulk_store.PREFIX}{new_id}"


def move_name(new_id: str) -> str:
    """Name the group of somebody's move by the first of its ids."""
    return f"{MOVES}{new_id}"


def progress(stores: Stores, *, group: str = "") -> Progress | None:
    """Tell how far a gesture has come; without a group, the latest of which something still has to leave."""
    if stores.account is None:
        return None
    group = group or bulk_store.latest_unfinished(stores.account)
    found = bulk_store.progress(stores.account, group=group) if group else {}
    if not found:
        return None
    return Progress(
        group=group,
        sent=found.get(OutboxStatus.SENT, 0),
        waiting=found.get(OutboxStatus.QUEUED, 0),
        on_the_way=found.get(OutboxStatus.SENDING, 0) + found.get(OutboxStatus.UNKNOWN, 0),
        needs_you=found.get(OutboxStatus.NEEDS_YOU, 0),
    )


def give_up(stores: Stores, *, group: str) -> Topics:
    """Forget what of a gesture has not left this machine; what left stays as the server decides."""
    if stores.account is not None:
        bulk_store.give_up(stores.account, group=group)
    return frozenset({Topic.OUTBOX, Topic.DELEGATIONS})


def why_left_out(row: DelegationRow, *, why: str | None, action: Action) -> str | None:
    """Tell why a line stays as it is in a gesture; None when it is decided."""
    if why is None and row.intent is not None and row.intent.status == OutboxStatus.QUEUED:
        return ALREADY_QUEUED if row.intent.action is action else None
    return why
