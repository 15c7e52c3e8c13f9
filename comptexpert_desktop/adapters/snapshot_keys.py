"""Which key must have signed the public lists: the one that a policy imposes, else the one of the first meeting."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING

from comptexpert_desktop.adapters import key_handovers
from comptexpert_desktop.errors import StoreError, UnexpectedReply
from comptexpert_desktop.settings import private_files

if TYPE_CHECKING:
    from pathlib import Path

UNTRUSTED = "SNAPSHOT_UNTRUSTED"
DAMAGED = "SNAPSHOT_PINS_DAMAGED"
KEY_BYTES = 32

_MAX_BYTES = 1024 * 1024


def read_key(text: object) -> bytes:
    """Return an Ed25519 key written in base64; raises ValueError."""
    if not isinstance(text, str):
        raise TypeError("key")
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("key")
    return key


class SnapshotKeys:
    """The keys of the servers that were met, kept in a small file, and the one that a policy imposes.

    A damaged file is refused and left as it is: put back in silence, it would let anybody be met for the first time.
    """

    def __init__(self, path: Path, *, imposed: str = "") -> None:
        """Keep the keys in this file; `imposed` wins over all of them."""
        self._path, self._imposed = path, imposed
        self._handed_over: dict[str, bytes] = {}

    def known(self, server_url: str) -> bytes | None:
        """Return the key of a server, without asking anybody; None before the first meeting."""
        text = self._imposed or self._read().get(server_url, "")
        return read_key(text) if text else None

    def expected(self, server_url: str, *, offered: str, handovers: object = None) -> bytes:
        """Return the key to verify with; raises UnexpectedReply when the one offered is not the one of before.

        `handovers` are the statements by which a server that replaced its key leads from the old one to the new one;
        beside a key that a policy imposes they count for nothing.
        """
        known = self.known(server_url)
        try:
            key = read_key(offered)
        except (TypeError, ValueError) as error:
            raise UnexpectedReply(UNTRUSTED) from error
        if known is not None and known != key:
            if self._imposed or not key_handovers.leads(known, to=key, statements=handovers):
                raise UnexpectedReply(UNTRUSTED)
            self._handed_over[server_url] = key
        return key

    def keep(self, server_url: str, *, key: bytes) -> None:
        """Remember the key of a server that proved to hold it; the first one stays until it hands over."""
        if self._imposed:
            return
        pins = self._read()
        if server_url in pins and self._handed_over.get(server_url) != key:
            return
        content = json.dumps(pins | {server_url: base64.b64encode(key).decode("ascii")}).encode()
        try:
            private_files.write_whole(self._path, content)
        except OSError as error:
            raise UnexpectedReply("SNAPSHOT_PINS_UNWRITTEN", data={"file": self._path.name}) from error

    def _read(self) -> dict[str, str]:
        try:
            document = json.loads(private_files.read_bytes(self._path, max_bytes=_MAX_BYTES))
            for key in document.values():
                read_key(key)
        except FileNotFoundError:
            return {}
        except (OSError, StoreError, AttributeError, TypeError, ValueError, binascii.Error, RecursionError) as error:
            raise UnexpectedReply(DAMAGED, data={"file": self._path.name}) from error
        return dict(document)
