"""The local copy of the public lists: one covering table, two range scans a keystroke, nothing in memory.

Also keeps the catalogue and the Conseils régionaux, which are public too, with the date of each.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Sized
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from comptexpert_desktop.domain.documents import understood
from comptexpert_desktop.domain.name_search import (
    FOLD_VERSION,
    fold_number,
    number_prefix,
)
from comptexpert_desktop.domain.registry import RegistryEntry, SearchAnswer
from comptexpert_desktop.domain.timestamps import from_text, optional_time, to_text
from comptexpert_desktop.errors import StoreChanged, StoreDamaged, StoreError, StoreTooNew
from comptexpert_desktop.store import registry_search
from comptexpert_desktop.store.database import DIRECTORY, Database
from comptexpert_desktop.store.registry_index import FIELDS, insert, stamp, tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from comptexpert_desktop.domain.profile import Profile
    from comptexpert_desktop.store.registry_index import Progress

_as_entry = cast("Callable[[tuple[Any, ...]], RegistryEntry]", partial(tuple.__new__, RegistryEntry))


class Directory:
    """The open file `registry.db`; made anew when it cannot be used, since the server has it all."""

    def __init__(self, path: Path) -> None:
        """Open the file; in memory where there can be none, `trouble` is the code that says why."""
        self._path = path
        self.name = path.name
        self._open()

    def _open(self) -> None:
        self.trouble = ""
        try:
            self._database = _opened(self._path)
        except StoreError as error:
            if error.code == "STORE_BUSY":  # it will be there in a moment
                raise
            self.trouble = error.code
            self._database = Database(None, layout=DIRECTORY)
        self._cursor = self._database.plain_cursor()
        try:
            self._read_meta()
        except ValueError:  # of no version of this application
            self._database.close()
            self._database, self.trouble = _opened_anew(self._path)
            self._cursor = self._database.plain_cursor()
            self._read_meta()
        if self.version and self._meta("fold_version") != str(FOLD_VERSION):
            self._index_again()
        self._seen = self._database.version()

    def refresh(self) -> None:
        """Open the copy that another program put in place of this one, and read again what it changed in it."""
        seen, self._seen = self._seen, self._database.version()
        if not self._database.is_in_place():
            self._database.close()
            self._open()
        elif seen != self._seen:
            self._read_meta()

    def start_over(self) -> None:
        """Put an empty file in place of a damaged one; the next turn fetches everything again."""
        self._database.close()
        with suppress(OSError):
            _remove(self._path)
        self._open()

    def _read_meta(self) -> None:
        self.version = int(self._meta("version") or 0)
        self.snapshot_date = optional_time(self._meta("generated_at"))
        self._alphabet = self._meta("alphabet")

    def _meta(self, name: str) -> str:
        row = self._database.one("SELECT value FROM meta WHERE name = :name", {"name": name})
        return "" if row is None else str(row["value"])

    @property
    def server(self) -> str:
        """The server that gave the snapshot: another one's versions cannot be compared with it."""
        return self._meta("server")

    def count(self) -> int:
        """Count the people of the snapshot."""
        row = self._database.one("SELECT count(*) AS n FROM person")
        return int(row["n"]) if row else 0

    def search(self, text: str, *, profile: Profile | None, limit: int) -> SearchAnswer:
        """Find people as the contract of the search says; `profile` None searches every public list."""
        try:
            if number := number_prefix(text):
                rows = list(islice(registry_search.by_number(self._cursor, number, profile=profile), limit + 1))
            else:
                rows = registry_search.by_name(self._cursor, text, profile=profile, requested=limit + 1)
                if not rows:
                    rows = list(
                        islice(
                            registry_search.by_typo(self._cursor, text, profile=profile, alphabet=self._alphabet),
                            limit + 1,
                        )
                    )
        except sqlite3.Error as error:
            found = self._database.translated(error)
            if isinstance(found, StoreDamaged):
                self.start_over()
            raise found from error
        entries = tuple(map(_as_entry, rows[:limit]))
        return SearchAnswer(entries, has_more=len(rows) > limit, snapshot_date=self.snapshot_date)

    def replace(
        self,
        *,
        rows: Iterable[Mapping[str, Any]],
        version: int,
        generated_at: str,
        server: str,
        progress: Progress | None = None,
    ) -> None:
        """Build a new file from a full snapshot, and put it in place of this one at once.

        What `progress` raises ends the work: the file in place stays, and nothing else is left.
        """
        in_memory = self._database.path is None
        fresh_path = self._path.with_suffix(f".{os.getpid()}.new")
        _remove(fresh_path)
        fresh = Database(None if in_memory else fresh_path, layout=DIRECTORY)
        try:
            with fresh.transaction():
                insert(fresh, rows, total=len(rows) if isinstance(rows, Sized) else 0, progress=progress)
                stamp(fresh, version=version, generated_at=generated_at, server=server)
                for row in self._documents():
                    fresh.execute("INSERT INTO document VALUES (:name, :fetched_at, :body)", row)
            fresh.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            fresh.rows("PRAGMA journal_mode = DELETE")
        except BaseException:
            fresh.close()
            _remove(fresh_path)
            raise
        self._database.close()
        if in_memory:
            self._database = fresh
            self._cursor = fresh.plain_cursor()
            self._read_meta()
            return
        fresh.close()
        _remove_journals(self._path)
        fresh_path.replace(self._path)
        self._open()

    def doubt(self) -> None:
        """Keep answering, but fetch a whole snapshot next: its server counts its versions from an older state."""
        with self._database.transaction():
            self._database.execute("UPDATE meta SET value = '' WHERE name = 'server'")

    def clear(self) -> None:
        """Remove everybody; the public documents stay."""
        self.replace(rows=(), version=0, generated_at="", server="")

    def _documents(self) -> list[dict[str, Any]]:
        """Read the public documents; none from a damaged file, since the server has them too."""
        try:
            return [dict(row) for row in self._database.rows("SELECT * FROM document")]
        except StoreDamaged:
            return []

    def change(self, *, rows: Iterable[Mapping[str, Any]], version: int, generated_at: str) -> None:
        """Apply a delta in one transaction."""
        server = self.server
        with self._database.transaction():
            changed = list(rows)
            self._delete([str(row["entry_id"]) for row in changed])
            insert(self._database, (row for row in changed if not row.get("deleted")))
            stamp(self._database, version=version, generated_at=generated_at, server=server)
        self._read_meta()

    def _delete(self, entry_ids: list[str]) -> None:
        requested = {"ids": json.dumps(entry_ids)}
        known = self._database.rows(
            f"SELECT {FIELDS} FROM person WHERE entry_id IN (SELECT value FROM json_each(:ids))",  # noqa: S608
            requested,
        )
        tokens = [token[:3] for row in known for token in tokens_of(RegistryEntry._make(row))]
        numbers = [(fold_number(row["registration_number"]), row["entry_id"]) for row in known]
        self._database.execute_many("DELETE FROM token WHERE band = ? AND key = ? AND entry_id = ?", tokens)
        self._database.execute_many("DELETE FROM number WHERE digits = ? AND entry_id = ?", numbers)
        self._database.execute("DELETE FROM person WHERE entry_id IN (SELECT value FROM json_each(:ids))", requested)

    def _index_again(self) -> None:
        with self._database.transaction():
            rows = [dict(row) for row in self._database.rows("SELECT * FROM person")]
            self._database.execute("DELETE FROM token")
            self._database.execute("DELETE FROM number")
            insert(self._database, rows)
            stamp(
                self._database,
                version=self.version,
                generated_at=self._meta("generated_at"),
                server=self.server,
            )
        self._read_meta()

    def document(self, name: str) -> tuple[Any, datetime] | None:
        """Read a public document (`catalogue`, `councils`) and when it was fetched."""
        row = self._database.one("SELECT body, fetched_at FROM document WHERE name = :name", {"name": name})
        return None if row is None else understood(lambda: (json.loads(row["body"]), from_text(row["fetched_at"])))

    def keep_document(self, name: str, *, body: object, now: datetime) -> None:
        """Keep a public document."""
        self._database.execute(
            "INSERT OR REPLACE INTO document VALUES (:name, :fetched_at, :body)",
            {"name": name, "fetched_at": to_text(now), "body": json.dumps(body, ensure_ascii=False)},
        )

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def _opened(path: Path) -> Database:
    """Open the file; a damaged one, or one of a newer version, is only a copy: an empty one takes its place."""
    try:
        return Database(path, layout=DIRECTORY)
    except (StoreDamaged, StoreTooNew, StoreChanged):
        try:
            _remove(path)
        except OSError as error:
            raise StoreError("STORE_UNUSABLE", data={"file": path.name, "reason": error.strerror}) from error
        return Database(path, layout=DIRECTORY)


def _opened_anew(path: Path) -> tuple[Database, str]:
    """Put an empty file in place of one that nobody understands; memory, and a code, where there can be none."""
    try:
        _remove(path)
        return Database(path, layout=DIRECTORY), ""
    except (OSError, StoreError) as error:
        code = error.code if isinstance(error, StoreError) else "STORE_UNUSABLE"
        return Database(None, layout=DIRECTORY), code


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    _remove_journals(path)


def _remove_journals(path: Path) -> None:
    for suffix in ("-wal", "-shm", "-journal"):
        with suppress(OSError):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
