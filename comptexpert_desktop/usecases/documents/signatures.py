"""Judge the server's signature over a register or an attestation.

Imported only for a verification: cryptography is slow to import.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def is_signed(content: bytes, *, signature: bytes, key: bytes) -> bool:
    """Return whether the server that owns this key, 32 bytes, signed these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True
