"""The end dates offered for a grant: always one, never beyond what the rights allow (BR-10)."""

from __future__ import annotations

import calendar
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain import periods
from comptexpert_desktop.presentation import wording

if TYPE_CHECKING:
    from comptexpert_desktop.presentation.labels import Labels

DEFAULT_MONTHS = 12
_OFFERED_MONTHS = (1, 3, 6, 12)


class EndDate(NamedTuple):
    """An end date and the way it is offered."""

    label: str
    until: date


def add_months(start: date, *, months: int) -> date:
    """Add months; the day is that of the start, or the last of a shorter month."""
    total = start.year * 12 + start.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def max_days(labels: Labels, *, service: str, rights: tuple[str, ...]) -> int:
    """Tell for how many days these rights may be granted together."""
    found = [labels.find(service, right) for right in rights]
    return periods.max_days_together(right.max_days if right else None for right in found)


def choices(*, start: date, max_days: int, asked: date | None = None) -> tuple[EndDate, ...]:
    """Offer what was asked first when it is allowed, then round delays, the longest allowed last."""
    limit = periods.latest_day(start, max_days=max_days)
    offered: list[EndDate] = []
    if asked and start <= asked <= limit:
        offered.append(EndDate(f"Date demandée\u00a0: {wording.day(asked)}", asked))
    for months in _OFFERED_MONTHS:
        until = add_months(start, months=months)
        if until <= limit:
            offered.append(EndDate(f"{wording.count(months, 'mois', many='mois')}\u00a0: {wording.day(until)}", until))
    if all(choice.until < limit for choice in offered if choice.until != asked):
        offered.append(EndDate(f"Le plus long permis\u00a0: {wording.day(limit)}", limit))
    return tuple(offered)


def best(offered: tuple[EndDate, ...], *, start: date, asked: date | None) -> int:
    """Tell which choice is made at first: what was asked, else 12 months or the longest below."""
    if asked and offered[0].until == asked:
        return 0
    year = add_months(start, months=DEFAULT_MONTHS)
    allowed = [number for number, choice in enumerate(offered) if choice.until <= year]
    return max(allowed, key=lambda number: offered[number].until, default=0)
