"""Export a firm's register, and verify an exported one without the server."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from comptexpert_desktop.domain import register

if TYPE_CHECKING:
    from comptexpert_desktop.domain.register import Fault
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


def export(doors: Doors, *, firm_id: str, form: Form) -> bytes:
    """Fetch the register of a firm as the server writes it, byte for byte."""
    return doors.session.call(doors, lambda token: doors.server.register(firm_id, form=form, token=token))


def verify(text: str, *, key: bytes | None) -> Verdict:
    """Verify an export with the server's public key, 32 bytes; raises InvalidInput when it is no register."""
    found = register.read(text)
    return Verdict(
        firm=str(found.end.get("firm") or ""),
        lines=len(found.lines),
        fault=register.first_fault(found),
        signature="unknown_key" if key is None else _judge(found, key=key),
    )


def _judge(found: register.Register, *, key: bytes) -> Literal["verified", "refused"]:
    # Imported here: cryptography is slow to import and only a verification needs it.
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    try:
        signature = base64.b64decode(str(found.end.get("signature")), validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, found.sealed)
    except (InvalidSignature, binascii.Error, ValueError):
        return "refused"
    return "verified"
