"""The register of a firm as it is exported: read it, and find the first line that does not hold (BR-18).

A line is JSON in its one spelling (sorted keys, no spaces, UTF-8); its digest is the SHA-256 of the line without
`digest`, in hexadecimal; `previous` is the digest of the line before. The end is `{firm, count, head}` and the
server's signature over it.

As a table, the server writes commas; the application writes semicolons, for a French spreadsheet, and keeps any cell
from starting a formula: reading takes that back, so that both verify.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

from comptexpert_desktop.domain.sheet import safe, unsafe
from comptexpert_desktop.errors import InvalidInput, Problem

COLUMNS = (
    "number",
    "at",
    "firm",
    "actor",
    "acting_for",
    "action",
    "object_id",
    "object_version",
    "data",
    "previous",
    "digest",
)
_WHOLE_NUMBERS = ("number", "object_version")
_MAY_BE_ABSENT = ("firm", "actor", "acting_for", "object_version")


@dataclass(frozen=True, slots=True)
class Register:
    """An exported register: its lines from the first, and its sealed end."""

    lines: tuple[dict[str, Any], ...]
    end: dict[str, Any]

    @property
    def sealed(self) -> bytes:
        """What the server signed."""
        return _canonical({name: self.end.get(name) for name in ("firm", "count", "head")})


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that does not hold: the line, counted from 1, or 0 for the end; and what it is."""

    line: int
    code: str
    """REGISTER_LINE_CHANGED, REGISTER_LINE_MISSING, REGISTER_LINE_FOREIGN, REGISTER_END_CHANGED."""


def read(text: str) -> Register:
    """Read an export, JSON or CSV; raises InvalidInput when it is neither."""
    try:
        return _read_json(text) if text.lstrip("\ufeff \r\n").startswith("{") else _read_csv(text)
    except (ValueError, KeyError, TypeError, AttributeError, csv.Error):
        raise InvalidInput([Problem("file", "FILE_INVALID")]) from None


def as_table(register: Register) -> bytes:
    """Write a register for a French spreadsheet; `read` gives back the same register."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in register.lines:
        cells = line | {"data": _canonical(line["data"]).decode()}
        writer.writerow(["" if cells[name] is None else safe(str(cells[name])) for name in COLUMNS])
    writer.writerow(["end", _canonical(register.end).decode()])
    return text.getvalue().encode("utf-8-sig")


def first_fault(register: Register) -> Fault | None:
    """Return the first line that was changed, removed, added or moved; None when the chain holds."""
    previous = ""
    for place, line in enumerate(register.lines, start=1):
        if line.get("firm") != register.end.get("firm"):
            return Fault(place, "REGISTER_LINE_FOREIGN")
        if line.get("digest") != _digest(line):
            return Fault(place, "REGISTER_LINE_CHANGED")
        if line.get("number") != place or line.get("previous") != previous:
            return Fault(place, "REGISTER_LINE_MISSING")
        previous = str(line["digest"])
    if register.end.get("count") != len(register.lines) or register.end.get("head") != previous:
        return Fault(0, "REGISTER_END_CHANGED")
    return None


def _read_json(text: str) -> Register:
    document = json.loads(text.lstrip("\ufeff"))
    return Register(tuple(dict(line) for line in document["events"]), dict(document["end"]))


def _read_csv(text: str) -> Register:
    plain = text.lstrip("\ufeff")
    french = ";" in plain.partition("\n")[0]
    rows = list(csv.reader(io.StringIO(plain, newline=""), delimiter=";" if french else ","))
    columns, *lines, end = [[unsafe(cell) for cell in row] for row in rows] if french else rows
    if end[0] != "end":
        raise ValueError
    return Register(tuple(_line(columns, row) for row in lines), dict(json.loads(end[1])))


def _line(columns: list[str], row: list[str]) -> dict[str, Any]:
    line: dict[str, Any] = dict(zip(columns, row, strict=True))
    for name in _MAY_BE_ABSENT:
        line[name] = line[name] or None
    for name in _WHOLE_NUMBERS:
        line[name] = None if line[name] is None else int(line[name])
    line["data"] = json.loads(line["data"])
    return line


def _digest(line: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical({name: value for name, value in line.items() if name != "digest"})).hexdigest()


def _canonical(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
