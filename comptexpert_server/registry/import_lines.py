"""One line of an import: what it must hold, and what is wrong with it."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comptexpert_server.base.birth import is_possible, read_birth
from comptexpert_server.base.clock import today
from comptexpert_server.base.text_rules import has_invisible
from comptexpert_server.base.typed_values import clean_email, clean_number, clean_siren
from comptexpert_server.registry.models import EntryStatus
from comptexpert_server.registry.profiles import LISTS
from comptexpert_server.registry.selectors import council

if TYPE_CHECKING:
    from datetime import date

MAX_LENGTHS = {"registration_number": 32, "surname": 120, "given_name": 120, "town": 120, "postal_code": 16}
CODES = ("list", "status", "council")
COLUMNS = frozenset({*MAX_LENGTHS, *CODES, "date_of_birth", "email", "firms"})
MAX_FIRM_NAME = 160


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One checked line."""

    registration_number: str
    surname: str
    given_name: str
    date_of_birth: date
    birth_precision: str = "day"
    email: str
    list: str
    status: str
    council: str
    town: str
    postal_code: str
    firms: tuple[tuple[str, str], ...]


Faults = list[dict[str, str]]


def read_line(raw: dict[Any, Any]) -> Line | Faults:
    """Return a checked line, each member in the form in which it was checked, or what is wrong with it."""
    if None in raw:  # a row of CSV with more cells than columns
        return [{"field": "line", "code": "TOO_MANY_CELLS"}]
    faults = {str(name): "UNKNOWN" for name in set(raw) - COLUMNS}
    texts = {name: _text(raw.get(name)) for name in (*MAX_LENGTHS, *CODES, "date_of_birth", "email")}
    faults |= {name: "INVALID" for name, text in texts.items() if text is None}
    seen = {name: text or "" for name, text in texts.items()}
    number = clean_number(seen["registration_number"])
    birth = read_birth(seen["date_of_birth"])
    email = clean_email(seen["email"]) if seen["email"] else ""
    firms = _firms(raw.get("firms"))
    for name, max_length in MAX_LENGTHS.items():
        fault = _fault_of_text(seen[name], max_length=max_length)
        if fault:
            faults.setdefault(name, fault)
    checks = {
        "registration_number": number.isascii() and number.isalnum(),
        "date_of_birth": birth is not None and is_possible(birth, today=today),
        "email": email is not None,
        "list": seen["list"] in LISTS,
        "status": seen["status"] in EntryStatus.values,
        "council": council(seen["council"]) is not None,
        "firms": firms is not None,
    }
    faults |= {name: "INVALID" for name, is_right in checks.items() if not is_right and name not in faults}
    if faults or birth is None or email is None or firms is None:
        return [{"field": name, "code": code} for name, code in sorted(faults.items())]
    plain = {name: seen[name] for name in ("surname", "given_name", "town", "postal_code", *CODES)}
    return Line(
        registration_number=number,
        date_of_birth=birth.first_day,
        birth_precision=birth.precision.value,
        email=email,
        firms=tuple(firms),
        **plain,
    )


def _fault_of_text(text: str, *, max_length: int) -> str:
    if not text:
        return "MISSING"
    if len(text) > max_length:
        return "TOO_LONG"
    return "CONTROL" if has_invisible(text) else ""


def _text(value: object) -> str | None:
    """Return a member as it is kept; None for what is no text, nothing where it is absent."""
    if value is None:
        return ""
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else None


def _firms(value: object) -> list[tuple[str, str]] | None:
    """Read the cabinets; in CSV they are one column of JSON. None when they cannot be taken."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.strip() else []
        except (ValueError, RecursionError):
            return None
    if not isinstance(value, list):
        return None
    found: dict[str, str] = {}
    for firm in value:
        if not isinstance(firm, dict) or set(firm) != {"siren", "name"}:
            return None
        siren, name = clean_siren(str(firm["siren"])), _text(firm["name"]) or ""
        if siren is None or not name or len(name) > MAX_FIRM_NAME or has_invisible(name):
            return None
        found[siren] = name
    return list(found.items())
