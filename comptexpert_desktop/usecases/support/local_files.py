"""The files of this machine: whether they are sound, and what happened to one that was not."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import StoreDamaged, StoreError
from comptexpert_desktop.settings import private_files
from comptexpert_desktop.store import salvage
from comptexpert_desktop.store.file_lock import FileLock

if TYPE_CHECKING:
    from pathlib import Path

    from comptexpert_desktop.domain.file_trouble import FileTrouble
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.stores import Stores


_ROOM = 65_536
"""The write-ahead log of a small change, and what SQLite makes beside it."""
LOCKS = ("turn.lock", "session.lock", "keys.lock")
"""What programs of one person wait for one another with."""


def check(folder: Path) -> None:
    """Read every page of every file below the data folder, try its locks and write there; raises the first StoreError.

    It names every file that is damaged.
    """
    found = {path.name: error for path in salvage.files_below(folder) if (error := _error_of(path)) is not None}
    if found:
        first = next(iter(found.values()))
        raise type(first)(first.code, data=first.data | {"file": ", ".join(found)})
    for name in LOCKS:
        FileLock(folder / name).check()
    _check_room(folder)


def troubles(stores: Stores) -> tuple[FileTrouble, ...]:
    """List what happened to the files and must be said."""
    return stores.file_troubles()


def delete_troubles(stores: Stores) -> Topics:
    """Say no more of it: the person has read it."""
    stores.delete_troubles()
    return frozenset({Topic.NETWORK})


def _check_room(folder: Path) -> None:
    """Write as much as the least change of a file needs: on a full disk all that is kept can still be read."""
    trial = folder / f".{secrets.token_hex(8)}.trial"
    try:
        private_files.write_whole(trial, bytes(_ROOM))
    except OSError as error:
        raise private_files.store_error(error, file=folder.name) from error
    finally:
        trial.unlink(missing_ok=True)


def _error_of(path: Path) -> StoreError | None:
    try:
        salvage.check(path)
    except StoreError as error:
        return error
    except OSError as error:
        return StoreDamaged(data={"file": path.name, "reason": error.strerror})
    return None
