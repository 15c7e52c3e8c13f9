"""Which day it is, and how long a right may live: the server counts alike (`docs/api/cases.json`, read by both).

The server tells the zone and the usual length in its catalogue (BR-10).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ZONE = "Europe/Paris"
"""The zone whose days are counted; a contract compares it with the one of the catalogue."""
CAUTIOUS_DAYS = 180
"""How long a right may live that the catalogue at hand does not know: as one of high risk."""


def day_in_france(moment: datetime) -> date:
    """Return the day it is in France, where the server decides which day it is: first and last days are days there.

    Summer time lasts from the last Sunday of March to the last Sunday of October, at 1 h UTC.
    """
    utc = moment.astimezone(UTC)
    is_summer = _last_sunday(utc.year, 3) <= utc < _last_sunday(utc.year, 10)
    return (utc + timedelta(hours=2 if is_summer else 1)).date()


def max_days_together(each: Iterable[int | None], *, otherwise: int = CAUTIOUS_DAYS) -> int:
    """Return for how many days rights may be granted together: what the shortest allows.

    `each` holds the days of each right, None for one that is not known.
    """
    return min((otherwise if days is None else days for days in each), default=otherwise)


def latest_day(start: date, *, max_days: int) -> date:
    """Return the last day that a right may have."""
    return start + timedelta(days=max_days)


def period(
    *, today: date, valid_from: date | None, valid_until: date | None, max_days: int | None, default_days: int
) -> tuple[date, date] | str:
    """Return the first and the last day of a right that is given today, or the code of why it has none.

    Without a last day it lives `default_days`, or as long as it may when that is less; None is no limit.
    """
    start = max(valid_from or today, today)
    usual = default_days if max_days is None else min(default_days, max_days)
    end = valid_until or latest_day(start, max_days=usual)
    if end < start:
        return "BEFORE_START"
    if max_days is not None and end > latest_day(start, max_days=max_days):
        return "TOO_LONG"
    return start, end


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=last.isoweekday() % 7)
