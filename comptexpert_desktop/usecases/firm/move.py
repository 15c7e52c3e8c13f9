"""A person moves to another cabinet, or takes another role: what they have is read, what changes is queued."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import periods
from comptexpert_desktop.domain.commands import Grant
from comptexpert_desktop.domain.delegation import Action, DelegationQuery, Party
from comptexpert_desktop.domain.delegation import Role as Side
from comptexpert_desktop.domain.delegation_rules import LIVE, OPEN, actions, decide
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import NotAllowed
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.delegations import bulk
from comptexpert_desktop.usecases.delegations.delegations import SIGN_IN_FIRST, queue_decision
from comptexpert_desktop.usecases.firm import firm, grant_template
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import DelegationRow, Firm
    from comptexpert_desktop.domain.effects import Gesture
    from comptexpert_desktop.domain.firm import Template
    from comptexpert_desktop.domain.person_move import NewRight, Steps
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.stores import Stores

NOTE = "Mutation"
"""What the register and the person read of what a move ends or gives."""
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """One cabinet of the person who decides, and the roles that may be taken there."""

    firm: Firm
    rows: tuple[DelegationRow, ...]
    """What the person who moves has or asked there."""
    roles: tuple[Template, ...] = ()
    """Those that the cabinet wrote."""
    colleagues: tuple[Template, ...] = ()
    """What each colleague may do there."""


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moves, what they have in each cabinet, and what is known to compare it with."""

    person: Party
    places: tuple[Place, ...]
    why_not: Mapping[str, str]
    """Why some delegations are not decided, by id, as codes."""
    me: Party
    catalogue: Catalogue | None

    @property
    def rows(self) -> tuple[DelegationRow, ...]:
        """Return all that the person has or asked."""
        return tuple(row for place in self.places for row in place.rows)

    def max_days(self, service: str, rights: tuple[str, ...]) -> int:
        """Tell for how long rights of a service may be given together."""
        known = self.catalogue.service(service) if self.catalogue is not None else None
        days = {right.id: right.max_days for right in known.rights} if known is not None else {}
        return periods.max_days_together(days.get(right) for right in rights)


def people(stores: Stores) -> tuple[Party, ...]:
    """List whoever is of a cabinet that the signed-in person grants for, or has anything there; each once, by name."""
    me = session.current(stores)
    if stores.account is None or me is None:
        return ()
    found: dict[str, Party] = {}
    for mine in _firms(stores):
        page = firm.known(stores, firm_id=mine.id)
        for one in page.page.members if page else ():
            found[one.account_id] = Party(one.account_id, one.login_id, one.given_name, one.surname)
    for row in _rows(stores):
        person = row.delegation.grantee
        if person.account_id:
            found.setdefault(person.account_id, person)
    found.pop(me.account.account_id, None)
    return tuple(sorted(found.values(), key=lambda one: (one.surname.casefold(), one.given_name.casefold())))


def read(stores: Stores, *, person_id: str, today: date) -> Mover | None:
    """Read what somebody has in each cabinet; None when this machine does not know them. Raises NotAllowed."""
    me = session.current(stores)
    if stores.account is None or me is None:
        raise NotAllowed(SIGN_IN_FIRST)
    person = next((one for one in people(stores) if one.account_id == person_id), None)
    if person is None:
        return None
    rows = tuple(
        row
        for row in _rows(stores)  # by account: a name that was corrected stands in some and not in others
        if row.delegation.grantee.account_id == person_id and row.delegation.status in LIVE | OPEN
    )
    why_not = {}
    for row in rows:
        action = Action.REFUSE if row.delegation.status in OPEN else Action.REVOKE
        why = bulk.why_left_out(row, why=actions(row, me=me, today=today)[action], action=action)
        if why is not None:
            why_not[str(row.delegation.id)] = why
    places = tuple(_place(stores, mine, rows=rows, person_id=person_id) for mine in _firms(stores))
    account = me.account
    myself = Party(account.account_id, account.login_id, account.given_name, account.surname, account.entry_id)
    return Mover(person, places, why_not, myself, catalogue.current(stores))


def keep(stores: Stores, *, mover: Mover, steps: Steps, now: datetime, new_ids: Iterable[str]) -> Topics:
    """Queue all that a move changes, or nothing, under one name: an id more than there are steps."""
    file = stores.account
    if file is None or file.account != mover.me.account_id:
        raise NotAllowed(SIGN_IN_FIRST)
    file.cipher()
    name, *others = new_ids
    ids, group = iter(others), bulk.move_name(name)
    person = mover.person.display_name
    with file.database.transaction():
        for row, decision in steps.decisions:
            queue_decision(stores, row=row, decision=decision, now=now, new_id=next(ids), group=group)
        for leave in steps.departures:
            where = next(place.firm.name for place in mover.places if place.firm.id == leave.firm_id)
            outbox_store.add(file, leave, outbox_id=next(ids), subject=f"{where} · {person}", now=now, about=group)
        for one in steps.new:
            given, subject = _grant(one, person=mover.person), f"{one.service} · {person}"
            outbox_store.add(file, given, outbox_id=next(ids), subject=subject, now=now, about=group)
    return frozenset({Topic.OUTBOX, Topic.DELEGATIONS})


def gestures(steps: Steps, *, mover: Mover) -> tuple[Gesture, ...]:
    """Return what a move would send, in its order, to ask what it changes."""
    decided = [decide(decision, about=row.delegation) for row, decision in steps.decisions]
    decided.sort(key=lambda one: one.action is not Action.REVOKE)
    return (*decided, *steps.departures, *(_grant(one, person=mover.person) for one in steps.new))


def _grant(one: NewRight, *, person: Party) -> Grant:
    return Grant(
        service=one.service,
        rights=one.rights,
        grantee=person.account_id,
        reason=NOTE,
        firm=one.firm.id,
        valid_from=one.valid_from,
        valid_until=one.valid_until,
    )


def _place(stores: Stores, mine: Firm, *, rows: Iterable[DelegationRow], person_id: str) -> Place:
    copied = grant_template.colleagues(stores, firm_id=mine.id)
    return Place(
        mine,
        tuple(row for row in rows if row.delegation.firm.id == mine.id),
        grant_template.templates(stores, firm_id=mine.id),
        tuple(one for one in copied if one.code != f"{grant_template.LIKE}{person_id}"),
    )


def _firms(stores: Stores) -> tuple[Firm, ...]:
    me = session.current(stores)
    return tuple(one for one in (me.firms if me else ()) if one.role == "grantor")


def _rows(stores: Stores) -> tuple[DelegationRow, ...]:
    assert stores.account is not None
    query = DelegationQuery(role=Side.GRANTOR)
    return delegation_store.stretch(stores.account, query=query, limit=_ALL, offset=0)
