"""Ask the server to attest what a person may do today; check an attestation without a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from comptexpert_desktop.domain import attestation
from comptexpert_desktop.errors import InvalidInput, Problem, UnexpectedReply
from comptexpert_desktop.usecases.documents import register

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_desktop.domain.attestation import Drawn, Statement
    from comptexpert_desktop.usecases.ports import Gateways


@dataclass(frozen=True, slots=True)
class AttestationVerdict:
    """What an attestation says, and what it is worth."""

    statement: Statement
    signature: Literal["verified", "refused", "unknown_key"]
    """`unknown_key` when this machine never met the server that signed."""

    @property
    def holds(self) -> bool:
        """Return whether the server signed these very words."""
        return self.signature == "verified"


def fetch(gateways: Gateways, *, firm_id: str, account_id: str, on: date | None = None) -> Drawn:
    """Ask what a person may do today, or could do on a past day, signed.

    Raises UnexpectedReply when the line is no attestation of the server, of that day.
    """
    found = gateways.session.call(
        gateways.browser.refresh,
        lambda token: gateways.server.attestation(firm_id, account_id=account_id, token=token, on=on),
    )
    key = gateways.server.pinned_key()
    try:
        verdict = verify(found.sealed, key=key)
    except InvalidInput as error:
        raise UnexpectedReply from error
    if verdict.signature == "refused" or (on is not None and verdict.statement.on != on):
        raise UnexpectedReply
    return found


def verify(text: str, *, key: bytes | None) -> AttestationVerdict:
    """Check an attestation with the server's public key, 32 bytes; raises InvalidInput when it is none."""
    try:
        found = attestation.read(text)
    except ValueError:
        raise InvalidInput([Problem("file", "FILE_INVALID")]) from None
    if key is None:
        return AttestationVerdict(found.statement, "unknown_key")
    is_signed = register.is_signed(found.signed, signature=found.signature, key=key)
    return AttestationVerdict(found.statement, "verified" if is_signed else "refused")
