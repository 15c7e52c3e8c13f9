"""The PIN of an account, in the keyring beside the data keys: a slow hash of it, and how many tries were spent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.errors import VaultUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.store.data_keys import KeyVault
    from comptexpert_desktop.store.file_lock import FileLock


class Verdict(NamedTuple):
    """Whether a PIN was the right one, and how many tries are left."""

    is_right: bool
    left: int


class Pins:
    """Keeps the hashes of PINs and counts the tries; every method may raise a `VaultError`."""

    def __init__(self, vault: KeyVault, *, lock: FileLock) -> None:
        self._vault, self._lock = vault, lock

    def put(self, name: str, phc: str) -> None:
        """Write the hash of a PIN in place of the one before, with every try before it."""
        with self._lock.waiting():
            self._write(name, phc, spent=0)

    def renew(self, name: str) -> bool:
        """Give every try back; returns whether there is a PIN."""
        with self._lock.waiting():
            kept = self._read(name)
            if kept is not None and kept[1]:
                self._write(name, kept[0], spent=0)
            return kept is not None

    def check(self, name: str, *, matches: Callable[[str], bool], tries: int) -> Verdict | None:
        """Compare with the hash of a PIN; None when there is none.

        The try is written before it is looked at: a crash gives none back.
        """
        with self._lock.waiting():
            kept = self._read(name)
            if kept is None:
                return None
            phc, spent = kept
            if spent >= tries:
                return Verdict(is_right=False, left=0)
            self._write(name, phc, spent=spent + 1)
            if not matches(phc):
                return Verdict(is_right=False, left=tries - spent - 1)
            self._write(name, phc, spent=0)
            return Verdict(is_right=True, left=tries)

    def _read(self, name: str) -> tuple[str, int] | None:
        kept = self._vault.read(name)
        if kept is None:
            return None
        try:
            found = json.loads(kept)
            phc, spent = found["hash"], found["spent"]
        except (ValueError, KeyError, TypeError) as error:
            raise VaultUnavailable("KEYRING_UNREADABLE") from error
        if not isinstance(phc, str) or type(spent) is not int or spent < 0:
            raise VaultUnavailable("KEYRING_UNREADABLE")
        return phc, spent

    def _write(self, name: str, phc: str, *, spent: int) -> None:
        self._vault.write(name, json.dumps({"hash": phc, "spent": spent}).encode("ascii"))
        if self._read(name) != (phc, spent):  # a keyring that forgets a try would give tries without end
            raise VaultUnavailable("KEYRING_UNREADABLE")
