"""The register of a firm as it is exported: read it, and find the first line that does not hold (BR-18).

A line is JSON in its one spelling (sorted keys, no spaces, UTF-8); its digest is the SHA-256 of the line without
`digest`, in hexadecimal; `previous` is the digest of the line before. The end is `{firm, count, head}` and the
server's signature over it. Names, reasons and notes stand beside the lines, in `texts`: a line holds in `data.said` the
SHA-256 of the salt and the text of each, so that a text can be erased and the chain still holds.

As a table, the server writes commas; the application writes semicolons, for a French spreadsheet, and keeps any cell
from starting a formula: reading takes that back, so that both verify.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.documents import MALFORMED
from comptexpert_desktop.domain.table import safe, unsafe
from comptexpert_desktop.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    texts: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict, compare=False)
    """Beside the lines: the `salt` and the `text` of each, by the number of the line and its name. A table has none."""

    @property
    def sealed(self) -> bytes:
        """What the server signed."""
        return _canonical({name: self.end.get(name) for name in ("firm", "count", "head")})

    def said(self, line: Mapping[str, Any]) -> dict[str, str]:
        """Return what stands beside a line: its names of that day, its reason, its note."""
        return {name: str(one["text"]) for name, one in self.texts.get(str(line["number"]), {}).items()}


@dataclass(frozen=True, slots=True)
class Head:
    """How far a register went when it was last seen: how many lines, the digest of the last, and its moment."""

    count: int
    digest: str
    at: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that does not hold: the line, counted from 1, or 0 for the end; and what it is."""

    line: int
    code: str
    """REGISTER_LINE_CHANGED, REGISTER_LINE_MISSING, REGISTER_LINE_FOREIGN, REGISTER_TEXT_CHANGED,
    REGISTER_END_CHANGED; beside an earlier export REGISTER_NOT_CONTINUED, REGISTER_RESTORED."""


RESTORED = "register.restored"
"""The act of a line that says that the server's database went back in time; the server signs it as any other."""


def head_of(register: Register) -> Head:
    """Return how far a register goes."""
    last = register.lines[-1] if register.lines else {}
    return Head(len(register.lines), str(last.get("digest") or ""), str(last.get("at") or ""))


def first_break(register: Register, *, since: Register) -> Fault | None:
    """Return the first line of an earlier export that this one does not repeat; None when it continues it."""
    if register.end.get("firm") != since.end.get("firm"):
        return Fault(0, "REGISTER_LINE_FOREIGN")
    for place, line in enumerate(since.lines, start=1):
        if place > len(register.lines) or register.lines[place - 1].get("digest") != line.get("digest"):
            return _break(register, place=place, since=head_of(since))
    return None


def break_since(register: Register, *, head: Head) -> Fault | None:
    """Return where a register stops to continue what was seen of it before; None when it goes on."""
    if head.count == 0:
        return None
    if head.count <= len(register.lines) and register.lines[head.count - 1].get("digest") == head.digest:
        return None
    return _break(register, place=min(head.count, len(register.lines) + 1), since=head)


def _break(register: Register, *, place: int, since: Head) -> Fault:
    """Tell a restoration, which a later line admits, from lines that somebody cut or rewrote."""
    restored = (number for number, line in enumerate(register.lines, start=1) if _admits(line, since=since))
    admitted = next(restored, 0)
    return Fault(admitted, "REGISTER_RESTORED") if admitted else Fault(place, "REGISTER_NOT_CONTINUED")


def _admits(line: dict[str, Any], *, since: Head) -> bool:
    return line.get("action") == RESTORED and str(line.get("at") or "") > since.at


def read(text: str) -> Register:
    """Read an export, JSON or CSV; raises InvalidInput when it is neither."""
    try:
        return _read_json(text) if text.lstrip("\ufeff \r\n").startswith("{") else _read_csv(text)
    except (csv.Error, *MALFORMED):
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
    return _text_fault(register)


def _text_fault(register: Register) -> Fault | None:
    """Return the first line beside which stands another text than the one that it sealed."""
    for number, texts in sorted(register.texts.items(), key=lambda one: int(one[0])):
        if not 1 <= int(number) <= len(register.lines) or not _says(register.lines[int(number) - 1], texts=texts):
            return Fault(int(number), "REGISTER_TEXT_CHANGED")
    return None


def _says(line: dict[str, Any], *, texts: Mapping[str, Mapping[str, Any]]) -> bool:
    """Tell whether the texts beside a line are those that it sealed; one that was erased is absent."""
    sealed = line["data"].get("said", {})
    return all(
        sealed.get(name) == hashlib.sha256(f"{one['salt']}{one['text']}".encode("utf-8", "surrogatepass")).hexdigest()
        for name, one in texts.items()
    )


def _read_json(text: str) -> Register:
    document = json.loads(text.lstrip("\ufeff"))
    texts = {str(number): dict(beside) for number, beside in dict(document.get("texts") or {}).items()}
    return Register(tuple(_whole(dict(line)) for line in document["events"]), dict(document["end"]), texts)


def _whole(line: dict[str, Any]) -> dict[str, Any]:
    """Return a line that says everything a line says; raises KeyError for another one."""
    return line | {name: line[name] for name in COLUMNS}


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
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")  # half of a letter is no reason to stop: no seal holds over it
