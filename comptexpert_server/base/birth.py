"""Dates of birth as the civil register has them: for some people without a day, or without a day and a month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from comptexpert_server.base.typed_values import without_invisible

if TYPE_CHECKING:
    from collections.abc import Callable

OLDEST = date(1900, 1, 1)
"""Nobody alive was born before."""
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WITHOUT_DAY = re.compile(r"00/([0-9]{2})/([0-9]{4})")


class Precision(StrEnum):
    """What is known of a date of birth."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True)
class Birth:
    """A date of birth; what is unknown counts as 1."""

    first_day: date
    precision: Precision = Precision.DAY

    @property
    def text(self) -> str:
        """Return it as the API writes it: 1958-00-00 without month, 1958-03-00 without day."""
        year, month, day = self.first_day.isoformat().split("-")
        return {
            Precision.DAY: f"{year}-{month}-{day}",
            Precision.MONTH: f"{year}-{month}-00",
            Precision.YEAR: f"{year}-00-00",
        }[self.precision]


def read_birth(text: str) -> Birth | None:
    """Read `1958-03-07`, `1958-03-00`, `1958-00-00`, `00/03/1958` or `00/00/1958`; None for what is no date.

    A whole date with slashes is not read: programs write the day first, or the month.
    """
    cleaned = without_invisible(text)
    if found := _ISO.fullmatch(cleaned):
        year, month, day = map(int, found.groups())
    elif found := _WITHOUT_DAY.fullmatch(cleaned):
        month, year = map(int, found.groups())
        day = 0
    else:
        return None
    precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    if day and not month:
        return None
    try:
        return Birth(first_day=date(year, month or 1, day or 1), precision=precision)
    except ValueError:
        return None


def is_possible(birth: Birth, *, today: Callable[[], date]) -> bool:
    """Tell whether somebody alive may have been born then."""
    return OLDEST <= birth.first_day < today()
