"""Answers at rest: sealed, since one may hold a claim or a name, and is kept for 90 days."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12


class UnreadableSealError(Exception):
    """The server's secret key is another one since, or the record was altered."""


def seal(text: str, *, bound_to: str) -> str:
    """Seal an answer; it opens only for the record that it is bound to."""
    nonce = os.urandom(NONCE)
    sealed = _cipher(settings.SECRET_KEY).encrypt(nonce, text.encode(), bound_to.encode())
    return base64.b64encode(nonce + sealed).decode("ascii")


def unseal(text: str, *, bound_to: str) -> str:
    """Open an answer, sealed under the secret key or one that it replaced; raise UnreadableSealError when none does."""
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise UnreadableSealError from error
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        with contextlib.suppress(InvalidTag, ValueError):
            return _cipher(key).decrypt(raw[:NONCE], raw[NONCE:], bound_to.encode()).decode()
    raise UnreadableSealError


@lru_cache(maxsize=4)
def _cipher(secret_key: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"comptexpert.inbox\0" + secret_key.encode()).digest())
