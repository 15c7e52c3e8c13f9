"""The public lists as they travel: a signed manifest, a gzip file of JSON lines, a key pinned at first contact."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from comptexpert_desktop.errors import UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LARGEST_FILE = 128 * 1024 * 1024
LARGEST_CONTENT = 1024 * 1024 * 1024
UNTRUSTED = "SNAPSHOT_UNTRUSTED"
_NOT_SIGNED = ("signature", "url")


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest whose signature was verified."""

    version: int
    base_version: int | None
    generated_at: str
    entries: int
    size: int
    sha256: str
    content_digest: str
    url: str


def check_manifest(document: Any, *, key: bytes) -> Manifest:  # noqa: ANN401  (parsed at the border)
    """Verify a manifest; raises UnexpectedReply, with SNAPSHOT_UNTRUSTED when the signature is not ours."""
    try:
        signed = {name: value for name, value in document.items() if name not in _NOT_SIGNED}
        signature = base64.b64decode(document["signature"], validate=True)
        canonical = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        Ed25519PublicKey.from_public_bytes(key).verify(signature, canonical)
        base = document.get("base_version")
        manifest = Manifest(
            version=int(document["version"]),
            base_version=None if base is None else int(base),
            generated_at=str(document["generated_at"]),
            entries=int(document["entries"]),
            size=int(document["size"]),
            sha256=str(document["sha256"]),
            content_digest=str(document.get("content_digest") or ""),
            url=str(document["url"]),
        )
    except InvalidSignature as error:
        raise UnexpectedReply(UNTRUSTED) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnexpectedReply from error
    if not 0 < manifest.size <= LARGEST_FILE:
        raise UnexpectedReply("REPLY_TOO_LARGE")
    return manifest


def file_address(url: str, *, root: str) -> str:
    """Return where the file is: always on the server that we know, whatever name it gives itself."""
    found, known = urlsplit(url), urlsplit(root)
    return urlunsplit((known.scheme, known.netloc, found.path, found.query, ""))


def read_rows(content: bytes, *, manifest: Manifest) -> tuple[Mapping[str, object], ...]:
    """Verify the file and read its lines."""
    if len(content) != manifest.size or hashlib.sha256(content).hexdigest() != manifest.sha256:
        raise UnexpectedReply(UNTRUSTED)
    lines = _unpack(content)
    is_whole = manifest.base_version is None and bool(manifest.content_digest)
    if is_whole and hashlib.sha256(lines).hexdigest() != manifest.content_digest:
        raise UnexpectedReply(UNTRUSTED)
    try:
        rows = tuple(_row(json.loads(line)) for line in lines.splitlines() if line)
    except (KeyError, TypeError, ValueError) as error:
        raise UnexpectedReply from error
    if len(rows) != manifest.entries:
        raise UnexpectedReply(UNTRUSTED)
    return rows


def _unpack(content: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        lines = unpacker.decompress(content, LARGEST_CONTENT)
    except zlib.error as error:
        raise UnexpectedReply(UNTRUSTED) from error
    if unpacker.unconsumed_tail:
        raise UnexpectedReply("REPLY_TOO_LARGE")
    return lines


def _row(document: dict[str, object]) -> Mapping[str, object]:
    if not document["entry_id"]:
        raise ValueError("entry_id")
    if not document.get("deleted"):
        for name in ("surname", "given_name", "list"):
            if not isinstance(document[name], str):
                raise TypeError(name)
    return document


class Pins:
    """The snapshot keys of the servers that were met, kept in a small file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def known(self, server_url: str) -> bytes | None:
        """Return the key of a server that was met before."""
        try:
            return base64.b64decode(self._read().get(server_url, ""), validate=True) or None
        except ValueError:
            return None

    def key(self, server_url: str, *, told: str) -> bytes:
        """Return the key of a server; raises UnexpectedReply when it is no longer the one of first contact."""
        pins = self._read()
        pinned = pins.get(server_url)
        if pinned is None:
            self._write(pins | {server_url: told})
        elif pinned != told:
            raise UnexpectedReply(UNTRUSTED)
        try:
            return base64.b64decode(told, validate=True)
        except ValueError as error:
            raise UnexpectedReply(UNTRUSTED) from error

    def _read(self) -> dict[str, str]:
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return document if isinstance(document, dict) else {}

    def _write(self, pins: dict[str, str]) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            json.dump(pins, stream)
        fresh.replace(self._path)
