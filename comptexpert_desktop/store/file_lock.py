"""A lock between programs on one file: two of them never send the same outbox at once.

The operating system releases it when its holder dies.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from comptexpert_desktop.errors import StoreError
from comptexpert_desktop.settings import private_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class FileLock:
    """One lock; held by one turn of one program at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: IO[bytes] | None = None
        self._is_waited_for = False

    def try_take(self) -> bool:
        """Take the lock; False when it is held, by another program or by this object."""
        if self._held is not None:
            return False
        stream = self._open()
        try:
            with self._named():
                is_taken = _try_lock(stream)
        except StoreError:
            stream.close()
            raise
        if not is_taken:
            stream.close()
            return False
        self._held = stream
        return True

    def check(self) -> None:
        """Raise the StoreError that keeps anybody from taking the lock; one that is held now is fine."""
        if self.try_take():
            self.release()

    def release(self) -> None:
        """Give the lock back."""
        if self._held is not None:
            self._held.close()
            self._held = None

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Hold the lock, waiting for it first; a second time inside the first is nothing. Of one thread at a time."""
        if self._is_waited_for:
            yield
            return
        stream = self._open()
        try:
            with self._named():
                _lock(stream)
            self._is_waited_for = True
            yield
        finally:
            self._is_waited_for = False
            stream.close()

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Name what the file system cannot do."""
        try:
            yield
        except OSError as error:
            raise StoreError("STORE_NO_LOCKS", data={"file": self._path.name, "reason": error.strerror}) from error

    def _open(self) -> IO[bytes]:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.fdopen(private_files.open_file(self._path, os.O_RDWR | os.O_CREAT), "r+b")
        except OSError as error:
            raise private_files.store_error(error, file=self._path.name) from error


if sys.platform == "win32":
    import msvcrt

    def _try_lock(stream: IO[bytes]) -> bool:
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _lock(stream: IO[bytes]) -> None:
        msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)

else:
    import fcntl

    def _try_lock(stream: IO[bytes]) -> bool:
        return _locked(stream, how=fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _lock(stream: IO[bytes]) -> None:
        _locked(stream, how=fcntl.LOCK_EX)

    def _locked(stream: IO[bytes], *, how: int) -> bool:
        """Lock a file; false when somebody holds it. Some network homes know one of the two ways, a few know none."""
        for lock in (fcntl.flock, fcntl.lockf):
            try:
                lock(stream, how)
            except OSError as error:
                if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EAGAIN):
                    return False
            else:
                return True
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
