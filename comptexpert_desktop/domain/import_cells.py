"""What one line of an import says, and what is wrong with it: texts become codes and days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.import_columns import COLUMNS, NEEDED
from comptexpert_desktop.domain.name_search import fold
from comptexpert_desktop.domain.table import starts_a_formula
from comptexpert_desktop.domain.typed_values import clean_siren

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptexpert_desktop.domain.catalogue import Catalogue, Service

MAX_REASON = 500
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FRENCH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with a line, before the server is asked."""

    column: str
    code: str
    """MISSING, FORMULA, CELLS, SERVICE, RIGHTS, DATE, ORDER, SIREN, LONG, REPEATED."""
    value: str = ""


class Wrong(Exception):
    """A line that cannot be sent, with its fault."""

    def __init__(self, column: str, code: str, value: str = "") -> None:
        super().__init__(code)
        self.fault = LineFault(column, code, value)


def understood(given: Mapping[str, str], *, catalogue: Catalogue | None) -> dict[str, str]:
    """Write the cells of a line as the server takes them; raises Wrong. Without a catalogue, codes are left to it."""
    for column in COLUMNS:
        if column in NEEDED and not given.get(column):
            raise Wrong(column, "MISSING")
        if starts_a_formula(given.get(column, "")):
            raise Wrong(column, "FORMULA", given[column])
    if len(given.get("reason", "")) > MAX_REASON:
        raise Wrong("reason", "LONG")
    return {**given, **_service_and_rights(given, catalogue=catalogue), **_firm(given), **_days(given)}


def _service_and_rights(given: Mapping[str, str], *, catalogue: Catalogue | None) -> dict[str, str]:
    if catalogue is None:
        return {}
    service = _service(given["service"], catalogue=catalogue)
    if service is None:
        raise Wrong("service", "SERVICE", given["service"])
    rights = _rights(given["rights"], service=service)
    if rights is None:
        raise Wrong("rights", "RIGHTS", given["rights"])
    return {"service": service.id, "rights": " ".join(rights)}


def _firm(given: Mapping[str, str]) -> dict[str, str]:
    if "firm" not in given:
        return {}
    siren = clean_siren(given["firm"])
    if siren is None:
        raise Wrong("firm", "SIREN", given["firm"])
    return {"firm": siren}


def _days(given: Mapping[str, str]) -> dict[str, str]:
    days: dict[str, date] = {}
    for column in ("valid_from", "valid_until"):
        if column in given:
            day = _day(given[column])
            if day is None:
                raise Wrong(column, "DATE", given[column])
            days[column] = day
    if len(days) > 1 and days["valid_until"] < days["valid_from"]:
        raise Wrong("valid_until", "ORDER", given["valid_until"])
    return {column: day.isoformat() for column, day in days.items()}


def _day(text: str) -> date | None:
    iso, french = _ISO.fullmatch(text), _FRENCH.fullmatch(text)
    if iso:
        year, month, day = map(int, iso.groups())
    elif french:
        day, month, year = map(int, french.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _service(text: str, *, catalogue: Catalogue) -> Service | None:
    requested = fold(text)
    return next((one for one in catalogue.services if requested in (fold(one.id), fold(one.name))), None)


def _rights(text: str, *, service: Service) -> list[str] | None:
    """Read codes between spaces, or codes and names between commas, « + » or « et »; None when one is unknown."""
    known = {one.id: one.id for one in service.rights} | {" ".join(fold(one.name)): one.id for one in service.rights}
    codes = text.lower().split()
    if " ".join(fold(text)) in known:
        parts = [" ".join(fold(text))]
    elif all(code in known for code in codes):
        parts = codes
    else:
        parts = [" ".join(fold(part)) for part in re.split(r"[,;+|/]|\bet\b", text) if part.strip()]
    if not parts or any(part not in known for part in parts):
        return None
    requested = {known[part] for part in parts}
    return [one.id for one in service.rights if one.id in requested]
