"""Read a day as people type it; never a spin box that changes under the wheel."""

from __future__ import annotations

import re
from datetime import date

_TYPED = re.compile(r"\s*(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+(\d{4})\s*|\s*(\d{2})(\d{2})(\d{4})\s*")


def parse(text: str) -> date | None:
    """Read « 31/12/1980 », « 31-12-1980 », « 31 12 1980 » or « 31121980 »; None when it is no date."""
    found = _TYPED.fullmatch(text)
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def written(value: date | None) -> str:
    """Write a day the way it is typed."""
    return "" if value is None else f"{value.day:02}/{value.month:02}/{value.year:04}"


def with_slashes(text: str) -> str:
    """Put the slashes in while digits alone are being typed; a person who types them keeps their own."""
    *before, last = text.split("/")
    if not last or any(len(part) != 2 for part in before) or not "".join((*before, last)).isdigit():  # noqa: PLR2004
        return text
    digits = "".join((*before, last))
    return "/".join(part for part in (digits[:2], digits[2:4], digits[4:]) if part)
