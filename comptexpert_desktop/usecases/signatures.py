"""Judge the server's signature over the end of a register.

Imported only for a verification: cryptography is slow to import.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

if TYPE_CHECKING:
    from comptexpert_desktop.domain.register import Register


def judge(found: Register, *, key: bytes) -> Literal["verified", "refused"]:
    """Tell whether the server that owns this key, 32 bytes, signed the end."""
    try:
        signature = base64.b64decode(str(found.end.get("signature")), validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, found.sealed)
    except (InvalidSignature, binascii.Error, ValueError):
        return "refused"
    return "verified"
