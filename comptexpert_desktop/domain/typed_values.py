"""What a typed value may be, and how it is sent: the server checks alike (`docs/api/cases.json`, read by both)."""

from __future__ import annotations

import re
import unicodedata
from importlib import import_module

MAX_EMAIL = 254
MAX_LOCAL_PART = 64
MAX_NAME = 120
MAX_LINE = 160
MAX_NOTE = 500
SIREN_DIGITS = 9
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"({_LABEL}\.)+(xn--[a-z0-9-]{{1,58}}[a-z0-9]|[a-z]{{2,63}})")
_LOGIN_ID = re.compile(r"[a-z][a-z0-9._-]{5,31}")
_BETWEEN_DIGITS = re.compile(r"[\s.\-\u2010-\u2015\u2212]+")
_NUMBER_SIGN = re.compile(r"^n\s*[°º]\s*:?", re.IGNORECASE)
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


def without_invisible(text: str) -> str:
    """Return a text without what no reader sees nor spaces at its ends: for addresses and numbers."""
    seen = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFC", seen).strip()


def clean_name(text: str) -> str | None:
    """Return the name of a person as it is sent; None when nobody is called so."""
    cleaned = _composed(text)
    if not cleaned or len(cleaned) > MAX_NAME or _name_fault(cleaned):
        return None
    return cleaned


def clean_note(text: str) -> str | None:
    """Return a few sentences as they are sent, ends of lines included; None when they cannot be."""
    cleaned = _composed(text)
    if cleaned is None:
        return None
    drawn = _UNDRAWN.sub("", cleaned).strip()
    return None if len(drawn) > MAX_NOTE else drawn


def clean_email(text: str) -> str | None:
    """Return an address as mails are sent to it: lower case, the domain in ASCII; None when no mail can arrive."""
    local, at, domain = without_invisible(text).rpartition("@")
    if not at or len(local) > MAX_LOCAL_PART or not _LOCAL_PART.fullmatch(local):
        return None
    address = f"{local}@{_ascii_domain(domain)}".lower()
    return address if len(address) <= MAX_EMAIL and _DOMAIN.fullmatch(address.rpartition("@")[2]) else None


def clean_login_id(text: str) -> str | None:
    """Return an identifiant in lower case; None when its form is wrong."""
    cleaned = without_invisible(text).lower()
    return cleaned if _LOGIN_ID.fullmatch(cleaned) else None


def clean_number(text: str) -> str:
    """Return a registration number without « n° » and what people write between its digits; the rest is opaque."""
    return _BETWEEN_DIGITS.sub("", _NUMBER_SIGN.sub("", without_invisible(text))).upper()


def clean_siren(text: str) -> str | None:
    """Return the nine digits of a SIREN; None unless they hold Luhn's key."""
    digits = _BETWEEN_DIGITS.sub("", without_invisible(text))
    if len(digits) != SIREN_DIGITS or not (digits.isascii() and digits.isdecimal()):
        return None
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(digits)]
    return digits if sum(value // 10 + value % 10 for value in doubled) % 10 == 0 else None


def _ascii_domain(domain: str) -> str:
    """Return a domain in its ASCII form (IDNA 2008 after UTS 46); nothing when it has none."""
    if domain.isascii():
        return domain
    idna = import_module("idna")  # its tables take 15 ms, and few domains have accents
    try:
        return str(idna.encode(domain, uts46=True).decode("ascii"))
    except idna.IDNAError:
        return ""


def _composed(text: str) -> str | None:
    try:
        return _compose(text).strip()
    except ValueError:
        return None


def _has_invisible(text: str) -> bool:
    """Tell whether a name holds what no reader sees, or more marks than a letter carries."""
    return any(unicodedata.category(letter) in _HIDDEN or letter in _BLANKS for letter in text) or _piles_up(text)


def _name_fault(text: str) -> str:
    """Return why a text that somebody typed is no name of a person; nothing when it is one.

    Civil registers in France write Latin letters, with their accents, and apostrophes, hyphens and dots between them:
    a name holds no address, no formula and no letter that looks like another.
    """
    if _has_invisible(text):
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


def _compose(text: str) -> str:
    """Return a text as it is sent: composed (NFC), ends of lines as such; ValueError for what no reader sees."""
    found = unicodedata.normalize("NFC", text).translate(_SEPARATORS).translate(_SHY)
    for letter in found:
        if unicodedata.category(letter) in _HIDDEN and letter not in "\n\t" and letter not in JOINERS:
            raise ValueError("invisible characters are not allowed")
    return found


def _piles_up(text: str) -> bool:
    row = MAX_MARKS  # a mark that stands first has no letter below it
    for letter in unicodedata.normalize("NFC", text):
        row = row + 1 if unicodedata.category(letter) == "Mn" else 0
        if row > MAX_MARKS:
            return True
    return False
