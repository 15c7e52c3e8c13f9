"""An attestation: one line that says what a person may do for a cabinet on a day, with the server's signature.

Its form is `CTXA1.<statement>.<signature>`, both in base64url without padding; the statement is JSON.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date

from comptexpert_desktop.domain.codec import document
from comptexpert_desktop.domain.documents import MALFORMED, read_document, required_text

PREFIX = "CTXA1."
MAX_SEALED = 8000
"""Letters of the line; a QR code holds fewer than 3,000."""
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


@dataclass(frozen=True, slots=True)
class Attestation:
    """A statement with the bytes that were signed and the signature."""

    statement: Statement
    signed: bytes
    signature: bytes


@document
@dataclass(frozen=True, slots=True)
class Drawn:
    """An attestation as the server hands it over: its line, and the QR code of it, a row a text."""

    sealed: str
    qr: tuple[str, ...]


def is_attestation(text: str) -> bool:
    """Return whether a text looks like an attestation, whole or damaged."""
    return text.lstrip().startswith(PREFIX)


def read(text: str) -> Attestation:
    """Read the line of an attestation; raises ValueError when it is none."""
    line = "".join(text.split())
    if len(line) > MAX_SEALED or not line.startswith(PREFIX):
        raise ValueError("attestation")
    try:
        statement, signature = (_bytes(part) for part in line.removeprefix(PREFIX).split("."))
        found = read_document(Statement, json.loads(statement))
    except (binascii.Error, UnicodeError, *MALFORMED):
        raise ValueError("attestation") from None
    if found.kind != KIND:
        raise ValueError("attestation")
    return Attestation(found, statement, signature)


def read_drawn(answer: object) -> Drawn:
    """Read what the server hands over; raises one of MALFORMED."""
    found = read_document(Drawn, answer)
    if not found.qr or {len(required_text(row)) for row in found.qr} != {len(found.qr)}:
        raise ValueError("qr")
    return found


def _bytes(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
