"""Export a firm's register, and verify an exported one without the server."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from comptexpert_desktop.domain import register
from comptexpert_desktop.domain.documents import MALFORMED
from comptexpert_desktop.domain.register import Head
from comptexpert_desktop.domain.topics import NOTHING
from comptexpert_desktop.errors import InvalidInput, Problem, UnexpectedReply
from comptexpert_desktop.lazy_import import lazy

if TYPE_CHECKING:
    from comptexpert_desktop.domain.register import Fault, Register
    from comptexpert_desktop.domain.topics import Topic
    from comptexpert_desktop.store.stores import Stores
    from comptexpert_desktop.usecases.documents import signatures
    from comptexpert_desktop.usecases.ports import Gateways

if not TYPE_CHECKING:  # cryptography is slow to import, and only a verification needs it
    signatures = lazy("comptexpert_desktop.usecases.documents.signatures")

Form = Literal["json", "csv"]
_HEAD = "register_head:"
"""In the meta table of the account's file, before the id of a firm."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an exported register is worth."""

    firm: str
    lines: int
    fault: Fault | None
    signature: Literal["verified", "refused", "unknown_key"]
    """`unknown_key` when this machine never met the server that signed."""
    head: Head
    """How far it goes."""

    @property
    def holds(self) -> bool:
        """Tell whether every line and the signature of the end hold."""
        return self.fault is None and self.signature == "verified"

    @property
    def is_readable(self) -> bool:
        """Tell whether no line is broken, though nobody here may know whose signature it is."""
        return self.fault is None and self.signature != "refused"

    @property
    def is_trusted(self) -> bool:
        """Tell whether the lines may be read as what happened; a restoration that the server admits is no lie."""
        is_sound = self.fault is None or self.fault.code == "REGISTER_RESTORED"
        return is_sound and self.signature == "verified"


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


def known_head(stores: Stores, *, firm_id: str) -> Head | None:
    """Read how far the register of a firm went when this account last saw it; None when it never did."""
    if stores.account is None:
        return None
    try:
        kept = json.loads(stores.account.meta(f"{_HEAD}{firm_id}") or "null")
        return None if kept is None else Head(int(kept["count"]), str(kept["digest"]), str(kept["at"]))
    except MALFORMED:
        return None


def save_head(stores: Stores, *, verdict: Verdict) -> frozenset[Topic]:
    """Remember how far a register goes, unless it does not hold: what was known then stays known."""
    if stores.account is not None and verdict.is_trusted:
        stores.account.set_meta(f"{_HEAD}{verdict.firm}", json.dumps(asdict(verdict.head)))
    return NOTHING


def fetch(gateways: Gateways, *, firm_id: str, known: Head | None = None) -> Export:
    """Fetch the register of a firm and verify it, also against what was known of it before.

    Raises UnexpectedReply when what came is no register.
    """
    content = export(gateways, firm_id=firm_id, form="json")
    try:
        found = register.read(content.decode("utf-8"))
        verdict = _verdict(found, key=gateways.server.pinned_key())
        if verdict.fault is None and known is not None:
            verdict = replace(verdict, fault=register.break_since(found, head=known))
    except (InvalidInput, UnicodeDecodeError) as error:
        raise UnexpectedReply from error
    return Export(content, found, verdict)


def export(gateways: Gateways, *, firm_id: str, form: Form) -> bytes:
    """Fetch the register of a firm as the server writes it, byte for byte."""
    return gateways.session.call(
        gateways.browser.refresh, lambda token: gateways.server.register(firm_id, form=form, token=token)
    )


def verify(text: str, *, key: bytes | None, since: str = "") -> Verdict:
    """Verify an export with the server's public key, 32 bytes, and that it continues an earlier one, if given.

    Raises InvalidInput when either is no register.
    """
    found = register.read(text)
    verdict = _verdict(found, key=key)
    if not since or verdict.fault is not None:
        return verdict
    earlier = register.read(since)
    return replace(verdict, fault=_verdict(earlier, key=key).fault or register.first_break(found, since=earlier))


def _verdict(found: Register, *, key: bytes | None) -> Verdict:
    try:
        return _judged(found, key=key)
    except MALFORMED:
        raise InvalidInput([Problem("file", "FILE_INVALID")]) from None


def _judged(found: Register, *, key: bytes | None) -> Verdict:
    return Verdict(
        firm=str(found.end.get("firm") or ""),
        lines=len(found.lines),
        fault=register.first_fault(found),
        signature="unknown_key" if key is None else _judge(found, key=key),
        head=register.head_of(found),
    )


def _judge(found: Register, *, key: bytes) -> Literal["verified", "refused"]:
    try:
        signature = base64.b64decode(str(found.end.get("signature")), validate=True)
    except (binascii.Error, ValueError):
        return "refused"
    return "verified" if is_signed(found.sealed, signature=signature, key=key) else "refused"


def is_signed(content: bytes, *, signature: bytes, key: bytes) -> bool:
    """Return whether the server that owns this key, 32 bytes, signed these bytes."""
    return signatures.is_signed(content, signature=signature, key=key)
