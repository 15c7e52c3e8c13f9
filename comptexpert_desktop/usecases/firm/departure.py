"""A collaborateur leaves a firm, or several: one decision ends what they may do there, now or at the end of a day.

Each right ends by a decision of its own, which leaves first and says what it came to; the membership ends by the
firm's own call, which ends with it whatever this machine does not know of.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.commands import EndMembership
from comptexpert_desktop.domain.delegation import Action, Decision, DelegationQuery, Status
from comptexpert_desktop.domain.delegation_rules import LIVE, OPEN, actions, decide
from comptexpert_desktop.domain.topics import NOTHING
from comptexpert_desktop.errors import NotAllowed
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.delegations import bulk
from comptexpert_desktop.usecases.delegations.bulk import Plan
from comptexpert_desktop.usecases.delegations.delegations import SIGN_IN_FIRST
from comptexpert_desktop.usecases.firm import handover
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from comptexpert_desktop.domain.delegation import DelegationRow, Firm, Party
    from comptexpert_desktop.domain.effects import Gesture
    from comptexpert_desktop.domain.handover import Handed
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.stores import Stores


@dataclass(frozen=True, slots=True)
class Departure:
    """Who leaves which firm, and all that ends with it."""

    person: Party
    firm: Firm
    revoked: Plan
    refused: Plan

    @property
    def size(self) -> int:
        """Count the lines that are decided."""
        return len(self.revoked.rows) + len(self.refused.rows)

    @property
    def ends_membership(self) -> bool:
        """Tell whether the person is of the firm: somebody who holds a right there is."""
        return bool(self.person.account_id) and bool(self.revoked.rows)

    @property
    def ids_needed(self) -> int:
        """Count the ids of the gesture: its name, a decision a line, the membership."""
        return self.size + 2


@dataclass(frozen=True, slots=True)
class Leaving:
    """When and how it ends."""

    last_day: date | None = None
    """None is now."""
    suspends: bool = False
    """Cut the rights at once, when the last day is later."""
    note: str = ""


def plan(stores: Stores, *, row: DelegationRow, today: date, firm: Firm | None = None) -> Departure:
    """Tell what ends when the grantee of a line leaves a firm, by default that of the line."""
    me = session.current(stores)
    if stores.account is None or me is None:
        raise NotAllowed(SIGN_IN_FIRST)
    leaving, firm = row.delegation.grantee, firm or row.delegation.firm
    query = DelegationQuery(role=row.role, text=leaving.login_id or leaving.display_name)  # a name may be corrected
    found = [
        one
        for one in delegation_store.stretch(stores.account, query=query, limit=bulk.MAX_ROWS, offset=0)
        if one.delegation.firm.id == firm.id and _is_same(one.delegation.grantee, leaving)
    ]

    def part(action: Action, starts_from: frozenset[Status]) -> Plan:
        rows = [one for one in found if one.delegation.status in starts_from]
        why = {one: bulk.why_left_out(one, why=actions(one, me=me, today=today)[action], action=action) for one in rows}
        may = tuple(one for one, code in why.items() if code is None)
        return Plan(action, may, Counter(code for code in why.values() if code is not None), 0)

    return Departure(leaving, firm, revoked=part(Action.REVOKE, LIVE), refused=part(Action.REFUSE, OPEN))


def plan_elsewhere(stores: Stores, *, row: DelegationRow, today: date) -> tuple[Departure, ...]:
    """Tell what would end in each other firm for which the signed-in person grants, where anything would."""
    me = session.current(stores)
    firms = [one for one in (me.firms if me else ()) if one.role == "grantor" and one.id != row.delegation.firm.id]
    found = (plan(stores, row=row, today=today, firm=one) for one in firms)
    return tuple(one for one in found if one.size)


def keep_all(
    stores: Stores,
    *,
    agreed: Iterable[Departure],
    leaving: Leaving,
    now: datetime,
    new_ids: Iterable[str],
    given: tuple[Handed, ...] = (),
) -> Topics:
    """Queue all that the departure from several firms ends, and what colleagues take over, or nothing: one decision.

    Takes the ids that each firm needs, then one for each thing that is `given`.
    """
    if stores.account is None:
        raise NotAllowed(SIGN_IN_FIRST)
    name, *rest = new_ids
    ids, topics = iter(rest), NOTHING
    with stores.account.database.transaction():
        for one in agreed:
            own = [next(ids) for _ in range(one.ids_needed - 1)]
            topics |= keep(stores, agreed=one, leaving=leaving, now=now, new_ids=[name, *own])
        handover.queue(stores.account, given, now=now, new_ids=ids, group=bulk.group_name(name))
    return topics


def keep(stores: Stores, *, agreed: Departure, leaving: Leaving, now: datetime, new_ids: Iterable[str]) -> Topics:
    """Queue all that a departure ends, or nothing; the note says why to whoever had asked."""
    if stores.account is None:
        raise NotAllowed(SIGN_IN_FIRST)
    name, membership, *others = new_ids
    with stores.account.database.transaction():
        topics = bulk.queue_all(stores, steps=_steps(agreed, leaving), now=now, new_ids=[name, *others])
        if agreed.ends_membership:
            _end_membership(
                stores.account, agreed=agreed, leaving=leaving, now=now, new_id=membership, group=bulk.group_name(name)
            )
    return topics


def gestures(agreed: Departure, *, leaving: Leaving) -> tuple[Gesture, ...]:
    """Return what a departure would send, to ask what it changes."""
    decided = [
        decide(replace(decision, note=""), about=row.delegation)
        for rows, decision in _steps(agreed, leaving)
        for row in rows
    ]
    if not agreed.ends_membership:
        return tuple(decided)
    return (*decided, EndMembership(agreed.firm.id, agreed.person.account_id, leaving.last_day))


def _steps(agreed: Departure, leaving: Leaving) -> list[tuple[tuple[DelegationRow, ...], Decision]]:
    """Give each line the one decision that may wait about it.

    The rights of a member end with the membership on its last day: they keep their own end, which stands again when
    the departure is cancelled (BR-34).
    """
    at_once = tuple(
        row
        for row in agreed.revoked.rows
        if leaving.last_day is not None and leaving.suspends and row.delegation.status is Status.ACTIVE
    )
    ends_with_membership = leaving.last_day is not None and agreed.ends_membership
    later = () if ends_with_membership else tuple(row for row in agreed.revoked.rows if row not in at_once)
    return [
        (later, Decision(Action.REVOKE, note=leaving.note, at=leaving.last_day)),
        (at_once, Decision(Action.SUSPEND, note=leaving.note)),
        (agreed.refused.rows, Decision(Action.REFUSE, note=leaving.note)),
    ]


def _end_membership(
    file: PrivateFile, *, agreed: Departure, leaving: Leaving, now: datetime, new_id: str, group: str
) -> None:
    outbox_store.add(
        file,
        EndMembership(agreed.firm.id, agreed.person.account_id, leaving.last_day),
        outbox_id=new_id,
        subject=f"{agreed.firm.name} · {agreed.person.display_name}",
        now=now,
        about=group,
    )


def _is_same(one: Party, other: Party) -> bool:
    if one.account_id or other.account_id:
        return one.account_id == other.account_id
    return bool(one.email) and one.email == other.email
