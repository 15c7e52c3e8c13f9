"""The open local files of one person on one machine, each opened at its first use."""

from __future__ import annotations

import hashlib
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import StoreDamaged, VaultError
from comptexpert_desktop.store import accounts, keys
from comptexpert_desktop.store.directory import Directory
from comptexpert_desktop.store.file_lock import FileLock
from comptexpert_desktop.store.keys import Keys
from comptexpert_desktop.store.private import PrivateFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from comptexpert_desktop.store.keys import KeyVault
    from comptexpert_desktop.store.sealed import Cipher

_THIS_USER = "this-user"
_LOGIN_ID = "login_id"
_SEALED = {
    "meta": {},
    "secret": {"sealed": "secret"},
    "draft": {"sealed": "draft"},
    "outbox": {"payload": "payload", "answer": "answer"},
    "delegation": {},
    "delegation_document": {},
    "notice": {"sealed": "notice"},
    "review_answer": {},
}
"""Every table of a private file that goes with it: its sealed columns, and what each is sealed as."""


class Stores:
    """The local files below one folder. Used by one thread only."""

    def __init__(self, folder: Path, *, server_url: str, vault: KeyVault, offline_days: int = 0) -> None:
        self.folder = folder
        self.offline_days = offline_days
        """Without the server, before the local copies are erased; 0 is never."""
        self.server_url = server_url
        self.keys = Keys(vault, lock=FileLock(folder / "keys.lock"))
        self.turn_lock = FileLock(folder / "turn.lock")
        self.network_code: str | None = None
        """Why the last turn reached nobody; empty when it did, None before the first."""
        self.network_data: dict[str, object] = {}
        """What else is known of it: the host, the proxy, the certificate's issuer."""
        self.snapshot_checked_at: datetime | None = None
        """When this process last asked for a newer snapshot."""
        self.me_asked_at: datetime | None = None
        """When the server last told who the account is."""
        self.snapshot_refusal = ""
        """Why the last snapshot that the server gave was put aside; empty when it was taken."""
        self._directory: Directory | None = None
        self._device: PrivateFile | None = None
        self._volatile: PrivateFile | None = None
        self._account: PrivateFile | None = None
        self._device_key_asked = False
        self._account_looked_up = False

    @property
    def directory(self) -> Directory:
        """The public snapshot."""
        if self._directory is None:
            self._directory = Directory(self.folder / "registry.db")
        return self._directory

    @property
    def device(self) -> PrivateFile:
        """`signup.db`, whether or not its sealed columns can be read."""
        if self._device is None:
            path = self.folder / "signup.db"
            self._device = PrivateFile(path, account="", cipher=keys.not_asked())
        return self._device

    @property
    def signups(self) -> PrivateFile:
        """The file that takes drafts and sign-ups: `signup.db`, or memory while the vault is out of reach."""
        self._ask_device_key()
        if self.device.is_open:
            return self.device
        if self._volatile is None:
            self._volatile = PrivateFile(None, account="", cipher=keys.ephemeral())
        return self._volatile

    @property
    def signup_files(self) -> tuple[PrivateFile, ...]:
        """Every file that may hold drafts and sign-ups, so that none is forgotten."""
        self._ask_device_key()
        return (self.device,) if self._volatile is None else (self.device, self._volatile)

    @property
    def account(self) -> PrivateFile | None:
        """The private file of the account that is signed in, if any."""
        if not self._account_looked_up:
            account_id = accounts.current(self.device, server=self.server_url)
            if account_id:
                self._account = self._open_account(account_id)
            self._account_looked_up = True
        return self._account

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
        self._ask_device_key()
        self.device.cipher()

    def unlock(self) -> None:
        """Ask the vault again, and put on disk what was kept in memory meanwhile."""
        self._device_key_asked = False
        self._ask_device_key()
        self.device.cipher()
        if self._volatile is not None:
            _move(self._volatile, into=self.device)
            self._volatile.close()
            self._volatile = None
        if self.account is not None and self.account.in_memory:
            self._settle_account(self.account)
        elif self.account is not None and not self.account.is_open:
            cipher = self._cipher(self._key_name(self.account.account))
            if isinstance(cipher, VaultError):
                raise cipher
            self.account.use(cipher)

    def begin_account(self, account_id: str, *, login_id: str) -> PrivateFile:
        """Make this account the one that is signed in; in memory while the vault is out of reach."""
        file = self._account if self._account and self._account.account == account_id else None
        if file is None or not file.is_open:
            self._close_account()
            file = self._open_sound_account(account_id)
            if not file.is_open:
                file.close()
                file = PrivateFile(None, account=account_id, cipher=keys.ephemeral())
        self._account, self._account_looked_up = file, True
        file.set_meta(_LOGIN_ID, login_id)
        if not file.in_memory:
            self._register(account_id, login_id=login_id)
        return file

    def end_account(self, *, erase: bool) -> None:
        """Sign the account out of this machine; with `erase`, its file and its key are destroyed."""
        file = self.account
        if file is None:
            return
        accounts.leave(self.device, server=self.server_url)
        self._close_account()
        if erase:
            self.erase_account(file.account, server=self.server_url)

    def switch_account(self, account_id: str) -> PrivateFile:
        """Put another account that is known here at the desk; the one that leaves stays as it is."""
        known = {known.account_id: known for known in self.known_accounts() if known.server == self.server_url}
        login_id = known[account_id].login_id
        if self._account is None or self._account.account != account_id:
            file = self._open_sound_account(account_id)
            self._close_account()
            self._account, self._account_looked_up = file, True
        accounts.register(self.device, server=self.server_url, account_id=account_id, login_id=login_id)
        return self._account

    def erase_account(self, account_id: str, *, server: str) -> None:
        """Destroy the file and the key of an account, and forget that it was here."""
        if server == self.server_url and self.account is not None and self.account.account == account_id:
            self._close_account()
        with self.device.database.transaction():
            accounts.remove(self.device, server=server, account_id=account_id)
            self.device.database.forget_deleted()
        path = self._account_path(account_id, server=server)
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        path.with_suffix(".damaged").unlink(missing_ok=True)
        with suppress(VaultError):
            self.keys.forget(self._key_name(account_id, server=server))

    @contextmanager
    def account_file(self, account_id: str, *, server: str = "") -> Iterator[PrivateFile | None]:
        """Open the file of any account that is known here; None when it is not, or cannot be read."""
        at = server or self.server_url
        if at == self.server_url and self.account is not None and self.account.account == account_id:
            yield self.account
            return
        path = self._account_path(account_id, server=at)
        if not path.exists():
            yield None
            return
        try:
            file = PrivateFile(path, account=account_id, cipher=self.keys.kept(self._key_name(account_id, server=at)))
        except StoreDamaged:
            yield None
            return
        try:
            yield file
        finally:
            file.close()

    def known_accounts(self) -> list[accounts.KnownAccount]:
        """List the accounts that signed in on this machine, at every server."""
        return accounts.every(self.device)

    def holds_key(self, account_id: str, *, server: str) -> bool:
        """Tell whether the vault holds the key of an account; raises a VaultError."""
        return self.keys.holds(self._key_name(account_id, server=server))

    def close(self) -> None:
        """Close every file."""
        self._close_account()
        for file in (self._device, self._volatile):
            if file is not None:
                file.close()
        if self._directory is not None:
            self._directory.close()
        self.turn_lock.release()

    def _ask_device_key(self) -> None:
        if self._device_key_asked:
            return
        self._device_key_asked = True
        cipher = self._cipher(self._key_name(_THIS_USER))
        if isinstance(cipher, VaultError):
            if not self.device.is_open:
                self.device.refuse(cipher)
        else:
            self.device.use(cipher)

    def _cipher(self, name: str) -> Cipher | VaultError:
        return self.keys.cipher(name)

    def _key_name(self, owner: str, *, server: str = "") -> str:
        instance = self.device.meta("instance")
        if not instance:
            with self.device.database.transaction():
                instance = self.device.meta("instance") or str(uuid.uuid4())
                self.device.set_meta("instance", instance)
        digest = owner if owner == _THIS_USER else self._digest(owner, server=server)
        return f"{instance}/{digest}"

    def _digest(self, account_id: str, *, server: str = "") -> str:
        return hashlib.sha256(f"{server or self.server_url}\n{account_id}".encode()).hexdigest()[:32]

    def _account_path(self, account_id: str, *, server: str = "") -> Path:
        return self.folder / "accounts" / f"{self._digest(account_id, server=server)}.db"

    def _open_account(self, account_id: str) -> PrivateFile:
        cipher = self._cipher(self._key_name(account_id))
        return PrivateFile(self._account_path(account_id), account=account_id, cipher=cipher)

    def _open_sound_account(self, account_id: str) -> PrivateFile:
        """Open the account's file; a damaged one is put aside, since the server tells everything but intents."""
        try:
            return self._open_account(account_id)
        except StoreDamaged:
            path = self._account_path(account_id)
            path.replace(path.with_suffix(".damaged"))
            for suffix in ("-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            return self._open_account(account_id)

    def _settle_account(self, volatile: PrivateFile) -> None:
        """Put on disk a session that was kept in memory."""
        file = self._open_account(volatile.account)
        _move(volatile, into=file)
        self._account = file
        volatile.close()
        self._register(file.account, login_id=file.meta(_LOGIN_ID))

    def _register(self, account_id: str, *, login_id: str) -> None:
        accounts.register(self.device, server=self.server_url, account_id=account_id, login_id=login_id)

    def _close_account(self) -> None:
        if self._account is not None:
            self._account.close()
        self._account = None


def _move(source: PrivateFile, *, into: PrivateFile) -> None:
    """Copy every row of a file, sealed again under the key of the other."""
    with into.database.transaction():
        for table, sealed in _SEALED.items():
            for row in source.database.rows(f"SELECT * FROM {table}"):  # noqa: S608  (names below)
                values = dict(row)
                name = values.get("id") or values.get("name", "")
                for column, kind in sealed.items():
                    if values[column] is not None:
                        document = source.unseal(values[column], kind=kind, name=name)
                        values[column] = into.seal(document, kind=kind, name=name)
                names, marks = ", ".join(values), ", ".join(f":{column}" for column in values)
                into.database.execute(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608
