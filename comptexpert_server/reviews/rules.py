"""The rules of the yearly review in plain Python: no database, no clock (BR-19)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DEFAULT_DAYS = 30
MIN_DAYS = 7
MAX_DAYS = 90
GRACE_DAYS = 14
REMINDER_DAYS = 7
CATCH_UP_DAYS = 7
"""How long after its yearly date a review still opens by itself: a worker may have been down."""
EARLY_DAYS = 90
"""A review that a person opened this long before the yearly date takes its place."""


class Stage(StrEnum):
    """Where a review stands."""

    OPEN = "open"
    GRACE = "grace"
    """Past its last day: rights without an answer still live, and may still be answered."""
    CLOSED = "closed"


class Answer(StrEnum):
    """What became of one right."""

    KEEP = "keep"
    END = "end"
    LAPSED = "lapsed"
    """Nobody answered in time: the server ended it."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How far a review is; what the parts lack of `total` ended before any answer: expired, revoked, replaced."""

    total: int
    kept: int
    ended: int
    lapsed: int
    waiting: int

    @property
    def otherwise(self) -> int:
        """Count what ended before any answer."""
        return self.total - self.kept - self.ended - self.lapsed - self.waiting


def stage(*, closes_on: date, is_closed: bool, today: date) -> Stage:
    """Tell where a review stands on a day."""
    if is_closed:
        return Stage.CLOSED
    return Stage.OPEN if today <= closes_on else Stage.GRACE


def last_day(*, asked: date | None, today: date) -> date | str:
    """Give the last day of a review opened today, or the code of what is wrong with the day that was asked."""
    if asked is None:
        return today + timedelta(days=DEFAULT_DAYS)
    if asked < today + timedelta(days=MIN_DAYS):
        return "TOO_SOON"
    if asked > today + timedelta(days=MAX_DAYS):
        return "TOO_LATE"
    return asked


def reminder_due(*, closes_on: date, reminded: str, today: date) -> str:
    """Name the reminder to write today: `soon` a week before the last day, `grace` once it has passed."""
    if today > closes_on:
        return "" if reminded == "grace" else "grace"
    if today >= closes_on - timedelta(days=REMINDER_DAYS) and not reminded:
        return "soon"
    return ""


def opens_today(*, review_on: str, last_opened: date | None, today: date) -> bool:
    """Tell whether a firm's yearly date (`MM-DD`) asks for a review that it does not have."""
    if not review_on:
        return False
    due = max((day for day in _dates(review_on, today=today) if day <= today), default=None)
    if due is None or today - due > timedelta(days=CATCH_UP_DAYS):
        return False
    return last_opened is None or last_opened < due - timedelta(days=EARLY_DAYS)


def _dates(review_on: str, *, today: date) -> list[date]:
    """Give the yearly date last year and this year; 29 February is the 28th where there is none."""
    month, day = (int(part) for part in review_on.split("-"))
    years = (today.year - 1, today.year)
    return [date(year, month, min(day, calendar.monthrange(year, month)[1])) for year in years]
