"""Where drafts and sign-ups are kept: `signup.db`, and memory while the vault is out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.errors import VaultError
from comptexpert_desktop.store import data_keys, rescue
from comptexpert_desktop.store.account_file import PrivateFile
from comptexpert_desktop.store.account_files import THIS_USER

if TYPE_CHECKING:
    from comptexpert_desktop.store.account_files import AccountFiles


class SignupFiles:
    """The open `signup.db`, and the file in memory that stands in for it."""

    def __init__(self, files: AccountFiles) -> None:
        self._files = files
        self._key_asked = False
        self.opened: PrivateFile | None = None
        """`signup.db` once it was used."""
        self._volatile: PrivateFile | None = None

    @property
    def device(self) -> PrivateFile:
        """`signup.db`, whether or not its sealed columns can be read."""
        if self.opened is None:
            self.opened = self._files.open_device()
        return self.opened

    def current(self) -> PrivateFile:
        """Return the file that takes drafts and sign-ups now."""
        self.ask_key()
        if self.device.is_open:
            return self.device
        if self._volatile is None:
            self._volatile = PrivateFile(None, account="", cipher=data_keys.ephemeral())
        return self._volatile

    def every(self) -> tuple[PrivateFile, ...]:
        """Return every file that may hold drafts and sign-ups."""
        self.ask_key()
        return (self.device,) if self._volatile is None else (self.device, self._volatile)

    def refresh(self) -> None:
        """Open what stands at the path of `signup.db` when another program deleted or replaced it."""
        if self.opened is not None and not self.opened.database.is_current():
            self.opened = rescue.reopened(self.opened, unseal=self._use_again)

    def ask_key(self) -> None:
        """Ask the vault for the key of `signup.db`, once."""
        if self._key_asked:
            return
        self._key_asked = True
        cipher = self._files.cipher(THIS_USER)
        if isinstance(cipher, VaultError):
            if not self.device.is_open:
                self.device.refuse(cipher)
        else:
            self.device.use(cipher)

    def unlock(self) -> None:
        """Ask the vault again, and put on disk what was kept in memory meanwhile; raises a VaultError."""
        self._key_asked = False
        self.ask_key()
        self.device.cipher()
        if self._volatile is not None:
            rescue.move(self._volatile, into=self.device)
            self._volatile.close()
            self._volatile = None

    def drop(self) -> None:
        """Close `signup.db`, which is damaged; the next use opens what took its place."""
        if self.opened is not None:
            self.opened.close()
            self.opened, self._key_asked = None, False

    def close(self) -> None:
        """Close both files."""
        for file in (self.opened, self._volatile):
            if file is not None:
                file.close()

    def _use_again(self, fresh: PrivateFile) -> None:
        self.opened, self._key_asked = fresh, False
        self.ask_key()
