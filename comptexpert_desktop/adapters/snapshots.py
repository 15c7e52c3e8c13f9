"""The public lists as they travel: a signed manifest, and a gzip file of JSON lines that is never whole in memory."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from comptexpert_desktop.adapters import json_body
from comptexpert_desktop.adapters.snapshot_keys import UNTRUSTED
from comptexpert_desktop.domain.documents import MALFORMED
from comptexpert_desktop.domain.timestamps import from_text
from comptexpert_desktop.errors import UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Iterator

TOO_LARGE = "REPLY_TOO_LARGE"
MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_EXPANSION = 50
"""Times its size that a file may grow when it is unpacked; lines of names grow less than tenfold."""
MIN_CONTENT_BYTES = 1024 * 1024
"""A small file of lines that resemble one another may grow to this, whatever its size."""
MAX_ENTRIES = 500_000
MAX_LINE_BYTES = 8 * 1024
MAX_TEXT = 200
"""Letters of a name, a town or an identifier."""

_NOT_SIGNED = ("signature", "url")
_SLICE = 16 * 1024
_UNPACKED_SLICE = 256 * 1024
_NAMES = ("surname", "given_name", "list")
_OTHERS = ("town", "council", "registration_number", "postal_code")


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

    @property
    def is_whole(self) -> bool:
        """Tell whether the file holds everybody, and not what changed since a version."""
        return self.base_version is None


def check_manifest(document: Any, *, key: bytes) -> Manifest:  # noqa: ANN401  (parsed at the border)
    """Verify a manifest; raises UnexpectedReply, with SNAPSHOT_UNTRUSTED when the signature is not ours."""
    try:
        signed = {name: value for name, value in document.items() if name not in _NOT_SIGNED}
        signature = base64.b64decode(document["signature"], validate=True)
        canonical = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        Ed25519PublicKey.from_public_bytes(key).verify(signature, canonical)
        manifest = _read_manifest(document)
    except InvalidSignature as error:
        raise UnexpectedReply(UNTRUSTED) from error
    except MALFORMED as error:
        raise UnexpectedReply from error
    if manifest.size > MAX_FILE_BYTES or manifest.entries > MAX_ENTRIES:
        raise UnexpectedReply(TOO_LARGE)
    return manifest


def _read_manifest(document: Mapping[str, Any]) -> Manifest:
    base = document.get("base_version")
    generated_at = _text(document["generated_at"])
    from_text(generated_at)
    return Manifest(
        version=_number(document["version"], minimum=1),
        base_version=None if base is None else _number(base, minimum=0),
        generated_at=generated_at,
        entries=_number(document["entries"], minimum=0),
        size=_number(document["size"], minimum=1),
        sha256=_text(document["sha256"]),
        content_digest=_text(document.get("content_digest") or ""),
        url=str(document["url"]),
    )


def file_address(url: str, *, root: str) -> str:
    """Return where the file is: always on the server that we know, whatever name it gives itself."""
    try:
        found, known = urlsplit(url), urlsplit(root)
    except ValueError as error:
        raise UnexpectedReply from error
    return urlunsplit((known.scheme, known.netloc, found.path, found.query, ""))


class Rows(Collection[Mapping[str, object]]):
    """The lines of a file that was verified; read again, a slice at a time, each time that somebody asks."""

    def __init__(self, content: bytes, *, manifest: Manifest) -> None:
        self._content, self._manifest = content, manifest

    def __len__(self) -> int:
        """Count the lines."""
        return self._manifest.entries

    def __contains__(self, row: object) -> bool:
        """Tell whether this is one of the lines."""
        return any(row == one for one in self)

    def __iter__(self) -> Iterator[Mapping[str, object]]:
        """Yield each line: its texts, or its identifier and `deleted`."""
        for line in _lines(_unpacked(self._content)):
            yield _row(line, is_whole=self._manifest.is_whole)


def read_rows(content: bytes, *, manifest: Manifest) -> Rows:
    """Verify the file, every line of it; raises UnexpectedReply."""
    if len(content) != manifest.size or hashlib.sha256(content).hexdigest() != manifest.sha256:
        raise UnexpectedReply(UNTRUSTED)
    digest, rows = hashlib.sha256(), Rows(content, manifest=manifest)
    for part in _unpacked(content):
        digest.update(part)
    if manifest.is_whole and manifest.content_digest and digest.hexdigest() != manifest.content_digest:
        raise UnexpectedReply(UNTRUSTED)
    found = 0
    for _row_of_it in rows:
        found += 1
        if found > manifest.entries:
            break
    if found != manifest.entries:
        raise UnexpectedReply(UNTRUSTED)
    return rows


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Unpack a slice at a time, and no more than the file may grow."""
    unpacker, given = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), 0
    left = max(MIN_CONTENT_BYTES, len(content) * MAX_EXPANSION)
    try:
        for start in range(0, len(content), _SLICE):
            packed = content[start : start + _SLICE]
            while packed:
                part = unpacker.decompress(packed, _UNPACKED_SLICE)
                packed = unpacker.unconsumed_tail
                left -= len(part)
                if left < 0:
                    raise UnexpectedReply(TOO_LARGE)
                yield part
            given = start + _SLICE
            if unpacker.eof:
                break
    except zlib.error as error:
        raise UnexpectedReply(UNTRUSTED) from error
    if not unpacker.eof or unpacker.unused_data or given < len(content):
        raise UnexpectedReply(UNTRUSTED)


def _lines(parts: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for part in parts:
        *lines, rest = (rest + part).split(b"\n")
        yield from filter(None, lines)
        if len(rest) > MAX_LINE_BYTES:
            raise UnexpectedReply(TOO_LARGE)
    if rest:
        yield rest


def _row(line: bytes, *, is_whole: bool) -> Mapping[str, object]:
    if len(line) > MAX_LINE_BYTES:
        raise UnexpectedReply(TOO_LARGE)
    try:
        document = json_body.read(line)
        row: dict[str, object] = {"entry_id": _text(document["entry_id"], minimum=1)}
        is_gone = bool(document.get("deleted"))
        row |= {"deleted": True} if is_gone else {name: _text(document[name]) for name in _NAMES}
        row |= {} if is_gone else {name: _text(document.get(name) or "") for name in _OTHERS}
    except MALFORMED as error:
        raise UnexpectedReply from error
    if is_gone and is_whole:  # somebody who is not in it cannot have left it
        raise UnexpectedReply
    return row


def _text(value: object, *, minimum: int = 0) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    if not minimum <= len(value) <= MAX_TEXT:
        raise ValueError("text")
    return value


def _number(value: object, *, minimum: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("number")
    if value < minimum:
        raise ValueError("number")
    return value
