"""A version of this program that its publisher says exists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Release:
    """A version, when it came out, and the page that presents it."""

    version: str
    released_on: date
    url: str
    notes: str

    def is_newer_than(self, version: str) -> bool:
        """Compare the numbers, one after the other."""
        return _numbers(self.version) > _numbers(version)


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version without the zeros at its end: 1.2 and 1.2.0 are the same."""
    numbers = [int(part) for part in re.findall(r"\d+", version)]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
