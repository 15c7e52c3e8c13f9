"""The server's signature under each head of a register, made when its line is written.

What is signed is the end of an export, `{firm, count, head}`: an export hands over the signature of its last line, and
the key is not asked again. Whoever has the database and not the key can neither extend a chain nor rewrite one.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.utils import timezone

from comptexpert_server.audit.chain import canonical, end_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from comptexpert_server.audit.models import ChainHead


def sign(*, firm: str, count: int, head: str) -> str:
    """Sign the end of a register."""
    return base64.b64encode(sign_text(canonical(end_of(firm=firm, count=count, head=head)))).decode("ascii")


def sign_text(text: str) -> bytes:
    """Sign a document in its one spelling; what it is stands in it, so that no other passes for it."""
    return _key(settings.SIGNING_KEY.read()).sign(text.encode())


def is_signed(head: ChainHead, *, former: Collection[str] = ()) -> bool:
    """Return whether the server signed this head, with its key or one that it replaced within a day.

    `former` are public keys, in base64, that count as well. A head without a line needs no signature.
    """
    if head.number == 0:
        return not head.digest
    text = canonical(end_of(firm=head.chain, count=head.number, head=head.digest))
    try:
        signature = base64.b64decode(head.signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    present = settings.SIGNING_KEY.read()
    return (
        _verifies(present, signature, text)
        or any(_verifies(pem, signature, text) for pem in settings.SIGNING_KEY.retired(timezone.now()))
        or any(_is_by(Ed25519PublicKey.from_public_bytes(base64.b64decode(key)), signature, text) for key in former)
    )


def _verifies(pem: str, signature: bytes, text: str) -> bool:
    return _is_by(_key(pem).public_key(), signature, text)


def _is_by(key: Ed25519PublicKey, signature: bytes, text: str) -> bool:
    try:
        key.verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=4)
def _key(pem: str) -> Ed25519PrivateKey:
    key = load_pem_private_key(pem.encode("ascii"), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    return key
