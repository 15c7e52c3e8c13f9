"""The refresh tokens in the files of the accounts, traded by one program at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from comptexpert_desktop.errors import SessionExpired
from comptexpert_desktop.store.file_lock import FileLock
from comptexpert_desktop.usecases.token_session import DIED, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comptexpert_desktop.domain.session import Tokens
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.stores import Stores

T = TypeVar("T")

REFRESH = "refresh"
PAUSED = "paused"
PAUSED_FOR = "paused_for"
"""The digest of the refresh token that died; empty when it is the key of the file that was lost."""


class InStore(Protocol):
    """Does a piece of work where the store is, and returns what it gives."""

    def __call__(self, work: Callable[[Stores], T], /) -> T:
        """Wait for the work."""


class StoredRefreshTokens:
    """Reads and writes the refresh token of an account where the store is, under a lock between programs."""

    def __init__(self, *, in_store: InStore, folder: Path) -> None:
        self._in_store = in_store
        self._lock = FileLock(folder / "session.lock")

    def renew(self, account_id: str, *, trade: Callable[[str], Tokens]) -> Tokens:
        """Trade the refresh token that the file holds now, and write the new one before it is returned."""
        with self._lock.waiting():
            kept = self._in_store(partial(_read, account_id=account_id))
            if not kept:
                raise SessionExpired
            try:
                tokens = trade(kept)
            except SessionExpired as error:
                raise SessionExpired(data={DIED: digest_of(kept)}) from error
            if tokens.refresh_token:
                self._in_store(partial(_write, account_id=account_id, before=kept, after=tokens.refresh_token))
            return tokens

    def revoke(self, account_id: str, *, end: Callable[[str], object]) -> bool:
        """Call `end` with the refresh token that the file holds now, if any."""
        with self._lock.waiting():
            kept = self._in_store(partial(_read, account_id=account_id))
            if kept:
                end(kept)
            return bool(kept)


def pause(file: PrivateFile, *, died: object, code: str) -> bool:
    """Pause an account whose refresh token died; not when another program signed in, or renewed it, since."""
    with file.database.transaction():
        if file.meta(PAUSED) or died != digest_of(file.secret(REFRESH)):
            return False
        file.set_meta(PAUSED, code)
        file.set_meta(PAUSED_FOR, str(died))
    return True


def _read(stores: Stores, *, account_id: str) -> str:
    with stores.accounts.file_of(account_id) as file:
        return "" if file is None or file.meta(PAUSED) else file.secret(REFRESH)


def _write(stores: Stores, *, account_id: str, before: str, after: str) -> None:
    """Write the token that took the place of another; raises SessionExpired when the person signed out meanwhile."""
    with stores.accounts.file_of(account_id) as file:
        if file is None:
            raise SessionExpired
        with file.database.transaction():
            if file.secret(REFRESH) != before:
                raise SessionExpired
            file.set_secret(REFRESH, after)
