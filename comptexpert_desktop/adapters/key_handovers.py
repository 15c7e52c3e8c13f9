"""A server that replaced its key says so under the old one: whoever trusted the old key may trust the new one."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PURPOSE: Final = "comptexpert-key-handover"
MAX_HANDOVERS: Final = 50
KEY_BYTES: Final = 32


def leads(known: bytes, *, to: bytes, statements: object) -> bool:
    """Tell whether signed statements lead from one key to another, each under the key that it replaces."""
    if not isinstance(statements, list):
        return False
    key = known
    for statement in statements[-MAX_HANDOVERS:]:
        following = _following(key, statement=statement)
        key = key if following is None else following
    return key == to != known


def _following(key: bytes, *, statement: object) -> bytes | None:
    """Return the key to which a statement hands over from this one; None when it is about another, or not signed."""
    if not isinstance(statement, dict):
        return None
    said = {name: statement.get(name) for name in ("at", "from", "purpose", "to")}
    if said["purpose"] != PURPOSE or said["from"] != base64.b64encode(key).decode("ascii"):
        return None
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    try:
        signature = base64.b64decode(str(statement.get("signature")), validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, canonical)
        found = base64.b64decode(str(said["to"]), validate=True)
    except (InvalidSignature, binascii.Error, ValueError):
        return None
    return found if len(found) == KEY_BYTES else None
