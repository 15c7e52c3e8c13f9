"""The local copy of the public lists: one covering table, two range scans a keystroke, nothing in memory.

Also keeps the catalogue and the Conseils régionaux, which are public too, with the date of each.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import suppress
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar, cast

from comptexpert_desktop.domain.clock import from_text, optional_time, to_text
from comptexpert_desktop.domain.names import (
    FOLD_VERSION,
    LAST,
    fold_number,
    keys,
    number_prefix,
    prefixes,
    typo_prefixes,
)
from comptexpert_desktop.domain.profile import PUBLIC_LISTS, Profile
from comptexpert_desktop.domain.registry import EntryId, RegistryEntry, SearchAnswer
from comptexpert_desktop.errors import StoreDamaged
from comptexpert_desktop.store.database import DIRECTORY, Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    Progress = Callable[[float], object]
    """Told the share that is done, from 0 to 1."""

T = TypeVar("T")
_ENTRY_ID = itemgetter(0)
_as_entry = cast("Callable[[tuple[Any, ...]], RegistryEntry]", partial(tuple.__new__, RegistryEntry))
_BANDS: dict[Profile | None, int] = {None: 0} | {profile: 2 * rank for rank, profile in enumerate(PUBLIC_LISTS, 1)}
"""Every key stands twice, in the band of all lists and in that of its own: a scan then reads nothing in vain."""
_LIST_BANDS = {profile.value: band for profile, band in _BANDS.items() if profile}
_FIELDS = "entry_id, surname, given_name, town, council, list, registration_number"
_SCAN = (
    f"SELECT {_FIELDS} FROM token WHERE band = ? AND key >= ? AND key < ?"  # noqa: S608
    " ORDER BY key, entry_id"
)
_TYPO = (
    f"SELECT {', '.join(f'token.{field}' for field in _FIELDS.split(', '))}"  # noqa: S608
    " FROM json_each(:variants) AS variant CROSS JOIN token"
    " WHERE token.band = :band AND token.key >= variant.value AND token.key < variant.value || :last"
    " ORDER BY token.key, token.entry_id"
)
_NUMBER = (
    "SELECT person.entry_id, surname, given_name, town, council, list, registration_number"
    " FROM number CROSS JOIN person ON person.entry_id = number.entry_id"
    " WHERE digits >= :start AND digits < :end ORDER BY digits, number.entry_id"
)
_READING = 0.4
"""The share of the building of a file that goes into reading its lines."""
_STEP = 500
_ADD_PEOPLE = "INSERT OR REPLACE INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_KEYS = "INSERT OR REPLACE INTO token VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_NUMBERS = "INSERT OR REPLACE INTO number VALUES (?, ?)"


class Directory:
    """The open file `registry.db`; made anew when it is damaged, since the server has it all."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises StoreTooNew when a newer version wrote it."""
        self._path = path
        try:
            self._database = Database(path, layout=DIRECTORY)
        except StoreDamaged:
            _remove(path)
            self._database = Database(path, layout=DIRECTORY)
        self._cursor = self._database.plain_cursor()
        self._read_meta()
        if self.version and self._meta("fold_version") != str(FOLD_VERSION):
            self._index_again()

    def _start_over(self) -> None:
        """Put an empty file in place of a damaged one; the next turn fetches everything again."""
        self._database.close()
        _remove(self._path)
        self._database = Database(self._path, layout=DIRECTORY)
        self._cursor = self._database.plain_cursor()
        self._read_meta()

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
                rows = list(islice(self._by_number(number, profile=profile), limit + 1))
            else:
                rows = self._by_name(text, profile=profile, wanted=limit + 1)
                if not rows:
                    rows = list(islice(self._by_typo(text, profile=profile), limit + 1))
        except sqlite3.Error as error:
            found = self._database.translated(error)
            if isinstance(found, StoreDamaged):
                self._start_over()
            raise found from error
        entries = tuple(map(_as_entry, rows[:limit]))
        return SearchAnswer(entries, has_more=len(rows) > limit, snapshot_date=self.snapshot_date)

    def _by_name(self, text: str, *, profile: Profile | None, wanted: int) -> list[tuple[Any, ...]]:
        if (band := _BANDS.get(profile)) is None:
            return []
        execute = self._cursor.execute
        found: dict[str, tuple[Any, ...]] = {}
        wanted_prefixes = prefixes(text)
        for tier in (0, 1):
            for prefix in wanted_prefixes:
                scan = execute(_SCAN, (band + tier, prefix, prefix + LAST))
                # Pages, not rows: the loop over twenty rows would cost as much as the query itself.
                while page := scan.fetchmany(wanted - len(found)):
                    if not found and len(page) == wanted == len(set(map(_ENTRY_ID, page))):
                        return page
                    found.update(zip(map(_ENTRY_ID, page), page, strict=True))
                    if len(found) >= wanted:
                        return list(found.values())
        return list(found.values())

    def _by_number(self, number: str, *, profile: Profile | None) -> Iterator[tuple[Any, ...]]:
        for row in self._cursor.execute(_NUMBER, {"start": number, "end": number + LAST}):
            if profile is None or row[5] == profile.value:
                yield row

    def _by_typo(self, text: str, *, profile: Profile | None) -> Iterator[tuple[Any, ...]]:
        variants = typo_prefixes(text, alphabet=self._alphabet)
        if not variants or (band := _BANDS.get(profile)) is None:
            return
        parameters = {"variants": json.dumps(variants), "last": LAST}
        seen: set[str] = set()
        for tier in (0, 1):
            for row in self._cursor.execute(_TYPO, parameters | {"band": band + tier}):
                if row[0] in seen:
                    continue
                seen.add(row[0])
                yield row

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
        fresh_path = self._path.with_suffix(f".{os.getpid()}.new")
        _remove(fresh_path)
        fresh = Database(fresh_path, layout=DIRECTORY)
        try:
            with fresh.transaction():
                _insert(fresh, rows, progress=progress)
                _stamp(fresh, version=version, generated_at=generated_at, server=server)
                for row in self._documents():
                    fresh.execute("INSERT INTO document VALUES (:name, :fetched_at, :body)", row)
            fresh.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            fresh.rows("PRAGMA journal_mode = DELETE")
        except BaseException:
            fresh.close()
            _remove(fresh_path)
            raise
        fresh.close()
        self._database.close()
        _remove_journals(self._path)
        os.replace(fresh_path, self._path)  # noqa: PTH105  (the words of the operating system's promise)
        self._database = Database(self._path, layout=DIRECTORY)
        self._cursor = self._database.plain_cursor()
        self._read_meta()

    def doubt(self) -> None:
        """Keep answering, but fetch a whole snapshot next: its server counts its versions from an older state."""
        with self._database.transaction():
            self._database.execute("UPDATE meta SET value = '' WHERE name = 'server'")

    def forget(self) -> None:
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
            _insert(self._database, (row for row in changed if not row.get("deleted")))
            _stamp(self._database, version=version, generated_at=generated_at, server=server)
        self._read_meta()

    def _delete(self, entry_ids: list[str]) -> None:
        wanted = {"ids": json.dumps(entry_ids)}
        known = self._database.rows(
            f"SELECT {_FIELDS} FROM person WHERE entry_id IN (SELECT value FROM json_each(:ids))",  # noqa: S608
            wanted,
        )
        tokens = [token[:3] for row in known for token in _tokens(RegistryEntry._make(row))]
        numbers = [(fold_number(row["registration_number"]), row["entry_id"]) for row in known]
        self._database.execute_many("DELETE FROM token WHERE band = ? AND key = ? AND entry_id = ?", tokens)
        self._database.execute_many("DELETE FROM number WHERE digits = ? AND entry_id = ?", numbers)
        self._database.execute("DELETE FROM person WHERE entry_id IN (SELECT value FROM json_each(:ids))", wanted)

    def _index_again(self) -> None:
        with self._database.transaction():
            rows = [dict(row) for row in self._database.rows("SELECT * FROM person")]
            self._database.execute("DELETE FROM token")
            self._database.execute("DELETE FROM number")
            _insert(self._database, rows)
            _stamp(
                self._database,
                version=self.version,
                generated_at=self._meta("generated_at"),
                server=self.server,
            )
        self._read_meta()

    def document(self, name: str) -> tuple[Any, datetime] | None:
        """Read a public document (`catalogue`, `councils`) and when it was fetched."""
        row = self._database.one("SELECT body, fetched_at FROM document WHERE name = :name", {"name": name})
        return None if row is None else (json.loads(row["body"]), from_text(row["fetched_at"]))

    def keep_document(self, name: str, *, body: object, now: datetime) -> None:
        """Keep a public document."""
        self._database.execute(
            "INSERT OR REPLACE INTO document VALUES (:name, :fetched_at, :body)",
            {"name": name, "fetched_at": to_text(now), "body": json.dumps(body, ensure_ascii=False)},
        )

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def _insert(database: Database, rows: Iterable[Mapping[str, Any]], *, progress: Progress | None = None) -> None:
    if progress is not None:
        rows = _told(list(rows), progress=progress, first=0.0, share=_READING)
    people: list[tuple[str, ...]] = []
    tokens: list[tuple[Any, ...]] = []
    numbers: list[tuple[str, str]] = []
    for row in rows:
        entry = RegistryEntry(
            entry_id=EntryId(str(row["entry_id"])),
            surname=str(row["surname"]),
            given_name=str(row["given_name"]),
            town=str(row.get("town") or ""),
            council=str(row.get("council") or ""),
            list=str(row["list"]),
            registration_number=str(row.get("registration_number") or ""),
        )
        people.append((*entry, str(row.get("postal_code") or "")))
        tokens.extend(_tokens(entry))
        if entry.registration_number:
            numbers.append((fold_number(entry.registration_number), entry.entry_id))
    tokens.sort(key=lambda token: token[:3])
    database.execute_many(_ADD_PEOPLE, sorted(people))
    told = tokens if progress is None else _told(tokens, progress=progress, first=_READING, share=1 - _READING)
    database.execute_many(_ADD_KEYS, told)
    database.execute_many(_ADD_NUMBERS, sorted(numbers))
    _widen_alphabet(database, tokens)


