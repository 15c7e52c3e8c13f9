"""One open SQLite file: transactions, queries, and every sqlite3 error turned into ours."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.errors import StoreChanged, StoreError
from comptexpert_desktop.store import file_opening
from comptexpert_desktop.store.file_errors import keeps_from_writing, translated
from comptexpert_desktop.store.file_opening import DIRECTORY, PRIVATE, Layout, copy_name, identity_of

__all__ = ["DIRECTORY", "GENERATION", "PRIVATE", "Database", "Layout", "copy_name"]

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

GENERATION = "generation"
"""In the meta table of a private file: the life that it is in."""


class Database:
    """An open file; used by one thread only."""

    def __init__(self, path: Path | None, *, layout: Layout) -> None:
        """Open or create the file; None keeps everything in memory. Raises a StoreError."""
        self.path = path
        self.generation = ""
        """The life of the file that this connection works for; a write to a file that began another one is refused."""
        self.is_new: bool
        """Nothing was there when it was opened."""
        self._name = path.name if path else ":memory:"
        self._connection: sqlite3.Connection
        self._purges_at_commit = False
        self.refusal: StoreError | None = None
        """Why nothing can be written: the disk is full, or read-only. What the file holds is read all the same."""
        with self._translated():
            try:
                opened = file_opening.opened(path, layout=layout)
            except (sqlite3.OperationalError, OSError) as error:
                copy = file_opening.opened_copy(path, layout=layout) if keeps_from_writing(error) else None
                if copy is None:
                    raise
                opened, self.refusal = copy, self.translated(error)
        self._connection, self._identity, self.is_new = opened

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self.translated(error) from error

    def translated(self, error: Exception) -> StoreError:
        """Turn an error of SQLite, or of the file system, into ours."""
        return translated(error, file=self._name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run all that follows, or nothing of it; on disk once it returned. Joins an open one.

        Raises StoreChanged when another program deleted, replaced or erased the file: nothing of it was kept then.
        """
        if self.refusal is not None:
            raise StoreError(self.refusal.code, data=self.refusal.data)
        if self._is_writing():
            yield
            return
        generation = self.generation
        with self._translated():
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._check_generation()
                yield
                self._connection.execute("COMMIT")
                forgets, self._purges_at_commit = self._purges_at_commit, False
            except BaseException:
                if self._is_writing():
                    self._connection.execute("ROLLBACK")
                self._purges_at_commit, self.generation = False, generation
                raise
            if not self.is_in_place():  # after the commit: a file deleted in the middle of it kept nothing
                raise StoreChanged(data={"file": self._name})
        if forgets:
            self.purge_deleted()

    def is_in_place(self) -> bool:
        """Return whether the file at the path is still the open one; always true in memory."""
        return self.path is None or identity_of(self.path) == self._identity

    def is_current(self) -> bool:
        """Return whether the file is in place, and in the life that it had when it was opened; a copy never is."""
        if self.refusal is not None:
            return False
        with self._translated():
            return self.is_in_place() and self._found_generation() == self.generation

    def begin_generation(self, generation: str) -> None:
        """Begin another life of the file, inside a transaction: every other open connection is refused from now on."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (GENERATION, generation))
        self.generation = generation

    def version(self) -> int:
        """Return a number that changes when another program wrote to the file."""
        return file_opening.pragma(self._connection, "data_version")

    def _found_generation(self) -> str:
        if not self.generation:
            return ""
        row = self.one("SELECT value FROM meta WHERE name = :name", {"name": GENERATION})
        return "" if row is None else str(row["value"])

    def _check_generation(self) -> None:
        if self._found_generation() != self.generation:
            raise StoreChanged(data={"file": self._name})

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
        """Write, in a transaction of its own outside one; returns how many rows changed."""
        with self.transaction():
            return self._connection.execute(sql, parameters or {}).rowcount

    def execute_many(self, sql: str, parameters: Iterable[tuple[Any, ...]]) -> None:
        """Write many rows by position."""
        with self.transaction():
            self._connection.executemany(sql, parameters)

    def plain_cursor(self) -> sqlite3.Cursor:
        """Give a cursor of plain tuples, for the one query that must be as fast as it can."""
        cursor = self._connection.cursor()
        cursor.row_factory = None
        return cursor

    def purge_deleted(self) -> None:
        """Take deleted bytes out of the write-ahead log too, now or once the open transaction ends.

        What was written stays written when this cannot be done yet: the next transaction does it.
        """
        if self._is_writing():
            self._purges_at_commit = True
        elif self.path is not None and self.refusal is None:
            try:
                self._purges_at_commit = bool(self.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0][0])
            except StoreError:
                self._purges_at_commit = True

    def copy_to(self, path: Path) -> None:
        """Write everything that this connection reads into a new file."""
        with self._translated():
            file_opening.write_copy(self._connection, path)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def remove(self) -> None:
        """Close the file, and delete it unless another program has it open; erase its rows first."""
        is_alone = file_opening.leave_wal(self._connection) and self.is_in_place()
        self.close()
        if self.path is not None and is_alone:
            for suffix in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
