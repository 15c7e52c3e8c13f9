"""The search contract written the slow way, from its own text: it shares no line with the server's."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from comptexpert_server.registry.models import RegistryEntry

PARTICLES = "de d du des la le les l von van der den ter di da do dos das del della el al ben ait".split()  # noqa: SIM905
LETTERS = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ŋ": "n", "ħ": "h"}
MIN, MIN_LETTERS_FOR_TYPO = 2, 4


def words_of(text: str) -> list[str]:
    """Casefold, decompose, drop marks and formats, spell letters out; all but letters and digits separates."""
    spelled = "".join(LETTERS.get(letter, letter) for letter in text.casefold())
    kept = ""
    for letter in unicodedata.normalize("NFKD", spelled):
        kind = unicodedata.category(letter)
        if unicodedata.combining(letter) or kind == "Cf":
            continue
        kept += letter if letter.isalnum() and kind != "Lm" else "\n"
    return [word for word in kept.split("\n") if word]


@dataclass(frozen=True)
class Part:
    """A surname from one of its tokens on, with the given names."""

    tier: int
    surname: str
    given: str
    entry: UUID

    @property
    def place(self) -> tuple[int, str, UUID]:
        return (self.tier, f"{self.surname} {self.given}", self.entry)


class Oracle:
    """Every part of everybody on one list, looked through from end to end."""

    def __init__(self, entries: Iterable[RegistryEntry]) -> None:
        self.parts: list[Part] = []
        self.numbers: list[tuple[str, UUID]] = []
        for entry in entries:
            tokens, given = words_of(entry.surname), "".join(words_of(entry.given_name))
            leading = 0
            while leading < len(tokens) and tokens[leading] in PARTICLES:
                leading += 1
            for start in range(len(tokens)):
                self.parts.append(Part(int(start > leading), "".join(tokens[start:]), given, entry.id))
            self.numbers.append((entry.registration_number, entry.id))

    def find(self, text: str, *, limit: int) -> list[UUID]:
        """Give the ids, best first."""
        words = words_of(text)
        letters = "".join(words)
        if len(letters) < MIN:
            return []
        if re.fullmatch("[a-z]{0,2}[0-9]{3,}", letters):
            return [one for number, one in sorted(self.numbers) if number.lower().startswith(letters)][:limit]
        found = [part.place for part in self.parts if matches(words, part)]
        if not found and len(letters) >= MIN_LETTERS_FOR_TYPO:
            found = [part.place for part in self.parts if edits_to_a_prefix(letters, part.surname) <= 1]
        return list(dict.fromkeys(one for _tier, _key, one in sorted(found)))[:limit]


def matches(words: list[str], part: Part) -> bool:
    """Tell whether the words are the beginning of the part, or the part and the beginning of the given names."""
    if part.surname.startswith("".join(words)):
        return True
    return any(
        part.surname == "".join(words[:cut]) and part.given.startswith("".join(words[cut:]))
        for cut in range(1, len(words))
    )


def edits_to_a_prefix(query: str, part: str) -> int:
    """Give the optimal string alignment distance between the query and the nearest beginning of the part."""
    rows = [list(range(len(part) + 1))]
    for i, letter in enumerate(query, 1):
        row = [i]
        for j, other in enumerate(part, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == part[j - 2] and query[i - 2] == other:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return min(rows[-1])
