"""What somebody leaves behind who goes: rights that nobody else of a cabinet may use, each for a colleague."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import handover, periods
from comptexpert_desktop.domain.commands import Grant
from comptexpert_desktop.domain.delegation import DelegationQuery, Party, Role
from comptexpert_desktop.domain.rights_board import board
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.firm import firm as firms
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import DelegationRow, Firm
    from comptexpert_desktop.domain.firm import TemplateGrant
    from comptexpert_desktop.domain.handover import Alone, Handed
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.stores import Stores

NOTE = "Reprise au départ d’un collègue"
"""What the register and the colleague read of a right that they take over."""
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Left:
    """What one cabinet would be left without, and who may take it over."""

    firm: Firm
    alone: tuple[Alone, ...]
    colleagues: tuple[Party, ...]
    held: Mapping[str, tuple[TemplateGrant, ...]] = field(default_factory=dict)
    """What each colleague may do there now, by account."""


@dataclass(frozen=True, slots=True)
class Leftovers:
    """All of it, cabinet by cabinet."""

    cabinets: tuple[Left, ...] = ()
    catalogue: Catalogue | None = None

    def max_days(self, service: str, rights: tuple[str, ...]) -> int:
        """Tell for how long rights of a service may be given together."""
        known = self.catalogue.service(service) if self.catalogue is not None else None
        days = {right.id: right.max_days for right in known.rights} if known is not None else {}
        return periods.max_days_together(days.get(right) for right in rights)


def read(stores: Stores, *, person_id: str, today: date) -> Leftovers:
    """Read what each cabinet of the signed-in person would be left without once somebody goes."""
    me = session.current(stores)
    if me is None or not person_id:
        return Leftovers()
    query = DelegationQuery(role=Role.GRANTOR)
    rows = delegations.stretch(stores, query=query, limit=_ALL, offset=0)
    found = []
    for mine in (one for one in me.firms if one.role == "grantor"):
        laid_out = board(rows, firm_id=mine.id, day=today)
        alone = handover.left_alone(laid_out, firm=mine, person_id=person_id)
        if alone:
            colleagues = _colleagues(stores, mine, rows=rows, but={person_id, me.account.account_id})
            found.append(Left(mine, alone, colleagues, firms.rights_in(stores, firm_id=mine.id)))
    return Leftovers(tuple(found), catalogue.current(stores))


def grants(given: Iterable[Handed]) -> tuple[Grant, ...]:
    """Make the grants of what is entrusted."""
    return tuple(
        Grant(
            service=one.new.service,
            rights=one.new.rights,
            grantee=one.to.account_id,
            reason=NOTE,
            firm=one.new.firm.id,
            valid_from=one.new.valid_from,
            valid_until=one.new.valid_until,
        )
        for one in given
    )


def queue(file: PrivateFile, given: tuple[Handed, ...], *, now: datetime, new_ids: Iterator[str], group: str) -> None:
    """Queue what is entrusted with the act that it belongs to."""
    for one, command in zip(given, grants(given), strict=True):
        subject = f"{one.new.service} · {one.to.display_name}"
        outbox_store.add(file, command, outbox_id=next(new_ids), subject=subject, now=now, about=group)


def _colleagues(stores: Stores, mine: Firm, *, rows: Iterable[DelegationRow], but: set[str]) -> tuple[Party, ...]:
    """List the people of a cabinet who have an account, by name."""
    page = firms.known(stores, firm_id=mine.id)
    found = {
        one.account_id: Party(one.account_id, one.login_id, one.given_name, one.surname)
        for one in (page.page.members if page else ())
    }
    for row in rows:
        person = row.delegation.grantee
        if row.delegation.firm.id == mine.id and person.account_id:
            found.setdefault(person.account_id, person)
    mine_alone = (one for key, one in found.items() if key not in but)
    return tuple(sorted(mine_alone, key=lambda one: (one.surname.casefold(), one.given_name.casefold())))
