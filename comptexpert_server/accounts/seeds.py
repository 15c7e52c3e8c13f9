"""The seeds of second factors at rest: sealed under the server's secret key, so that a backup gives none away."""

from __future__ import annotations

import base64
import binascii
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MARK = "sealed1:"
"""What a sealed seed begins with."""
_NONCE = 12
_PURPOSE = b"comptexpert/seed-of-a-second-factor"


def seal(text: str) -> str:
    """Seal a seed under the present secret key."""
    nonce = os.urandom(_NONCE)
    sealed = _cipher(settings.SECRET_KEY).encrypt(nonce, text.encode(), _PURPOSE)
    return MARK + base64.b64encode(nonce + sealed).decode("ascii")


def unseal(text: str) -> str | None:
    """Open a seed, sealed under the present secret key or one that it replaced; None when no key opens it."""
    try:
        raw = base64.b64decode(text.removeprefix(MARK), validate=True)
    except binascii.Error:
        return None
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _cipher(key).decrypt(raw[:_NONCE], raw[_NONCE:], _PURPOSE).decode()
        except (InvalidTag, ValueError):
            continue
    return None


def is_present(text: str) -> bool:
    """Tell whether the present secret key opens a seed."""
    raw = base64.b64decode(text.removeprefix(MARK))
    try:
        _cipher(settings.SECRET_KEY).decrypt(raw[:_NONCE], raw[_NONCE:], _PURPOSE)
    except InvalidTag:
        return False
    return True


@lru_cache(maxsize=4)
def _cipher(secret_key: str) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret_key.encode()))
