"""The open local files of one person on one machine, each opened at its first use."""

from __future__ import annotations

import hashlib
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import StoreDamaged, VaultError
from comptexpert_desktop.store import keys
from comptexpert_desktop.store.directory import Directory
from comptexpert_desktop.store.file_lock import FileLock
from comptexpert_desktop.store.keys import Keys
from comptexpert_desktop.store.private import PrivateFile

if TYPE_CHECKING:
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
}
"""Every table of a private file that goes with it: its sealed columns, and what each is sealed as."""


class Stores:
    """The local files below one folder. Used by one thread only."""

    def __init__(self, folder: Path, *, server_url: str, vault: KeyVault) -> None:
        self.folder = folder
        self.server_url = server_url
        self.keys = Keys(vault, lock=FileLock(folder / "keys.lock"))
        self.turn_lock = FileLock(folder / "turn.lock")
        self.network_code: str | None = None
        """Why the last turn reached nobody; empty when it did, None before the first."""
        self.snapshot_checked_at: datetime | None = None
        """When this process last asked for a newer snapshot."""
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
            account_id = self._current_account()
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
        with self.device.database.transaction():
            self.device.database.execute(
                "UPDATE account SET is_current = 0 WHERE server = :server", {"server": self.server_url}
            )
            if erase:
                self.device.database.execute(
                    "DELETE FROM account WHERE server = :server AND account_id = :account_id",
                    {"server": self.server_url, "account_id": file.account},
                )
        self._close_account()
        if erase and not file.in_memory:
            path = self._account_path(file.account)
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            with suppress(VaultError):
                self.keys.forget(self._key_name(file.account))

    def known_accounts(self) -> list[tuple[str, str, bool, bool]]:
        """List (account id, identifiant, is signed in, vault holds its key) of this server."""
        rows = self.device.database.rows(
            "SELECT account_id, login_id, is_current FROM account WHERE server = :server ORDER BY login_id",
            {"server": self.server_url},
        )
        return [
            (
                row["account_id"],
                row["login_id"],
                bool(row["is_current"]),
                self.keys.holds(self._key_name(row["account_id"])),
            )
            for row in rows
        ]

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

    def _key_name(self, owner: str) -> str:
        instance = self.device.meta("instance")
        if not instance:
            with self.device.database.transaction():
                instance = self.device.meta("instance") or str(uuid.uuid4())
                self.device.set_meta("instance", instance)
        digest = owner if owner == _THIS_USER else self._digest(owner)
        return f"{instance}/{digest}"

    def _digest(self, account_id: str) -> str:
        return hashlib.sha256(f"{self.server_url}\n{account_id}".encode()).hexdigest()[:32]

    def _account_path(self, account_id: str) -> Path:
        return self.folder / "accounts" / f"{self._digest(account_id)}.db"

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

    def _current_account(self) -> str:
        row = self.device.database.one(
            "SELECT account_id FROM account WHERE server = :server AND is_current = 1",
            {"server": self.server_url},
        )
        return "" if row is None else str(row["account_id"])

    def _settle_account(self, volatile: PrivateFile) -> None:
        """Put on disk a session that was kept in memory."""
        file = self._open_account(volatile.account)
        _move(volatile, into=file)
        self._account = file
        volatile.close()
        self._register(file.account, login_id=file.meta(_LOGIN_ID))

    def _register(self, account_id: str, *, login_id: str) -> None:
        values = {"server": self.server_url, "account_id": account_id, "login_id": login_id}
        with self.device.database.transaction():
            self.device.database.execute("UPDATE account SET is_current = 0 WHERE server = :server", values)
            self.device.database.execute(
                "INSERT OR REPLACE INTO account VALUES (:server, :account_id, :login_id, 1)", values
            )

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
                name = values.get("id") or values["name"]
                for column, kind in sealed.items():
                    if values[column] is not None:
                        document = source.unseal(values[column], kind=kind, name=name)
                        values[column] = into.seal(document, kind=kind, name=name)
                names, marks = ", ".join(values), ", ".join(f":{column}" for column in values)
                into.database.execute(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608
