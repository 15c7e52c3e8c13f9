"""Letters in the place of people: one person, one letter within one document, and no way back.

The letters follow the order in which people are met, and their meaning is never written anywhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MIN_LENGTH = 4
"""Characters; a shorter name is found everywhere by chance."""


class Pseudonyms:
    """The people of one document."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self._count = 0

    def of(self, names: Iterable[str]) -> str:
        """Return the letter of somebody known under these names, any of which may have been met before."""
        known = [name.casefold() for name in names if name]
        if not known:
            return ""
        code = next((self._codes[name] for name in known if name in self._codes), "")
        if not code:
            code = _letters(self._count)
            self._count += 1
        for name in known:
            self._codes.setdefault(name, code)
        return code

    def hide(self, text: str) -> str:
        """Put the letters in the place of the people that a text names."""
        names = sorted((name for name in self._codes if len(name) >= MIN_LENGTH), key=len, reverse=True)
        if not names:
            return text
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
        return pattern.sub(lambda found: f"<{self._codes[found.group().casefold()]}>", text)


def _letters(number: int) -> str:
    """Write A to Z, then AA and so on."""
    shown = ""
    number += 1
    while number:
        number, rank = divmod(number - 1, 26)
        shown = chr(ord("A") + rank) + shown
    return shown