def _told(items: list[T], *, progress: Progress, first: float, share: float) -> Iterator[T]:
    """Give the items one by one, and tell how far they are."""
    for number, item in enumerate(items):
        if number % _STEP == 0:
            progress(first + share * number / len(items))
        yield item
    progress(first + share)


def _tokens(entry: RegistryEntry) -> Iterator[tuple[Any, ...]]:
    bands = {0, _LIST_BANDS.get(entry.list, 0)}
    best: dict[str, int] = {}
    for key in keys(surname=entry.surname, given_name=entry.given_name):
        best.setdefault(key.text, key.tier)
    for text, tier in best.items():
        for band in bands:
            yield (band + tier, text, *entry)


def _widen_alphabet(database: Database, tokens: list[tuple[Any, ...]]) -> None:
    row = database.one("SELECT value FROM meta WHERE name = 'alphabet'")
    letters = set(row["value"] if row else "")
    for token in tokens:
        letters.update(token[1])
    letters.discard(" ")
    database.execute("INSERT OR REPLACE INTO meta VALUES ('alphabet', :value)", {"value": "".join(sorted(letters))})


def _stamp(database: Database, *, version: int, generated_at: str, server: str) -> None:
    values = {
        "version": str(version),
        "generated_at": generated_at,
        "fold_version": str(FOLD_VERSION),
        "server": server,
    }
    database.execute_many("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    _remove_journals(path)


def _remove_journals(path: Path) -> None:
    for suffix in ("-wal", "-shm", "-journal"):
        with suppress(OSError):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
