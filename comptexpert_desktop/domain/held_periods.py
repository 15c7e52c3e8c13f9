"""From which day to which each right could be used, read again from the lines of a register, day after day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain import who_can
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.timestamps import from_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptexpert_desktop.domain.register import Register

_ONE_DAY = timedelta(days=1)
_FIRST_DAYS = ("valid_from",)
_LAST_DAYS = ("valid_until", "on", "certificate_until")
"""Members of a line whose day is the last of something: the next day is another one."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Rights of one service that a person could use at the end of each of these days."""

    person: str
    service: str
    first: date
    last: date | None
    """None while they may be used still."""
    grantor: str
    rights: tuple[str, ...]


def periods(register: Register, *, today: date, names: Mapping[str, str] | None = None) -> tuple[Period, ...]:
    """Return who could do what, and when, up to `today`; raises what reading a malformed document raises."""
    open_since: dict[tuple[str, str, str, str], date] = {}
    ended: list[tuple[tuple[str, str, str, str], date, date | None]] = []
    for day in _days(register, today=today):
        held = {
            (one.person, one.service, one.grantor, one.right)
            for one in who_can.replay(register, day=day, names=names or {})
            if one.is_effective
        }
        gone = [key for key in open_since if key not in held]
        ended += [(key, open_since.pop(key), day - _ONE_DAY) for key in gone]
        for key in held:
            open_since.setdefault(key, day)
    ended += [(key, first, None) for key, first in open_since.items()]
    grouped: dict[tuple[str, str, str, date, date | None], list[str]] = {}
    for (person, service, grantor, right), first, last in ended:
        grouped.setdefault((person, service, grantor, first, last), []).append(right)
    found = [
        Period(person, service, first, last, grantor, tuple(sorted(rights)))
        for (person, service, grantor, first, last), rights in grouped.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.person, one.service, one.first, one.last or date.max, one.rights)))


def _days(register: Register, *, today: date) -> list[date]:
    """List the days on which something may have changed."""
    found: set[date] = set()
    for line in register.lines:
        found.add(day_in_france(from_text(str(line["at"]))))
        data = line.get("data")
        facts: Mapping[str, Any] = data if isinstance(data, dict) else {}
        found |= {one for name in _FIRST_DAYS if (one := _day(facts.get(name)))}
        found |= {one + _ONE_DAY for name in _LAST_DAYS if (one := _day(facts.get(name)))}
    return sorted(day for day in found if day <= today)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
