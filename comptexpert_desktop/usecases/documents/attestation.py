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
    """Of all parts that were there, together."""
    signature: Literal["verified", "refused", "unknown_key"]
    """`unknown_key` when this machine never met the server that signed."""
    missing: tuple[int, ...] = ()
    """The parts that are not there: what is stated holds, and there is more."""

    @property
    def holds(self) -> bool:
        """Return whether the server signed these very words."""
        return self.signature == "verified"


def fetch(gateways: Gateways, *, firm_id: str, account_id: str, on: date | None = None) -> Drawn:
    """Ask what a person may do today, or could do on a past day, signed.

    Raises UnexpectedReply when the lines are no whole attestation of the server, of that day.
    """
    found = gateways.session.call(
        gateways.browser.refresh,
        lambda token: gateways.server.attestation(firm_id, account_id=account_id, token=token, on=on),
    )
    key = gateways.server.pinned_key()
    try:
        verdict = verify(found.text, key=key)
    except InvalidInput as error:
        raise UnexpectedReply from error
    if verdict.signature == "refused" or verdict.missing or (on is not None and verdict.statement.on != on):
        raise UnexpectedReply
    return found


def verify(text: str, *, key: bytes | None) -> AttestationVerdict:
    """Check an attestation, or parts of one, with the server's public key, 32 bytes.

    Raises InvalidInput when it is none.
    """
    try:
        parts = attestation.read_parts(text)
    except ValueError:
        raise InvalidInput([Problem("file", "FILE_INVALID")]) from None
    statement, missing = attestation.joined(parts), attestation.missing_parts(parts)
    if key is None:
        return AttestationVerdict(statement, "unknown_key", missing)
    is_signed = all(register.is_signed(one.signed, signature=one.signature, key=key) for one in parts)
    return AttestationVerdict(statement, "verified" if is_signed else "refused", missing)
