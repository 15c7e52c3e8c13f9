"""Read the dates of HTTP headers, which are optional and written by anybody."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def read(value: str | None) -> datetime | None:
    """Return the time of a header in UTC; None when it is absent or is no date."""
    if not value:
        return None
    try:
        found = parsedate_to_datetime(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None
