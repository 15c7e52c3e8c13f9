"""Decide about many delegations in one gesture: see what it comes to, keep it, follow it, give up the rest.

Each decision is an intent of its own, with its own key and version: what the server refuses of one holds no other.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Action, DelegationQuery
from comptexpert_desktop.domain.delegation_rules import LIVE, OPEN, actions, decision_problems
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import InvalidInput, NotAllowed
from comptexpert_desktop.store import bulk as bulk_store
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.usecases import session
from comptexpert_desktop.usecases.delegations import SIGN_IN_FIRST, queue_decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from comptexpert_desktop.domain.delegation import DelegationRow, Party, Status
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.stores import Stores

ACTIONS = (Action.APPROVE, Action.REFUSE, Action.RENEW, Action.REVOKE)
"""What may be decided about many at once."""
MOST = 1000
"""Delegations of one gesture."""
ALREADY_QUEUED = "ALREADY_QUEUED"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a gesture comes to, before it is confirmed."""

    action: Action
    rows: tuple[DelegationRow, ...]
    left_out: Mapping[str, int]
    """How many of the chosen lines stay as they are, by the code of why."""
    beyond: int
    """How many chosen lines are too many for one gesture."""


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
) -> Plan:
    """Read the chosen lines, as stretches (first, how many) of what a query shows, and tell which may be decided."""
    me = session.current(stores)
    if stores.account is None or me is None:
        raise NotAllowed(SIGN_IN_FIRST)
    chosen: dict[str, DelegationRow] = {}
    beyond = 0
    for first, many in stretches:
        room = max(0, MOST - len(chosen))
        beyond += max(0, many - room)
        for row in delegation_store.stretch(stores.account, query=query, limit=min(many, room), offset=first):
            chosen[row.delegation.id] = row
    why = {row: _why_not(row, why=actions(row, me=me, today=today)[action], action=action) for row in chosen.values()}
    may = tuple(row for row, code in why.items() if code is None)
    return Plan(action, may, Counter(code for code in why.values() if code is not None), beyond)


def keep(stores: Stores, *, agreed: Plan, note: str = "", now: datetime, new_ids: Iterable[str]) -> Topics:
    """Queue every decision of a plan, or none; each about the version that was seen. Raises InvalidInput."""
    found = decision_problems(agreed.action, note=note)
    if found:
        raise InvalidInput(found)
    return _queue(stores, plans=[agreed], note=note, now=now, new_ids=new_ids)


def departure(stores: Stores, *, row: DelegationRow, today: date) -> tuple[Plan, Plan]:
    """Tell what ends when a collaborateur leaves the firm of a line: what is revoked, and what is refused."""
    me = session.current(stores)
    if stores.account is None or me is None:
        raise NotAllowed(SIGN_IN_FIRST)
    leaving, firm = row.delegation.grantee, row.delegation.firm
    query = DelegationQuery(role=row.role, text=leaving.display_name)
    found = [
        one
        for one in delegation_store.stretch(stores.account, query=query, limit=MOST, offset=0)
        if one.delegation.firm.id == firm.id and _is_same(one.delegation.grantee, leaving)
    ]

    def part(action: Action, starts_from: frozenset[Status]) -> Plan:
        rows = [one for one in found if one.delegation.status in starts_from]
        why = {one: _why_not(one, why=actions(one, me=me, today=today)[action], action=action) for one in rows}
        may = tuple(one for one, code in why.items() if code is None)
        return Plan(action, may, Counter(code for code in why.values() if code is not None), 0)

    return part(Action.REVOKE, LIVE), part(Action.REFUSE, OPEN)


def keep_departure(
    stores: Stores, *, agreed: tuple[Plan, Plan], note: str, now: datetime, new_ids: Iterable[str]
) -> Topics:
    """Queue all that a departure ends, or nothing; the note says why to whoever had asked."""
    return _queue(stores, plans=agreed, note=note, now=now, new_ids=new_ids)


def _is_same(one: Party, other: Party) -> bool:
    if one.account_id or other.account_id:
        return one.account_id == other.account_id
    return bool(one.email) and one.email == other.email


def _queue(stores: Stores, *, plans: Iterable[Plan], note: str, now: datetime, new_ids: Iterable[str]) -> Topics:
    if stores.account is None:
        raise NotAllowed(SIGN_IN_FIRST)
    ids = iter(new_ids)
    group = group_name(next(ids))
    with stores.account.database.transaction():
        for plan_ in plans:
            for row in plan_.rows:
                queue_decision(stores, row=row, action=plan_.action, note=note, now=now, new_id=next(ids), group=group)
    return frozenset({Topic.OUTBOX, Topic.DELEGATIONS})


def group_name(new_id: str) -> str:
    """Name the group of a gesture by the first of its ids."""
    return f"{bulk_store.PREFIX}{new_id}"


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


def _why_not(row: DelegationRow, *, why: str | None, action: Action) -> str | None:
    if why is None and row.intent is not None and row.intent.status == OutboxStatus.QUEUED:
        return ALREADY_QUEUED if row.intent.action is action else None
    return why
