"""The search contract written as slowly and plainly as it can be: what the fast one is compared with."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptexpert_desktop.domain.registry import RegistryEntry

SPELLED = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ŋ": "n", "ħ": "h"}
PARTICLES = {
    *("de", "d", "du", "des", "la", "le", "les", "l", "von", "van", "der", "den", "ter", "di", "da", "do", "dos"),
    *("das", "del", "della", "el", "al", "ben", "ait"),
}


def words(text: str) -> list[str]:
    """Fold a text, letter by letter."""
    found, word = [], ""
    for letter in unicodedata.normalize("NFKD", text.casefold()):
        if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
            continue
        plain = SPELLED.get(letter, letter)
        if plain.isalnum() and unicodedata.category(letter) != "Lm":
            word += plain
        elif word:
            found, word = [*found, word], ""
    return [*found, word] if word else found


def person_keys(entry: RegistryEntry) -> list[tuple[int, str, str]]:
    """List (tier, key, part) of a person."""
    tokens = words(entry.surname)
    given = "".join(words(entry.given_name))
    made = []
    for start in range(len(tokens)):
        before = tokens[:start]
        tier = 0 if all(token in PARTICLES for token in before) else 1
        part = "".join(tokens[start:])
        made.append((tier, f"{part} {given}", part))
    return made


def search(people: Iterable[RegistryEntry], query: str) -> list[str]:
    """Return the ids of everyone whom a query finds, in order."""
    people = list(people)
    tokens = words(query)
    joined = "".join(tokens)
    if re.fullmatch(r"[a-z]{0,2}[0-9]{3,}", joined):
        numbered = [("".join(words(one.registration_number)), one.entry_id) for one in people]
        return [entry_id for number, entry_id in sorted(numbered) if number.startswith(joined)]
    if not tokens:
        return []
    requested = {joined} | {f"{''.join(tokens[:cut])} {''.join(tokens[cut:])}" for cut in range(1, len(tokens))}
    exact = _ordered(people, lambda key, part: any(key.startswith(one) for one in requested))
    if exact or len(joined) < 4:
        return exact
    return _ordered(people, lambda key, part: any(distance(part[:end], joined) <= 1 for end in range(len(part) + 1)))


def _ordered(people, matches) -> list[str]:
    best = []
    for one in people:
        found = [(tier, key) for tier, key, part in person_keys(one) if matches(key, part)]
        if found:
            best.append((*min(found), one.entry_id))
    return [entry_id for _, _, entry_id in sorted(best)]


def distance(left: str, right: str) -> int:
    """Compute the optimal string alignment distance."""
    rows = [[max(i, j) if not (i and j) else 0 for j in range(len(right) + 1)] for i in range(len(left) + 1)]
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            cost = left[i - 1] != right[j - 1]
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]
