"""The data keys of the private files: one secret each in the vault, made at first need."""

from __future__ import annotations

import base64
import binascii
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from comptexpert_desktop.errors import VaultError, VaultLocked, VaultUnavailable
from comptexpert_desktop.store.encryption import KEY_BYTES, Cipher, new_key

if TYPE_CHECKING:
    from comptexpert_desktop.store.file_lock import FileLock


_FOLDER = "folder"


class KeyVault(Protocol):
    """What the store asks of the keyring; may raise a `VaultError` and nothing else."""

    def read(self, name: str) -> bytes | None:
        """Return the secret kept under this name."""

    def write(self, name: str, secret: bytes) -> None:
        """Keep a secret under this name."""

    def delete(self, name: str) -> None:
        """Forget the secret kept under this name, if any."""


class Keys:
    """Reads and makes data keys, and remembers why the vault last refused."""

    def __init__(self, vault: KeyVault, *, lock: FileLock) -> None:
        self._vault = vault
        self.lock = lock
        self._failure: VaultError | None = None
        self._was_asked = False

    @property
    def failure(self) -> VaultError | None:
        """The vault's last refusal; None when it answered, or was never asked."""
        return self._failure

    @property
    def was_asked(self) -> bool:
        """Tell whether the vault was asked for anything yet."""
        return self._was_asked

    def cipher(self, name: str) -> Cipher | VaultError:
        """Return the cipher of a file, with a new key the first time; or why there is none."""
        self._was_asked = True
        try:
            cipher = Cipher(self._read(name) or self._make(name))
        except VaultError as error:
            self._failure = error
            return error
        self._failure = None
        return cipher

    def kept(self, name: str) -> Cipher | VaultError:
        """Return the cipher of a file whose key is in the vault; never makes one, nor asks a vault that refused."""
        if self._failure is not None:
            return self._failure
        self._was_asked = True
        try:
            key = self._read(name)
        except VaultError as error:
            self._failure = error
            return error
        return not_asked() if key is None else Cipher(key)

    def holds(self, name: str) -> bool:
        """Tell whether the vault holds the key of a file; raises a VaultError."""
        return self._read(name) is not None

    def instance(self, folder: str) -> str:
        """Return what the names of the keys of a folder begin with, as the vault has it; empty when it has not."""
        kept = self._vault.read(f"{_FOLDER}/{folder}")
        return "" if kept is None else kept.decode("ascii", "replace")

    def keep_instance(self, folder: str, instance: str) -> None:
        """Write what the names of the keys of a folder begin with beside the keys, unless it stands there."""
        with suppress(VaultError):
            if self.instance(folder) != instance:
                self._vault.write(f"{_FOLDER}/{folder}", instance.encode())

    def delete(self, name: str) -> None:
        """Destroy the key of a file, which nothing opens any more; raises a VaultError."""
        self._vault.delete(name)

    def delete_instance(self, folder: str) -> None:
        """Delete what the names of the keys of a folder begin with; raises a VaultError."""
        self._vault.delete(f"{_FOLDER}/{folder}")

    def _read(self, name: str) -> bytes | None:
        kept = self._vault.read(name)
        if kept is None:
            return None
        try:
            key = base64.b64decode(kept, validate=True)
        except binascii.Error as error:
            raise VaultUnavailable("KEYRING_UNREADABLE") from error
        if len(key) != KEY_BYTES:
            raise VaultUnavailable("KEYRING_UNREADABLE")
        return key

    def _make(self, name: str) -> bytes:
        with self.lock.waiting():
            made_meanwhile = self._read(name)
            if made_meanwhile is not None:
                return made_meanwhile
            key = new_key()
            self._vault.write(name, base64.b64encode(key))
            if self._read(name) != key:
                raise VaultUnavailable("KEYRING_UNREADABLE")
            return key


def ephemeral() -> Cipher:
    """Make a cipher whose key goes away with the program, for files kept in memory."""
    return Cipher(new_key())


def not_asked() -> VaultError:
    """Stand for a key that nobody asked for yet."""
    return VaultLocked()
