"""The gateway to the notice of a newer version: a small JSON file, signed by the publisher; nothing else is fetched."""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from comptexpert_desktop.adapters import http
from comptexpert_desktop.domain.release import Release
from comptexpert_desktop.errors import UnexpectedReply

if TYPE_CHECKING:
    from comptexpert_desktop.adapters.network_proxy import ProxyAccess
    from comptexpert_desktop.settings import Network

MAX_BYTES = 16 * 1024
MAX_SECONDS = 20.0
MAX_NOTES = 2000
MEMBERS = frozenset({"version", "released_on", "url", "notes", "signature"})
UNTRUSTED, UNREADABLE = "UPDATE_UNTRUSTED", "UPDATE_UNREADABLE"

_VERSION = re.compile(r"\d{1,5}(\.\d{1,5}){0,3}", re.ASCII)


def fetch(address: str, *, key: bytes, network: Network, access: ProxyAccess | None = None) -> Release:
    """Fetch the notice and verify it; raises a ServerError and nothing else."""
    with http.new_client(network=network, access=access) as client:
        reply = http.exchange(client, "GET", address, max_bytes=MAX_BYTES, max_seconds=MAX_SECONDS)
    if reply.status != 200:  # noqa: PLR2004  the one answer that has a notice
        raise http.refusal(reply)
    return read(reply.content, key=key)


def read(content: bytes, *, key: bytes) -> Release:
    """Verify a notice and read it; raises UnexpectedReply, with UPDATE_UNTRUSTED when the signature is another's."""
    try:
        document = json.loads(content)
        if not isinstance(document, dict) or set(document) != MEMBERS:
            raise UnexpectedReply(UNREADABLE)
        if not all(isinstance(value, str) for value in document.values()):
            raise UnexpectedReply(UNREADABLE)
        signature = base64.b64decode(document.pop("signature"), validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, canonical(document))
        return _release(document)
    except InvalidSignature as error:
        raise UnexpectedReply(UNTRUSTED) from error
    except (ValueError, RecursionError) as error:
        raise UnexpectedReply(UNREADABLE) from error


def canonical(document: dict[str, str]) -> bytes:
    """Return the bytes that are signed: everything but the signature, in the one order and spelling."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def public_key(text: str) -> bytes | None:
    """Read the publisher's key from its file; None when the file holds none."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        found = base64.b64decode(lines[0], validate=True) if lines else b""
    except binascii.Error:
        return None
    return found if len(found) == 32 else None  # noqa: PLR2004  the length of such a key


def _release(document: dict[str, str]) -> Release:
    address = urlsplit(document["url"])
    if _VERSION.fullmatch(document["version"]) is None or (document["url"] and address.scheme != "https"):
        raise ValueError("version or url")
    return Release(
        version=document["version"],
        released_on=date.fromisoformat(document["released_on"]),
        url=document["url"],
        notes=document["notes"][:MAX_NOTES],
    )
