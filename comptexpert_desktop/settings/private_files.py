"""Files of one person: never through a link, never somebody else's, never read without a bound, written whole.

On Windows the folder's access list says who may do what; there, only sizes and kinds are checked.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

LINK, OWNER, SHARED, KIND = "STORE_LINK", "STORE_OWNER", "STORE_SHARED", "STORE_NOT_A_FILE"

_ROOT = 0
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
"""A FIFO in the place of a file is opened and refused; without this, opening it waits for ever."""
_BINARY = getattr(os, "O_BINARY", 0)


def check_folder(folder: Path) -> None:
    """Refuse a folder that somebody else owns or may fill; an absent one is fine. Raises StoreError."""
    try:
        found = folder.stat()
    except OSError:  # whoever uses the folder next says what is wrong with it
        return
    if sys.platform != "win32" and stat.S_ISDIR(found.st_mode):
        if found.st_uid not in (_ROOT, os.geteuid()):
            raise StoreError(OWNER, data={"file": str(folder)})
        if found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX:
            raise StoreError(SHARED, data={"file": str(folder)})


def check_file(path: Path) -> None:
    """Refuse a link, somebody else's file, or what is no file, without opening it; an absent one is fine.

    For a file whose locks opening and closing would give back. Raises StoreError.
    """
    try:
        found = path.lstat()
    except OSError:  # whoever uses the file next says what is wrong with it
        return
    if stat.S_ISLNK(found.st_mode):
        raise StoreError(LINK, data={"file": path.name})
    _check(found, name=path.name)


def store_error(error: OSError, *, file: str) -> StoreError:
    """Say by a code of ours what the system said of a file."""
    full = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
    code = "STORE_FULL" if error.errno in full else "STORE_UNUSABLE"
    if error.errno == errno.EROFS:
        code = "STORE_READ_ONLY"
    if error.errno == errno.EISDIR:
        code = KIND
    return StoreError(code, data={"file": file, "reason": error.strerror or type(error).__name__})


def open_file(path: Path, flags: int) -> int:
    """Open or create a file of this person; returns its descriptor. Raises StoreError, or the system's OSError."""
    try:
        descriptor = os.open(path, flags | _NO_LINK | _NO_WAIT | _BINARY, 0o600)
    except OSError as error:
        if error.errno == errno.ELOOP or (error.errno == errno.EMLINK and sys.platform.startswith("freebsd")):
            raise StoreError(LINK, data={"file": path.name}) from error
        raise
    try:
        _check(os.fstat(descriptor), name=path.name)
    except StoreError:
        os.close(descriptor)
        raise
    return descriptor


def read_bytes(path: Path, *, max_bytes: int) -> bytes:
    """Read a whole file; raises StoreError, or OSError, for one that is too large too."""
    with os.fdopen(open_file(path, os.O_RDONLY), "rb") as stream:
        content = stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return content


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file by its new content, on the disk once this returned, or leave it as it was; raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | _BINARY, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _check(found: os.stat_result, *, name: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(KIND, data={"file": name})
    if sys.platform != "win32" and found.st_uid not in (_ROOT, os.geteuid()):
        raise StoreError(OWNER, data={"file": name})
