"""How names are compared: the contract of the registry search, the same on the client and the server.

Accents, case, hyphens, apostrophes, ligatures and particles do not matter; any part of a compound surname
is found, those that begin with the typed letters first.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

FOLD_VERSION = 1
"""Changes with any change of `fold` or `keys`; a local index made by another version is built again."""

MIN_TYPO = 4
"""A query of fewer letters is never corrected."""

LAST = chr(0x10FFFF)
"""Sorts after every letter, so that `prefix + LAST` bounds what starts with the prefix."""

PARTICLES = frozenset(
    [
        "de",
        "d",
        "du",
        "des",
        "la",
        "le",
        "les",
        "l",
        "von",
        "van",
        "der",
        "den",
        "ter",
        "di",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "el",
        "al",
        "ben",
        "ait",
    ]
)

_SPELLED_OUT = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ŋ": "n", "ħ": "h"}
)
_SEVERAL = 2
_ASCII_WORDS = re.compile(r"[a-z0-9]+")
_NUMBER = re.compile(r"[a-z]{0,2}[0-9]{3,}")


class Key(NamedTuple):
    """One way to find a person; tier 0 comes first."""

    tier: int
    text: str


def fold(text: str) -> list[str]:
    """Reduce a text to its words, without anything that a person may write in several ways."""
    if text.isascii():
        return _ASCII_WORDS.findall(text.lower())
    letters: list[str] = []
    for letter in unicodedata.normalize("NFKD", text.casefold()).translate(_SPELLED_OUT):
        category = unicodedata.category(letter)
        if unicodedata.combining(letter) or category == "Cf":
            continue
        letters.append(letter if letter.isalnum() and category != "Lm" else " ")
    return "".join(letters).split()


def keys(*, surname: str, given_name: str) -> list[Key]:
    """List the ways to find a person: a key for each part of the surname, then the given names."""
    words = fold(surname)
    given = "".join(fold(given_name))
    leading = 0
    while leading < len(words) and words[leading] in PARTICLES:
        leading += 1
    return [
        Key(tier=0 if start <= leading else 1, text=f"{''.join(words[start:])} {given}") for start in range(len(words))
    ]


def prefixes(text: str) -> list[str]:
    """List the beginnings of keys that a query asks for, in the order of the keys."""
    words = fold(text)
    if len(words) < _SEVERAL:
        return words
    together = {"".join(words)}
    splits = {f"{''.join(words[:cut])} {''.join(words[cut:])}" for cut in range(1, len(words))}
    return sorted(together | splits)


def number_prefix(text: str) -> str:
    """Return the folded beginning of a registration number, or nothing when the query is a name."""
    if text.isalpha():
        return ""
    joined = "".join(fold(text))
    return joined if _NUMBER.fullmatch(joined) else ""


def fold_number(registration_number: str) -> str:
    """Reduce a registration number to what is compared."""
    return "".join(fold(registration_number))


def typo_prefixes(text: str, *, alphabet: str) -> list[str]:
    """List what the query may have been meant to be, one typing error away; empty when it is too short.

    A part matches when one of its beginnings is at optimal-string-alignment distance 1 or less of the query.
    """
    query = "".join(fold(text))
    if len(query) < MIN_TYPO:
        return []
    cuts = [(query[:cut], query[cut:]) for cut in range(len(query))]
    deleted = {head + tail[1:] for head, tail in cuts}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    replaced = {head + letter + tail[1:] for head, tail in cuts for letter in alphabet}
    inserted = {head + letter + tail for head, tail in cuts for letter in alphabet}
    return _without_longer(deleted | swapped | replaced | inserted | {query})


def _without_longer(variants: set[str]) -> list[str]:
    kept: list[str] = []
    for variant in sorted(variants):
        if not kept or not variant.startswith(kept[-1]):
            kept.append(variant)
    return kept
