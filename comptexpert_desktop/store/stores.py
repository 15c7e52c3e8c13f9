"""The open local files of one person on one machine, each opened at its first use."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from comptexpert_desktop.domain.file_trouble import FileTrouble
from comptexpert_desktop.errors import StoreChanged, StoreDamaged
from comptexpert_desktop.store import erasure, troubles
from comptexpert_desktop.store.account_files import DEVICE, AccountFiles
from comptexpert_desktop.store.data_keys import Keys
from comptexpert_desktop.store.file_lock import FileLock
from comptexpert_desktop.store.heard import Heard
from comptexpert_desktop.store.pins import Pins
from comptexpert_desktop.store.registry_snapshot import Directory
from comptexpert_desktop.store.signed_in import SignedIn
from comptexpert_desktop.store.signup_files import SignupFiles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.data_keys import KeyVault

T = TypeVar("T")

_ATTEMPTS = 4
"""Programs that replace a file under one another's hands do not go on for ever."""


class Stores:
    """The local files below one folder. Used by one thread only."""

    def __init__(
        self,
        folder: Path,
        *,
        server_url: str,
        vault: KeyVault,
        offline_days: int = 0,
        offline_unlock: bool = True,
    ) -> None:
        self.folder = folder
        self.offline_days = offline_days
        """Without the server, before the local copies are erased; 0 is never."""
        self.offline_unlock = offline_unlock
        """Whether a PIN may open a locked desk."""
        self.server_url = server_url
        self.keys = Keys(vault, lock=FileLock(folder / "keys.lock"))
        self.pins = Pins(vault, lock=self.keys.lock)
        self._files = AccountFiles(folder, server_url=server_url, keys=self.keys, device=lambda: self.device)
        self._signups = SignupFiles(self._files)
        self.accounts = SignedIn(self._files, keys=self.keys, server_url=server_url, device=lambda: self.device)
        """The account that is signed in, and the others that are known here."""
        self.heard = Heard()
        """What this process last heard of the server."""
        self.turn_lock = FileLock(folder / "turn.lock")
        self._directory: Directory | None = None
        self._seen: tuple[object, ...] = ()
        self._changed_outside = False

    def attempt(self, work: Callable[[Stores], T]) -> T:
        """Do one piece of work with what the disk holds now; again when another program changed a file under it.

        What was refused left nothing behind, and what was kept is found by its id: the second time does nothing twice.
        """
        for _ in range(_ATTEMPTS - 1):
            try:
                self.refresh()
                return work(self)
            except StoreChanged:
                continue
            except StoreDamaged as error:
                if not self._repair(str(error.data.get("file") or "")):
                    raise
        self.refresh()
        return work(self)

    def refresh(self) -> None:
        """Look at what other programs did to the files since the last time."""
        if self._directory is not None:
            self._directory.refresh()
        self._signups.refresh()
        self.accounts.refresh()
        seen, self._seen = self._seen, self._versions()
        self._changed_outside |= bool(seen) and seen != self._seen

    def take_changes(self) -> bool:
        """Return whether other programs did anything to the files since this was last asked."""
        changed, self._changed_outside = self._changed_outside, False
        return changed

    def _repair(self, name: str) -> bool:
        """Put a damaged file aside and go on with what could be saved; returns whether there was anything to repair."""
        if self._directory is not None and name == self._directory.name:
            self._directory.start_over()
            return True
        if not name.endswith(".db"):
            return False
        if name == DEVICE:
            self._signups.drop()
        self.accounts.drop(name)
        return self._files.repair(name)

    def file_troubles(self) -> tuple[FileTrouble, ...]:
        """List what happened to the files and must be said."""
        _ = self.account
        here = tuple(one for one in (self.accounts.failure, self.heard.unkept) if one is not None)
        copy = self.directory
        registry = (FileTrouble(copy.trouble, copy.name),) if copy.trouble else ()
        return (*here, *troubles.every(self.device), *registry)

    def delete_troubles(self) -> None:
        """Say no more of what happened to the files: somebody has read it."""
        troubles.delete(self.device)

    def _versions(self) -> tuple[object, ...]:
        open_files = [file for file in (self._signups.opened, self.accounts.opened) if file is not None]
        return tuple((id(file), file.database.version()) for file in open_files)

    @property
    def directory(self) -> Directory:
        """The public snapshot."""
        if self._directory is None:
            self._directory = Directory(self.folder / "registry.db")
        return self._directory

    @property
    def device(self) -> PrivateFile:
        """`signup.db`, whether or not its sealed columns can be read."""
        return self._signups.device

    @property
    def signups(self) -> PrivateFile:
        """The file that takes drafts and sign-ups: `signup.db`, or memory while the vault is out of reach."""
        return self._signups.current()

    @property
    def signup_files(self) -> tuple[PrivateFile, ...]:
        """Every file that may hold drafts and sign-ups, so that none is forgotten."""
        return self._signups.every()

    @property
    def account(self) -> PrivateFile | None:
        """The private file of the account that is signed in, if any; None too when it cannot be used, which is said."""
        return self.accounts.file

    @property
    def files(self) -> tuple[PrivateFile, ...]:
        """Every open file that has an outbox."""
        return self.signup_files if self.account is None else (self.account, *self.signup_files)

    @property
    def vault_code(self) -> str:
        """The code of the vault's last refusal; empty when it answers."""
        failure = self.keys.failure
        return "" if failure is None else failure.code

    def require_vault(self) -> None:
        """Raise the VaultError that keeps this machine from keeping anything."""
        self._signups.ask_key()
        self.device.cipher()

    def unlock(self) -> None:
        """Ask the vault again, and put on disk what was kept in memory meanwhile."""
        self._signups.unlock()
        self.accounts.unlock()

    def erase_everything(self) -> None:
        """Erase every account, every key of this folder and every file in it; raises VaultError or StoreError."""
        for known in self.accounts.known():
            self.accounts.erase(known.account_id, server=known.server)
        self._files.delete_keys()
        self.close()
        erasure.remove_files(self.folder)

    def close(self) -> None:
        """Close every file."""
        self.accounts.close()
        self._signups.close()
        if self._directory is not None:
            self._directory.close()
        self.turn_lock.release()
