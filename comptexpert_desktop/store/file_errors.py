"""What an error of SQLite or of the file system means: our StoreError, and whether only writing is impossible."""

from __future__ import annotations

import errno
import sqlite3

from comptexpert_desktop.errors import StoreDamaged, StoreError
from comptexpert_desktop.settings import private_files

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


def translated(error: Exception, *, file: str) -> StoreError:
    """Turn an error of SQLite, or of the file system, into ours."""
    if isinstance(error, sqlite3.OperationalError):
        return _operational(error, file=file)
    if isinstance(error, OSError):
        return private_files.store_error(error, file=file)
    return StoreDamaged(data={"file": file})


def keeps_from_writing(error: sqlite3.OperationalError | OSError) -> bool:
    """Return whether an error says that there is no room, or no right, to write; the file itself may be sound."""
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM | {errno.EROFS, errno.EACCES, errno.EPERM}
    reason = getattr(error, "sqlite_errorname", "")
    return reason.startswith(("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR_SHM"))


def _operational(error: sqlite3.OperationalError, *, file: str) -> StoreError:
    reason = getattr(error, "sqlite_errorname", "")
    codes = {"SQLITE_BUSY": "STORE_BUSY", "SQLITE_FULL": "STORE_FULL", "SQLITE_IOERR_SHMSIZE": "STORE_FULL"}
    code = "STORE_READ_ONLY" if reason.startswith("SQLITE_READONLY") else codes.get(reason, "STORE_UNUSABLE")
    return StoreError(code, data={"file": file, "reason": reason})
