"""Times as they are written: UTC, ISO 8601 with a Z."""

from __future__ import annotations

from datetime import UTC, date, datetime


def to_text(moment: datetime) -> str:
    """Write a time; texts of times sort as the times do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


YEARS = range(1971, 2200)
"""Of a time: any zone of any system can show it."""
DAYS = range(1850, 2200)
"""The years of a day, births included."""


def from_text(text: str) -> datetime:
    """Read a time; raises ValueError, for one that no system could show too."""
    moment = datetime.fromisoformat(text)
    if moment.year not in YEARS:
        raise ValueError("year")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def optional_time(value: object) -> datetime | None:
    """Read a time that may be absent (None or empty)."""
    return from_text(str(value)) if value else None


def optional_date(value: object) -> date | None:
    """Read a date that may be absent (None or empty); a time gives its day. Raises ValueError."""
    if not value:
        return None
    day = date.fromisoformat(str(value)[:10])
    if day.year not in DAYS:
        raise ValueError("year")
    return day


def check_month_day(text: str) -> None:
    """Raise ValueError for what is no day of every year, « MM-DD »; none at all is one."""
    if text and date.fromisoformat(f"2000-{text}").strftime("%m-%d") != text:
        raise ValueError("month and day")
