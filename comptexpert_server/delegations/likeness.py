"""Whether two names are one, or look alike: confusable letters, one edit (domain.md, BR-38)."""

from __future__ import annotations

from enum import StrEnum

from comptexpert_server.registry.name_folding import fold

MIN_EDITED = 6
"""Letters from which one edit makes two names look alike: shorter ones differ by one letter too often."""
_HOMOGLYPHS = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0455\u0456\u0458\u0501"
    "\u051b\u051d\u04bb\u04cf\u03b1\u03b2\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7",
    "abekmhopctyxsijdqwhlabeikvoptux",
)
"""Cyrillic and Greek letters, and the Latin ones that they are taken for."""
_SEQUENCES = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_SIGNS = str.maketrans("10i5|", "lolsl")


class Likeness(StrEnum):
    """How near two names are."""

    SAME = "same"
    CLOSE = "close"


def likeness(one: str, other: str) -> Likeness | None:
    """Compare two names of people, given names and surname in whichever order; None when they are apart."""
    if not fold(one) or not fold(other):
        return None
    if sorted(fold(one)) == sorted(fold(other)):
        return Likeness.SAME
    orders = {skeleton(one), skeleton(" ".join(reversed(one.split())))}
    return Likeness.CLOSE if any(_look_alike(first, skeleton(other)) for first in orders) else None


def is_confusable(one: str, other: str) -> bool:
    """Return whether two identifiants differ only by letters that are taken for each other."""
    return one != other and skeleton(one) == skeleton(other)


def skeleton(text: str) -> str:
    """Return what is left of a text for a hurried eye: letters that look alike are one."""
    letters = "".join(fold(text.casefold().translate(_HOMOGLYPHS))).translate(_SIGNS)
    for sequence, letter in _SEQUENCES:
        letters = letters.replace(sequence, letter)
    return letters


def _look_alike(one: str, other: str) -> bool:
    if one == other:
        return True
    return min(len(one), len(other)) >= MIN_EDITED and _is_one_edit(one, other)


def _is_one_edit(one: str, other: str) -> bool:
    """Return whether one letter more, less, other, or two exchanged, turn a text into another."""
    short, long = sorted((one, other), key=len)
    start = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if len(short) != len(long):
        return len(long) - len(short) == 1 and short[start:] == long[start + 1 :]
    is_replaced = short[start + 1 :] == long[start + 1 :]
    is_exchanged = short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
    return is_replaced or is_exchanged
