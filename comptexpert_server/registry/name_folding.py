"""How names are written for searching: the server's own statement of the search contract."""

from __future__ import annotations

import unicodedata

FOLD_VERSION = 1
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


def fold(text: str) -> list[str]:
    """Give the words of a text without case, accents, ligatures or separators."""
    letters: list[str] = []
    for letter in unicodedata.normalize("NFKD", text.casefold()).translate(_SPELLED_OUT):
        category = unicodedata.category(letter)
        if unicodedata.combining(letter) or category == "Cf":
            continue
        letters.append(letter if letter.isalnum() and category != "Lm" else " ")
    return "".join(letters).split()


def name_keys(surname: str, *, given_name: str) -> list[tuple[int, str]]:
    """Give the (tier, key) pairs that find a person, one for each part of the surname."""
    words = fold(surname)
    given = "".join(fold(given_name))
    keys: list[tuple[int, str]] = []
    leading = True
    for start in range(len(words)):
        tier = 0 if start == 0 or leading else 1
        keys.append((tier, "".join(words[start:]) + " " + given))
        leading = leading and words[start] in PARTICLES
    return keys
