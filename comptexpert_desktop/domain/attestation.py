"""An attestation: one line that says what a person may do for a cabinet on a day, with the server's signature.

Its form is `CTXA1.<statement>.<signature>`, both in base64url without padding; the statement is JSON. More rights than
a QR code holds are stated in parts, each a line that begins with `CTXA2` and says which part it is.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, replace
from datetime import date

from comptexpert_desktop.domain.codec import document
from comptexpert_desktop.domain.documents import MALFORMED, read_document, required_text

PREFIX = "CTXA1."
PREFIX_OF_PART = "CTXA2."
MAX_SEALED = 8000
"""Letters of the line; a QR code holds fewer than 3,000."""
MAX_PARTS = 500
KIND = "attestation"


@document
@dataclass(frozen=True, slots=True)
class AttestedFirm:
    """The cabinet for which the person may act."""

    siren: str
    name: str


@document
@dataclass(frozen=True, slots=True)
class AttestedPerson:
    """Who may act."""

    name: str
    login_id: str


@document
@dataclass(frozen=True, slots=True)
class AttestedRight:
    """One right, as it stood on the day."""

    service: str
    right: str
    by: str
    effective: bool
    until: date | None = None


@document
@dataclass(frozen=True, slots=True)
class AttestedRegister:
    """How far the register went on which the statement rests."""

    count: int
    head: str


@document
@dataclass(frozen=True, slots=True)
class AttestedPart:
    """Which part of an attestation a statement is."""

    number: int
    of: int
    total: int
    """How many rights all parts state."""


@document
@dataclass(frozen=True, slots=True)
class Statement:
    """What the server said."""

    kind: str
    firm: AttestedFirm
    person: AttestedPerson
    on: date
    at: str
    """The moment in UTC, as it was signed."""
    register: AttestedRegister
    rights: tuple[AttestedRight, ...] = ()
    part: AttestedPart | None = None
    """Which part this is; None when the statement is whole."""


@dataclass(frozen=True, slots=True)
class Attestation:
    """A statement with the bytes that were signed and the signature."""

    statement: Statement
    signed: bytes
    signature: bytes


@document
@dataclass(frozen=True, slots=True)
class DrawnPart:
    """A line, and its QR code, a row a text."""

    sealed: str
    qr: tuple[str, ...]


@document
@dataclass(frozen=True, slots=True)
class Drawn:
    """An attestation as the server hands it over: its line and code, and those of its other parts."""

    sealed: str
    qr: tuple[str, ...]
    others: tuple[DrawnPart, ...] = ()

    @property
    def parts(self) -> tuple[DrawnPart, ...]:
        """Return every part, in order."""
        return (DrawnPart(self.sealed, self.qr), *self.others)

    @property
    def text(self) -> str:
        """Return every line."""
        return "\n".join(one.sealed for one in self.parts)


def is_attestation(text: str) -> bool:
    """Return whether a text looks like an attestation, whole or damaged."""
    return text.lstrip().startswith((PREFIX, PREFIX_OF_PART))


def read(text: str) -> Attestation:
    """Read the line of an attestation, or of a part of one; raises ValueError when it is none."""
    line = "".join(text.split())
    prefix = PREFIX_OF_PART if line.startswith(PREFIX_OF_PART) else PREFIX
    if len(line) > MAX_SEALED or not line.startswith(prefix):
        raise ValueError("attestation")
    try:
        statement, signature = (_bytes(part) for part in line.removeprefix(prefix).split("."))
        found = read_document(Statement, json.loads(statement))
    except (binascii.Error, UnicodeError, *MALFORMED):
        raise ValueError("attestation") from None
    if found.kind != KIND or (found.part is None) != (prefix == PREFIX) or not _may_be_part(found):
        raise ValueError("attestation")
    return Attestation(found, statement, signature)


def read_parts(text: str) -> tuple[Attestation, ...]:
    """Read the parts of one attestation, in their order, each once; raises ValueError when they are not of one."""
    lines = dict.fromkeys(_lines(text))
    if not 1 <= len(lines) <= MAX_PARTS:
        raise ValueError("attestation")
    found = sorted((read(line) for line in lines), key=lambda one: _number(one.statement))
    if (
        len({_number(one.statement) for one in found}) != len(found)
        or len({_common(one.statement) for one in found}) != 1
    ):
        raise ValueError("attestation")
    return tuple(found)


def joined(parts: tuple[Attestation, ...]) -> Statement:
    """Return the statement that the parts of one attestation make together; it is whole only when all are there."""
    first = parts[0].statement
    rights = tuple(right for one in parts for right in one.statement.rights)
    is_whole = first.part is not None and len(parts) == first.part.of
    return replace(first, rights=rights, part=None if is_whole else first.part)


def missing_parts(parts: tuple[Attestation, ...]) -> tuple[int, ...]:
    """Return the numbers of the parts that are not there."""
    part = parts[0].statement.part
    there = {_number(one.statement) for one in parts}
    return () if part is None else tuple(number for number in range(1, part.of + 1) if number not in there)


def read_drawn(answer: object) -> Drawn:
    """Read what the server hands over; raises one of MALFORMED."""
    found = read_document(Drawn, answer)
    for one in found.parts:
        if not one.qr or {len(required_text(row)) for row in one.qr} != {len(one.qr)}:
            raise ValueError("qr")
    return found


def _lines(text: str) -> list[str]:
    """Return the lines, each whole: a telephone or a mail may have wrapped them.

    No line holds the beginning of another: what stands before a dot in one is JSON, whose last letters differ.
    """
    return [line for line in re.split(r"(?=CTXA[12]\.)", "".join(text.split())) if line]


def _may_be_part(statement: Statement) -> bool:
    part = statement.part
    return part is None or (1 <= part.number <= part.of <= MAX_PARTS and len(statement.rights) <= part.total)


def _number(statement: Statement) -> int:
    return 0 if statement.part is None else statement.part.number


def _common(statement: Statement) -> Statement:
    """Return what all parts of an attestation say alike."""
    part = statement.part
    return replace(statement, rights=(), part=None if part is None else replace(part, number=1))


def _bytes(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
