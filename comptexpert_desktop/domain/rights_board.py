"""The people of one cabinet and their rights, today: who may use which, what lacks something, what is asked.

Only delegations are here: an expert-comptable has rights of their own beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain import who_can
from comptexpert_desktop.domain.delegation import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from comptexpert_desktop.domain.delegation import Delegation, DelegationRow, PendingIntent

UNDECIDED = frozenset({Status.PENDING, Status.PENDING_SECOND})


class Standing(IntEnum):
    """How far a right has come; the highest of several delegations of one right counts."""

    ASKED = 1
    LACKS = 2
    """Granted, and something keeps it from being used."""
    CAN = 3


class Person(NamedTuple):
    """Somebody on the board."""

    id: str
    name: str


class BoardRight(NamedTuple):
    """A right of a service, as codes."""

    service: str
    right: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one person has of one right."""

    standing: Standing
    delegation_id: str
    missing: tuple[str, ...]
    """Codes of what keeps the right from being used; empty when it may be, or while it is asked."""
    valid_until: date | None
    intent: PendingIntent | None = None
    """What was decided here and has not reached the server: the right is still as it says above."""


@dataclass(frozen=True, slots=True)
class Board:
    """Everybody who has, or asked for, a right of the cabinet."""

    people: tuple[Person, ...]
    rights: tuple[BoardRight, ...]
    cells: Mapping[tuple[str, BoardRight], Cell]

    def cell(self, person: Person, right: BoardRight) -> Cell | None:
        """Return what a person has of a right; None when nothing."""
        return self.cells.get((person.id, right))

    def people_at(self, right: BoardRight, standing: Standing) -> tuple[Person, ...]:
        """List those whose right has come that far."""
        return tuple(
            person for person in self.people if (cell := self.cell(person, right)) and cell.standing is standing
        )


def board(rows: Iterable[DelegationRow], *, firm_id: str, day: date) -> Board:
    """Lay the delegations of a cabinet out by person and right, as they are on a day."""
    people: dict[str, Person] = {}
    cells: dict[tuple[str, BoardRight], Cell] = {}
    for row in rows:
        one = row.delegation
        if one.firm.id != firm_id:
            continue
        person = Person(_key(one), one.grantee.display_name or one.grantee.email)
        for right, cell in _cells(row, day=day):
            people.setdefault(person.id, person)
            before = cells.get((person.id, right))
            if before is None or _weight(cell) > _weight(before):
                cells[person.id, right] = cell
    rights = dict.fromkeys(sorted(right for _person, right in cells))
    return Board(tuple(sorted(people.values(), key=lambda one: (one.name.casefold(), one.id))), tuple(rights), cells)


def _cells(row: DelegationRow, *, day: date) -> Iterator[tuple[BoardRight, Cell]]:
    one = row.delegation
    if one.status in UNDECIDED:
        for code in one.rights:
            yield BoardRight(one.service, code), Cell(Standing.ASKED, one.id, (), one.valid_until, row.intent)
    for holding in who_can.on_day([one], day=day):
        standing = Standing.CAN if holding.is_effective else Standing.LACKS
        cell = Cell(standing, one.id, holding.missing, one.valid_until, row.intent)
        yield BoardRight(one.service, holding.right), cell


def _weight(cell: Cell) -> tuple[int, int, str]:
    """Prefer what may be used, and what may be used longest."""
    return cell.standing, -len(cell.missing), cell.valid_until.isoformat() if cell.valid_until else ""


def _key(one: Delegation) -> str:
    return one.grantee.account_id or one.grantee.email or one.grantee.display_name
