"""Where the file of each account lies, and under which name the vault keeps its key."""

from __future__ import annotations

import hashlib
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import StoreDamaged, StoreError, VaultError
from comptexpert_desktop.store import accounts, salvage, troubles
from comptexpert_desktop.store.account_file import INSTANCE, OWNER, OWNER_SERVER, PrivateFile
from comptexpert_desktop.store.data_keys import not_asked
from comptexpert_desktop.store.database import PRIVATE, Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comptexpert_desktop.store.data_keys import Keys
    from comptexpert_desktop.store.encryption import Cipher

DEVICE = "signup.db"
"""The file of what is made before any account, and of what concerns all of them."""
THIS_USER = "this-user"
"""The owner of `signup.db`, in the name of its key."""
_ERASED = "erased/"
"""In the meta table of `signup.db`: an account whose key could not be deleted when its file was erased."""


class AccountFiles:
    """Opens and erases the file of any account of this folder; `device` returns the open `signup.db`."""

    def __init__(self, folder: Path, *, server_url: str, keys: Keys, device: Callable[[], PrivateFile]) -> None:
        self._folder = folder
        self._server_url = server_url
        self._keys = keys
        self._device = device

    def path(self, account_id: str, *, server: str = "") -> Path:
        """Return where the file of an account lies."""
        return self._folder / "accounts" / f"{self._digest(account_id, server=server)}.db"

    def key_name(self, owner: str, *, server: str = "") -> str:
        """Return the name of a key in the vault."""
        digest = owner if owner == THIS_USER else self._digest(owner, server=server)
        return f"{self._instance()}/{digest}"

    def pin_name(self, owner: str, *, server: str = "") -> str:
        """Return the name of the PIN of an account in the vault."""
        return f"{self.key_name(owner, server=server)}-pin"

    def cipher(self, owner: str) -> Cipher | VaultError:
        """Return the cipher of a file, with a new key the first time; or why there is none."""
        cipher = self._keys.cipher(self.key_name(owner))
        if not isinstance(cipher, VaultError):
            self._keys.keep_instance(self._folder_name(), self._instance())
        return cipher

    def delete_keys(self) -> None:
        """Delete the key of `signup.db`, and what the names of this folder's keys begin with; raises a VaultError."""
        self._keys.delete(self.key_name(THIS_USER))
        self._keys.delete_instance(self._folder_name())

    def open_device(self) -> PrivateFile:
        """Open `signup.db`, without its key; what can be saved from a damaged one is in the file that is opened."""
        path = self._folder / DEVICE
        device = self._opened(path, lambda: PrivateFile(path, account="", cipher=not_asked()))
        if not accounts.every(device):
            self._find_accounts(device)
        return device

    def open(self, account_id: str) -> PrivateFile:
        """Open the file of an account of this server; what can be saved from a damaged one is in it."""
        path, name = self.path(account_id), self.key_name(account_id)
        had_key = self._has_key(name)
        cipher = self.cipher(account_id)
        file = self._opened(path, lambda: PrivateFile(path, account=account_id, cipher=cipher))
        self._name(file, account_id)
        mark = f"{_ERASED}{path.stem}"
        if file.database.is_new and had_key and not self._device().meta(mark):
            troubles.note_lost(self._device(), name=path.name)
        if self._device().meta(mark):
            self._device().set_meta(mark, "")
        return file

    def open_known(self, account_id: str, *, server: str) -> PrivateFile | None:
        """Open the file of an account of any server, without making a key; None when there is none that can be read."""
        path = self.path(account_id, server=server)
        if not path.exists():
            return None
        cipher = self._keys.kept(self.key_name(account_id, server=server))
        try:
            return self._opened(path, lambda: PrivateFile(path, account=account_id, cipher=cipher))
        except StoreError:  # said when the account is at the desk
            return None

    def repair(self, name: str) -> bool:
        """Save what can be read of a file that turned out to be damaged; whoever had it open here has closed it.

        Returns whether there was anything to save: another program may have done it, or the file may be sound.
        """
        path = self._folder / name if name == DEVICE else self._folder / "accounts" / name
        with self._keys.lock.waiting():
            try:
                salvage.check(path)
            except StoreDamaged:
                saved = salvage.salvage(path)
            else:
                return False
        troubles.note_salvage(self._device(), saved)
        return True

    def erase(self, account_id: str, *, server: str, file: PrivateFile | None) -> None:
        """Destroy what is kept for an account and its key, and forget that it was here; `file` is its open file.

        Nobody signs in to it meanwhile: its key is neither made nor destroyed under the hands of another program.
        """
        path = self.path(account_id, server=server)
        with self._keys.lock.waiting():
            found = file or self.open_known(account_id, server=server)
            if found is not None:
                found.erase()
                found.database.remove()
            device = self._device()
            with device.database.transaction():
                accounts.remove(device, server=server, account_id=account_id)
                troubles.delete(device, name=path.name)
                device.database.purge_deleted()
            self.delete_aside(account_id, server=server)
            try:
                self._keys.delete(self.pin_name(account_id, server=server))
                self._keys.delete(self.key_name(account_id, server=server))
            except VaultError:
                device.set_meta(f"{_ERASED}{path.stem}", "1")

    def delete_aside(self, account_id: str, *, server: str = "") -> None:
        """Delete what was put aside for an account's file: it holds what nobody may read once the person signed out."""
        for aside in salvage.aside_of(self.path(account_id, server=server)):
            aside.unlink(missing_ok=True)

    def _opened(self, path: Path, open_it: Callable[[], PrivateFile]) -> PrivateFile:
        if not salvage.is_hollow(path):
            try:
                return open_it()
            except StoreDamaged:
                pass
        with self._keys.lock.waiting():  # another program may be saving it at this moment
            with suppress(StoreDamaged):
                if not salvage.is_hollow(path):
                    return open_it()
            saved = salvage.salvage(path)
        file = open_it()
        troubles.note_salvage(file if path.name == DEVICE else self._device(), saved)
        return file

    def _name(self, file: PrivateFile, account_id: str) -> None:
        """Write in an account's file whose it is, and how its key is named, should `signup.db` be lost."""
        names = {INSTANCE: self._instance(), OWNER: account_id, OWNER_SERVER: self._server_url}
        if any(file.meta(name) != value for name, value in names.items()):
            with file.database.transaction():
                for name, value in names.items():
                    file.set_meta(name, value)

    def _find_accounts(self, device: PrivateFile) -> None:
        """Register again the accounts whose files are here, when `signup.db` knows none; the latest used comes last."""
        paths = (self._folder / "accounts").glob("*.db")
        for path in sorted(paths, key=lambda one: one.stat().st_mtime):
            with suppress(StoreError):
                database = Database(path, layout=PRIVATE)
                found = {row["name"]: row["value"] for row in database.rows("SELECT name, value FROM meta")}
                is_signed_in = database.one("SELECT 1 FROM secret WHERE name = 'refresh'") is not None
                database.close()
                if is_signed_in and OWNER in found:
                    accounts.register(
                        device,
                        server=found[OWNER_SERVER],
                        account_id=found[OWNER],
                        login_id=found.get("login_id", ""),
                    )

    def _instance(self) -> str:
        """Return what the names of this folder's keys begin with: it outlives any one of the files."""
        device = self._device()
        instance = device.meta(INSTANCE)
        if instance:
            return instance
        known = self._instance_elsewhere()
        with device.database.transaction():
            instance = device.meta(INSTANCE) or known or str(uuid.uuid4())
            device.set_meta(INSTANCE, instance)
        if known and device.database.is_new:
            troubles.note_lost(device, name=DEVICE)
        return instance

    def _instance_elsewhere(self) -> str:
        """Look for the instance in the account files, then in the vault."""
        for path in sorted((self._folder / "accounts").glob("*.db")):
            with suppress(StoreError):
                database = Database(path, layout=PRIVATE)
                found = database.one("SELECT value FROM meta WHERE name = :name", {"name": INSTANCE})
                database.close()
                if found is not None:
                    return str(found["value"])
        try:
            return self._keys.instance(self._folder_name())
        except VaultError:
            return ""

    def _has_key(self, name: str) -> bool:
        try:
            return self._keys.holds(name)
        except VaultError:
            return False

    def _folder_name(self) -> str:
        return hashlib.sha256(str(self._folder.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:32]

    def _digest(self, account_id: str, *, server: str = "") -> str:
        return hashlib.sha256(f"{server or self._server_url}\n{account_id}".encode()).hexdigest()[:32]
