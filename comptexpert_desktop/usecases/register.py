"""Export a firm's register, and verify an exported one without the server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from comptexpert_desktop.domain import register
from comptexpert_desktop.errors import InvalidInput, UnexpectedReply

if TYPE_CHECKING:
    from comptexpert_desktop.domain.register import Fault, Register
    from comptexpert_desktop.usecases.ports import Doors

Form = Literal["json", "csv"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an exported register is worth."""

    firm: str
    lines: int
    fault: Fault | None
    signature: Literal["verified", "refused", "unknown_key"]
    """`unknown_key` when this machine never met the server that signed."""

    @property
    def holds(self) -> bool:
        """Tell whether every line and the signature of the end hold."""
        return self.fault is None and self.signature == "verified"


@dataclass(frozen=True, slots=True)
class Export:
    """A register as the server gave it, what it says, and what it is worth."""

    content: bytes = field(repr=False)
    register: Register = field(repr=False)
    verdict: Verdict

    def as_table(self) -> bytes | None:
        """Write it for a French spreadsheet; None when it would no longer verify."""
        table = register.as_table(self.register)
        return table if register.read(table.decode("utf-8-sig")) == self.register else None


def fetch(doors: Doors, *, firm_id: str) -> Export:
    """Fetch the register of a firm and verify it; raises UnexpectedReply when what came is no register."""
    content = export(doors, firm_id=firm_id, form="json")
    try:
        found = register.read(content.decode("utf-8"))
    except (InvalidInput, UnicodeDecodeError) as error:
        raise UnexpectedReply from error
    return Export(content, found, _verdict(found, key=doors.server.pinned_key()))


def export(doors: Doors, *, firm_id: str, form: Form) -> bytes:
    """Fetch the register of a firm as the server writes it, byte for byte."""
    return doors.session.call(doors, lambda token: doors.server.register(firm_id, form=form, token=token))


def verify(text: str, *, key: bytes | None) -> Verdict:
    """Verify an export with the server's public key, 32 bytes; raises InvalidInput when it is no register."""
    return _verdict(register.read(text), key=key)


def _verdict(found: Register, *, key: bytes | None) -> Verdict:
    return Verdict(
        firm=str(found.end.get("firm") or ""),
        lines=len(found.lines),
        fault=register.first_fault(found),
        signature="unknown_key" if key is None else _judge(found, key=key),
    )


def _judge(found: Register, *, key: bytes) -> Literal["verified", "refused"]:
    # Imported here: cryptography is slow to import and only a verification needs it.
    from comptexpert_desktop.usecases import signatures  # noqa: PLC0415

    return signatures.judge(found, key=key)
