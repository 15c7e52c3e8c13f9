"""Which letters a text may hold: what nobody sees, or what turns the text around it, is no text."""

from __future__ import annotations

import re
import unicodedata

MAX_MARKS = 2
"""Combining marks on one letter, once composed: Vietnamese needs one, no name needs three."""
JOINERS = frozenset("\u200c\u200d")
"""They make one sign of two, as in some emoji."""
_SHY = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""What programs leave where lines may break or a file began: taken out."""
_SEPARATORS = {0x2028: "\n", 0x2029: "\n"}
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_BLANKS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
)
"""Letters and marks that are drawn as nothing."""
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_UNDRAWN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]" + rf"|(?<![^\s{_SELECTORS}])[{_SELECTORS}]"
)
"""What is drawn as nothing, in a note; a selector of a drawing goes with the sign before it."""
_NAME_SIGNS = frozenset(" '-.\u00a0\u00b7\u02bb\u02bc\u2010\u2011\u2018\u2019")
_LOOKS_LIKE_AN_ADDRESS = re.compile(r"\.\w\w")
_LINK = re.compile(r"://|\bwww\.", re.IGNORECASE)


def has_invisible(text: str) -> bool:
    """Tell whether a name holds what no reader sees, or more marks than a letter carries."""
    return any(unicodedata.category(letter) in _HIDDEN or letter in _BLANKS for letter in text) or _piles_up(text)


def name_fault(text: str) -> str:
    """Return why a text that somebody typed is no name of a person; nothing when it is one.

    Civil registers in France write Latin letters, with their accents, and apostrophes, hyphens and dots between them:
    a name holds no address, no formula and no letter that looks like another.
    """
    if has_invisible(text):
        return "CONTROL"
    if not text:
        return ""
    letters = [letter for letter in text if unicodedata.category(letter)[0] == "L" and letter not in _NAME_SIGNS]
    others = [letter for letter in text if letter not in letters and letter not in _NAME_SIGNS]
    is_latin = all(unicodedata.name(letter, "").startswith("LATIN ") for letter in letters)
    is_plain = all(unicodedata.category(letter) == "Mn" for letter in others)
    if not letters or not is_latin or not is_plain or _LOOKS_LIKE_AN_ADDRESS.search(text):
        return "NOT_A_NAME"
    return ""


def label_fault(text: str) -> str:
    """Return why a text that somebody typed names no organisation; nothing when it does."""
    if has_invisible(text):
        return "CONTROL"
    return "ADDRESS" if _LINK.search(text) else ""


def composed(text: str) -> str:
    """Return a text as it is kept: composed (NFC), ends of lines as such; ValueError for what no reader sees."""
    found = unicodedata.normalize("NFC", text).translate(_SEPARATORS).translate(_SHY)
    for letter in found:
        if unicodedata.category(letter) in _HIDDEN and letter not in "\n\t" and letter not in JOINERS:
            raise ValueError("invisible characters are not allowed")
    return found


def composed_note(text: str) -> str:
    """Return a few sentences as they are kept: composed, without what is drawn as nothing, nor spaces at the ends."""
    return _UNDRAWN.sub("", composed(text)).strip()


def _piles_up(text: str) -> bool:
    row = MAX_MARKS  # a mark that stands first has no letter below it
    for letter in unicodedata.normalize("NFC", text):
        row = row + 1 if unicodedata.category(letter) == "Mn" else 0
        if row > MAX_MARKS:
            return True
    return False
