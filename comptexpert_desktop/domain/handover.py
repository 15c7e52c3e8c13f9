"""What nobody else of a cabinet can do once somebody goes, and to whom it is entrusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import periods
from comptexpert_desktop.domain.person_move import NewRight
from comptexpert_desktop.domain.rights_board import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from comptexpert_desktop.domain.delegation import Firm, Party
    from comptexpert_desktop.domain.rights_board import Board


@dataclass(frozen=True, slots=True)
class Alone:
    """A right of a cabinet that one person alone may use by delegation."""

    firm: Firm
    service: str
    right: str


@dataclass(frozen=True, slots=True)
class Entrusted:
    """Such a right, and the colleague who is to have it."""

    alone: Alone
    to: Party


@dataclass(frozen=True, slots=True)
class Handed:
    """Rights that a colleague gets."""

    to: Party
    new: NewRight


def left_alone(board: Board, *, firm: Firm, person_id: str) -> tuple[Alone, ...]:
    """List the rights of a cabinet that a person may use today, and nobody else by delegation."""
    return tuple(
        Alone(firm, right.service, right.right)
        for right in board.rights
        if [one.id for one in board.people_at(right, Standing.CAN)] == [person_id]
    )


def handed(
    entrusted: Iterable[Entrusted],
    *,
    first_day: date | None,
    today: date,
    max_days: Callable[[str, tuple[str, ...]], int],
) -> tuple[Handed, ...]:
    """Give each colleague the rights of one service together, from a day on, or at once without it."""
    found: dict[tuple[str, str, str], Handed] = {}
    start = first_day or today
    for one in entrusted:
        what = one.alone
        key = (one.to.account_id, what.firm.id, what.service)
        before = found[key].new.rights if key in found else ()
        rights = (*before, what.right)
        until = periods.latest_day(start, max_days=max_days(what.service, rights))
        found[key] = Handed(one.to, NewRight(what.firm, what.service, rights, first_day, until))
    return tuple(found.values())
