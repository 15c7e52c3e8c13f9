"""One SQLite file: safe settings, numbered migrations, and every sqlite3 error turned into ours."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.errors import StoreDamaged, StoreError, StoreTooNew

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


_BUSY_SECONDS = 10.0
_SETTINGS = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA fullfsync = ON;
PRAGMA checkpoint_fullfsync = ON;
PRAGMA secure_delete = ON;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
"""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a kind of file looks like: its mark, its folder of migrations, its views."""

    application_id: int
    migrations: str
    views: str = ""


PRIVATE = Layout(application_id=0x43585031, migrations="private", views="views.sql")
DIRECTORY = Layout(application_id=0x43585231, migrations="directory")


class Database:
    """An open file; used by one thread only."""

    def __init__(self, path: Path | None, *, layout: Layout) -> None:
        """Open or create the file; None keeps everything in memory. Raises a StoreError."""
        self.path = path
        self._name = path.name if path else ":memory:"
        self._forgets_at_commit = False
        with self._translated():
            self._connection = self._connect(path)
            try:
                self._prepare(layout)
            except BaseException:
                self._connection.close()
                raise

    def _connect(self, path: Path | None) -> sqlite3.Connection:
        if path is None:
            return sqlite3.connect(":memory:", isolation_level=None)
        _own_folder(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.close(descriptor)
        path.chmod(0o600)
        return sqlite3.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)

    def _prepare(self, layout: Layout) -> None:
        self._connection.row_factory = sqlite3.Row
        scripts = _read_migrations(layout.migrations)
        found = self._pragma("user_version")
        mark = self._pragma("application_id")
        if mark not in (0, layout.application_id) or (mark == 0 and found):
            raise StoreDamaged(data={"file": self._name})
        if found > len(scripts):
            raise StoreTooNew(data={"file": self._name, "found": found, "known": len(scripts)})
        self._connection.executescript(_SETTINGS)
        if found < len(scripts):
            self._migrate(layout, scripts=scripts)
        if layout.views:
            self._connection.executescript(_read(layout.views))

    def _migrate(self, layout: Layout, *, scripts: list[str]) -> None:
        with self.transaction():
            found = self._pragma("user_version")
            for version, script in enumerate(scripts[found:], start=found + 1):
                for statement in _statements(script):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {version:d}")
            self._connection.execute(f"PRAGMA application_id = {layout.application_id:d}")

    def _pragma(self, name: str) -> int:
        return int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self.translated(error) from error

    def translated(self, error: Exception) -> StoreError:
        """Turn an error of SQLite, or of the file system, into ours."""
        if isinstance(error, sqlite3.OperationalError):
            return _operational(error, file=self._name)
        if isinstance(error, OSError):
            return StoreError("STORE_UNUSABLE", data={"file": self._name, "reason": error.strerror})
        return StoreDamaged(data={"file": self._name})

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run all that follows, or nothing of it; on disk once it returned. Joins an open one."""
        if self._is_writing():
            yield
            return
        with self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
                forgets, self._forgets_at_commit = self._forgets_at_commit, False
            except BaseException:
                if self._is_writing():
                    self._connection.execute("ROLLBACK")
                self._forgets_at_commit = False
                raise
        if forgets:
            self.forget_deleted()

    def _is_writing(self) -> bool:
        return self._connection.in_transaction

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[sqlite3.Row]:
        """Read every row of a query."""
        with self._translated():
            return self._connection.execute(sql, parameters or {}).fetchall()

    def one(self, sql: str, parameters: Mapping[str, Any] | None = None) -> sqlite3.Row | None:
        """Read the first row of a query."""
        with self._translated():
            row: sqlite3.Row | None = self._connection.execute(sql, parameters or {}).fetchone()
            return row

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None) -> int:
        """Write; returns how many rows changed."""
        with self._translated():
            return self._connection.execute(sql, parameters or {}).rowcount

    def execute_many(self, sql: str, parameters: Iterable[tuple[Any, ...]]) -> None:
        """Write many rows by position."""
        with self._translated():
            self._connection.executemany(sql, parameters)

    def plain_cursor(self) -> sqlite3.Cursor:
        """Give a cursor of plain tuples, for the one query that must be as fast as it can."""
        cursor = self._connection.cursor()
        cursor.row_factory = None
        return cursor

    def forget_deleted(self) -> None:
        """Take deleted bytes out of the write-ahead log too, now or once the open transaction ends."""
        if self._is_writing():
            self._forgets_at_commit = True
        elif self.path is not None:
            self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _own_folder(folder: Path) -> None:
    """Make a folder for the person alone; one that holds other things keeps the rights that it has."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        if not any(folder.iterdir()):
            folder.chmod(0o700)


def _operational(error: sqlite3.OperationalError, *, file: str) -> StoreError:
    reason = getattr(error, "sqlite_errorname", "")
    codes = {"SQLITE_BUSY": "STORE_BUSY", "SQLITE_FULL": "STORE_FULL"}
    return StoreError(codes.get(reason, "STORE_UNUSABLE"), data={"file": file, "reason": reason})


def _read(name: str) -> str:
    return resources.files("comptexpert_desktop.store").joinpath(name).read_text(encoding="utf-8")


def _read_migrations(folder: str) -> list[str]:
    directory = resources.files("comptexpert_desktop.store").joinpath("migrations", folder)
    files = sorted((file for file in directory.iterdir() if file.name.endswith(".sql")), key=lambda f: f.name)
    return [file.read_text(encoding="utf-8") for file in files]


def _statements(script: str) -> Iterator[str]:
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
