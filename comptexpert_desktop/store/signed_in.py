"""The account that is signed in on this machine: its file is found, begun, left, exchanged and erased here."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.file_trouble import FileTrouble
from comptexpert_desktop.errors import StoreError, VaultError
from comptexpert_desktop.settings import private_files
from comptexpert_desktop.store import accounts, data_keys, rescue
from comptexpert_desktop.store.account_file import PrivateFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from comptexpert_desktop.store.account_files import AccountFiles
    from comptexpert_desktop.store.data_keys import Keys

_LOGIN_ID = "login_id"
_UNUSABLE = frozenset({"STORE_TOO_NEW", "STORE_UNUSABLE", private_files.LINK, private_files.KIND, private_files.OWNER})
"""An account's file that will not be better in a moment."""


class SignedIn:
    """The accounts of one server on this machine, one of which may be signed in; `device` returns `signup.db`."""

    def __init__(self, files: AccountFiles, *, keys: Keys, server_url: str, device: Callable[[], PrivateFile]) -> None:
        self._files, self._keys, self._server_url, self._device = files, keys, server_url, device
        self.opened: PrivateFile | None = None
        """The file of the account, once it was looked up."""
        self.failure: FileTrouble | None = None
        """Why the file of the account cannot be used."""
        self._is_looked_up = False

    @property
    def file(self) -> PrivateFile | None:
        """The private file of the account that is signed in, if any; None too when it cannot be used, which is said."""
        if not self._is_looked_up:
            self.failure = None
            account_id = accounts.current(self._device(), server=self._server_url)
            if account_id:
                try:
                    self.opened = self._files.open(account_id)
                except StoreError as error:  # sign-ups, and other accounts, do not wait for this file
                    if error.code not in _UNUSABLE:
                        raise
                    self.failure = FileTrouble(error.code, str(error.data.get("file") or ""))
            self._is_looked_up = True
        return self.opened

    def refresh(self) -> None:
        """Look at what other programs did to the account's file, and at who is signed in, since the last time."""
        if not self._is_looked_up or (self.opened and self.opened.in_memory):
            return
        at_desk = accounts.current(self._device(), server=self._server_url)
        file = self.opened
        if file is None or (file.account == at_desk and file.database.is_current()):
            self._is_looked_up = file is not None
        elif file.account == at_desk and (file.database.refusal or not file.database.is_in_place()):
            self.opened = rescue.reopened(file, unseal=self._unseal)
        else:
            self._close_file()
            self._is_looked_up = False

    def unlock(self) -> None:
        """Use the vault, which answers again: unseal the file, or put it on disk; raises a VaultError."""
        file = self.file
        if file is None:
            return
        if file.in_memory:
            self._settle(file)
        elif not file.is_open:
            cipher = self._files.cipher(file.account)
            if isinstance(cipher, VaultError):
                raise cipher
            file.use(cipher)

    def begin(self, account_id: str, *, login_id: str) -> PrivateFile:
        """Make this account the one that is signed in; in memory while the vault is out of reach."""
        file = self.opened if self.opened and self.opened.account == account_id else None
        with self._keys.lock.waiting():  # nobody erases this account meanwhile, nor destroys its key
            if file is None or not file.is_open:
                self._close_file()
                file = self._files.open(account_id)
                if not file.is_open:
                    file.close()
                    file = PrivateFile(None, account=account_id, cipher=data_keys.ephemeral())
            self.opened, self._is_looked_up = file, True
            file.set_meta(_LOGIN_ID, login_id)
            if not file.in_memory:
                self._register(account_id, login_id=login_id)
        return file

    def end(self, *, keeps: Callable[[PrivateFile], bool]) -> None:
        """Sign the account out of this machine, in one step for every program that has its file open.

        `keeps` deletes from the file what nobody may read any more, and returns whether the rest is kept; otherwise the
        file and its key are destroyed. A write that comes later from another program is refused.
        """
        file = self.file
        if file is None:
            return
        with self._keys.lock.waiting():
            with file.database.transaction():
                is_kept = keeps(file)
                file.begin_generation()
                if not is_kept:
                    file.erase()
            file.database.purge_deleted()
            self._files.delete_aside(file.account)
            accounts.leave(self._device(), server=self._server_url, account_id=file.account)
            if accounts.pin_state(self._device(), account_id=file.account):
                with suppress(VaultError):  # what stays in the keyring opens nothing: the desk knows of no PIN
                    self.delete_pin(file.account)
            if is_kept or file.in_memory:
                self._close_file()
            if not is_kept:
                self.erase(file.account, server=self._server_url)

    def switch(self, account_id: str) -> PrivateFile:
        """Put another account that is known here at the desk; the one that leaves stays as it is."""
        known = {known.account_id: known for known in self.known() if known.server == self._server_url}
        login_id = known[account_id].login_id
        if self.opened is None or self.opened.account != account_id:
            file = self._files.open(account_id)
            self._close_file()
            self.opened, self._is_looked_up = file, True
        self._register(account_id, login_id=login_id)
        return self.opened

    def erase(self, account_id: str, *, server: str) -> None:
        """Destroy what is kept for an account, and its key, and that it was here."""
        file = None
        if self._is_signed_in(account_id, server=server):
            file, self.opened = self.opened, None
        self._files.erase(account_id, server=server, file=file)

    @contextmanager
    def file_of(self, account_id: str, *, server: str = "") -> Iterator[PrivateFile | None]:
        """Open the file of any account that is known here; None when it is not, or cannot be read."""
        at = server or self._server_url
        if self._is_signed_in(account_id, server=at):
            yield self.opened
            return
        file = self._files.open_known(account_id, server=at)
        try:
            yield file
        finally:
            if file is not None:
                file.close()

    def known(self) -> list[accounts.KnownAccount]:
        """List the accounts that signed in on this machine, at every server."""
        return accounts.every(self._device())

    def holds_key(self, account_id: str, *, server: str) -> bool:
        """Return whether the vault holds the key of an account; raises a VaultError."""
        return self._keys.holds(self._files.key_name(account_id, server=server))

    def pin_name(self, account_id: str) -> str:
        """Return the name of the PIN of an account in the vault."""
        return self._files.pin_name(account_id)

    def delete_pin(self, account_id: str) -> None:
        """Forget the PIN of an account, which opens nothing from now on; raises a VaultError."""
        accounts.set_pin_state(self._device(), account_id=account_id, state="")
        self._keys.delete(self.pin_name(account_id))

    def drop(self, name: str) -> None:
        """Close the account's file if it is the damaged one of this name; the next use opens what took its place."""
        if self.opened is not None and self.opened.name == name:
            self._close_file()
        self._is_looked_up = self.opened is not None

    def close(self) -> None:
        """Close the account's file."""
        self._close_file()

    def _is_signed_in(self, account_id: str, *, server: str) -> bool:
        return server == self._server_url and self.file is not None and self.file.account == account_id

    def _unseal(self, fresh: PrivateFile) -> None:
        if not isinstance(cipher := self._files.cipher(fresh.account), VaultError):
            fresh.use(cipher)

    def _settle(self, volatile: PrivateFile) -> None:
        """Put on disk a session that was kept in memory."""
        file = self._files.open(volatile.account)
        rescue.move(volatile, into=file)
        self.opened = file
        volatile.close()
        self._register(file.account, login_id=file.meta(_LOGIN_ID))

    def _register(self, account_id: str, *, login_id: str) -> None:
        accounts.register(self._device(), server=self._server_url, account_id=account_id, login_id=login_id)

    def _close_file(self) -> None:
        if self.opened is not None:
            self.opened.close()
        self.opened = None
