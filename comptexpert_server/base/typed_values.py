"""What a typed value may be, and how it is kept: the application checks alike (`docs/api/cases.json`, read by both)."""

from __future__ import annotations

import re
import unicodedata

import idna

from comptexpert_server.base.text_rules import composed, composed_note, name_fault

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


def without_invisible(text: str) -> str:
    """Return a text without what no reader sees nor spaces at its ends: for addresses and numbers."""
    seen = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFC", seen).strip()


def clean_name(text: str) -> str | None:
    """Return the name of a person as it is kept; None when nobody is called so (`name_fault`)."""
    cleaned = _composed(text)
    if not cleaned or len(cleaned) > MAX_NAME or name_fault(cleaned):
        return None
    return cleaned


def clean_note(text: str) -> str | None:
    """Return a few sentences as they are kept, ends of lines included; None when they cannot be."""
    try:
        cleaned = composed_note(text)
    except ValueError:
        return None
    return None if len(cleaned) > MAX_NOTE else cleaned


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
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def _composed(text: str) -> str | None:
    try:
        return composed(text).strip()
    except ValueError:
        return None
