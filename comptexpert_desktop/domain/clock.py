"""Times as they are written: UTC, ISO 8601 with a Z."""

from __future__ import annotations

from datetime import UTC, date, datetime


def to_text(moment: datetime) -> str:
    """Write a time; texts of times sort as the times do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """Read a time; raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def optional_time(value: object) -> datetime | None:
    """Read a time that may be absent (None or empty)."""
    return from_text(str(value)) if value else None


def optional_date(value: object) -> date | None:
    """Read a date that may be absent (None or empty); a time gives its day."""
    return date.fromisoformat(str(value)[:10]) if value else None
