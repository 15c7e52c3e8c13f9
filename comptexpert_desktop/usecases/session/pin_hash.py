"""The slow hash of a PIN: whoever finds it guesses a few PINs a second and no more. Never on the main thread."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from comptexpert_desktop.lazy_import import lazy

if TYPE_CHECKING:
    from cryptography import exceptions
    from cryptography.hazmat.primitives.kdf import argon2
else:
    exceptions = lazy("cryptography.exceptions")
    argon2 = lazy("cryptography.hazmat.primitives.kdf.argon2")

SALT_BYTES, HASH_BYTES = 16, 32
ITERATIONS, LANES, MEMORY_KIB = 3, 4, 65_536
"""The second choice of RFC 9106: a quarter of a second of a processor, 64 MiB."""


def hashed(pin: str) -> str:
    """Return the hash of a PIN with its salt and parameters, in the form of PHC."""
    salt = os.urandom(SALT_BYTES)
    kdf = argon2.Argon2id(salt=salt, length=HASH_BYTES, iterations=ITERATIONS, lanes=LANES, memory_cost=MEMORY_KIB)
    return kdf.derive_phc_encoded(pin.encode())


def is_right(pin: str, phc: str) -> bool:
    """Return whether a hash is that of this PIN."""
    try:
        argon2.Argon2id.verify_phc_encoded(pin.encode(), phc)
    except (exceptions.InvalidKey, ValueError):
        return False
    return True
