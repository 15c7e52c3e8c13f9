"""Which PIN opens a locked desk without the server: how long it is, and which ones are guessed first."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

MIN_DIGITS, MAX_DIGITS = 6, 12
MIN_DIFFERENT = 3
MAX_TRIES = 5
_LENGTH, _WEAK = "PIN_LENGTH", "PIN_WEAK"
_DATES = {6: ("%d%m%y", "%y%m%d"), 8: ("%d%m%Y", "%Y%m%d")}
_YEARS = range(1900, 2101)


def fault(pin: str) -> str:
    """Return the code of why a PIN is refused; empty when it may be taken."""
    if not (pin.isascii() and pin.isdigit() and MIN_DIGITS <= len(pin) <= MAX_DIGITS):
        return _LENGTH
    return _WEAK if _repeats(pin) or _counts(pin) or _is_date(pin) else ""


def _repeats(pin: str) -> bool:
    """Return whether a shorter piece makes the whole: 000000, 121212, 123123."""
    return pin in (pin + pin)[1:-1] or len(set(pin)) < MIN_DIFFERENT


def _counts(pin: str) -> bool:
    """Return whether each digit follows the one before by the same step: 123456, 987654, 135791."""
    return len({(int(after) - int(before)) % 10 for before, after in pairwise(pin)}) == 1


def _is_date(pin: str) -> bool:
    """Return whether it is a day of somebody's life, whichever way it is written."""
    for form in _DATES.get(len(pin), ()):
        try:
            found = datetime.strptime(pin, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        if found.year in _YEARS:
            return True
    return False
