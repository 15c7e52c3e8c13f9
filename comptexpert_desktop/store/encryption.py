"""Documents sealed with AES-GCM, so that a copied file tells nothing and a moved row is refused."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.errors import SealBroken

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_BYTES = 32
KEY_LOST = "STORE_KEY_LOST"
_NONCE_BYTES = 12
_VERSION = b"\x01"


def new_key() -> bytes:
    """Make a data key."""
    return os.urandom(KEY_BYTES)


class Cipher:
    """Seals and opens documents under one data key; account, kind and id are bound to each."""

    def __init__(self, key: bytes) -> None:
        # Imported here: cryptography takes 20 ms that the first window must not wait for.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        self._aead = AESGCM(key)

    def seal(self, document: Mapping[str, Any], *, account: str, kind: str, name: str) -> bytes:
        """Seal a document."""
        nonce = os.urandom(_NONCE_BYTES)
        clear = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        return _VERSION + nonce + self._aead.encrypt(nonce, clear, _bound_to(account, kind, name))

    def unseal(self, sealed: bytes, *, account: str, kind: str, name: str) -> dict[str, Any]:
        """Open a sealed document; raises SealBroken when it is not ours, or was moved or changed."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  (as above)

        start = len(_VERSION) + _NONCE_BYTES
        try:
            clear = self._aead.decrypt(sealed[len(_VERSION) : start], sealed[start:], _bound_to(account, kind, name))
            document: dict[str, Any] = json.loads(clear)
        except (InvalidTag, ValueError) as error:
            raise SealBroken(KEY_LOST) from error
        return document


def _bound_to(account: str, kind: str, name: str) -> bytes:
    return f"{account}\x1f{kind}\x1f{name}".encode()
