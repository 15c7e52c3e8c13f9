"""One line of an import: what it must hold, and what is wrong with it."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from comptexpert_server.config.clock import today
from comptexpert_server.registry.models import EntryStatus
from comptexpert_server.registry.profiles import LISTS
from comptexpert_server.registry.selectors import clean_number, council

LONGEST = {"registration_number": 32, "surname": 120, "given_name": 120, "town": 120, "postal_code": 16}
COLUMNS = {*LONGEST, "date_of_birth", "email", "list", "status", "council", "firms"}
SIREN_DIGITS = 9
LONGEST_FIRM_NAME = 160
OLDEST = date(1900, 1, 1)
"""Nobody alive was born before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One checked line."""

    registration_number: str
    surname: str
    given_name: str
    date_of_birth: date
    email: str
    list: str
    status: str
    council: str
    town: str
    postal_code: str
    firms: tuple[tuple[str, str], ...]


def faults_of(raw: dict[str, Any]) -> list[dict[str, str]]:
    """Give what is wrong with a line, member by member."""
    faults = {str(name): "UNKNOWN" for name in set(raw) - COLUMNS}
    for name, longest in LONGEST.items():
        text = _text(raw.get(name))
        if not text:
            faults[name] = "MISSING"
        elif len(text) > longest:
            faults[name] = "TOO_LONG"
        elif has_invisible(text):
            faults[name] = "CONTROL"
    checks = {
        "date_of_birth": _is_date(raw.get("date_of_birth")),
        "email": not _text(raw.get("email")) or _is_email(_text(raw.get("email"))),
        "list": raw.get("list") in LISTS,
        "status": raw.get("status") in EntryStatus.values,
        "council": council(_text(raw.get("council"))) is not None,
        "firms": _firms(raw.get("firms")) is not None,
    }
    faults |= {name: "INVALID" for name, is_right in checks.items() if not is_right}
    return [{"field": name, "code": code} for name, code in sorted(faults.items())]


def parsed(raw: dict[str, Any]) -> Line:
    """Give a line that has no fault."""
    return Line(
        registration_number=clean_number(_text(raw["registration_number"])),
        surname=_text(raw["surname"]),
        given_name=_text(raw["given_name"]),
        date_of_birth=date.fromisoformat(raw["date_of_birth"]),
        email=_text(raw.get("email")).lower(),
        list=raw["list"],
        status=raw["status"],
        council=raw["council"],
        town=_text(raw["town"]),
        postal_code=_text(raw["postal_code"]),
        firms=tuple(_firms(raw.get("firms")) or ()),
    )


def has_invisible(text: str) -> bool:
    """Tell whether a text holds what no reader sees: controls, marks that turn it around, private letters."""
    return any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co"} for letter in text)


def is_siren(text: str) -> bool:
    """Tell whether nine digits hold Luhn's key."""
    digits = "".join(text.split())
    if len(digits) != SIREN_DIGITS or not (digits.isascii() and digits.isdecimal()):
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(digits)]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _text(value: object) -> str:
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else ""


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and OLDEST <= date.fromisoformat(value) <= today()
    except ValueError:
        return False


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return text.isascii()


def _firms(value: object) -> list[tuple[str, str]] | None:
    """Read the cabinets; in CSV they are one column of JSON. None when they cannot be taken."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.strip() else []
        except ValueError:
            return None
    if not isinstance(value, list):
        return None
    found: dict[str, str] = {}
    for firm in value:
        if not isinstance(firm, dict) or set(firm) != {"siren", "name"}:
            return None
        siren, name = "".join(str(firm["siren"]).split()), _text(firm["name"])
        if not is_siren(siren) or not name or len(name) > LONGEST_FIRM_NAME:
            return None
        found[siren] = name
    return list(found.items())
