"""Open a SQLite file: folder and rights, the pragmas that make it safe, numbered migrations with a copy before."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.errors import StoreChanged, StoreDamaged, StoreTooNew
from comptexpert_desktop.settings import private_files
from comptexpert_desktop.store.page_reader import read_image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Identity = tuple[int, int]
    """The device and the number of a file: another file at the same path has another."""

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
    keeps_copies: bool = False
    """Whether the file is copied before each migration: it holds what no server can give again."""


PRIVATE = Layout(application_id=0x43585031, migrations="private", views="views.sql", keeps_copies=True)
DIRECTORY = Layout(application_id=0x43585231, migrations="directory")


class Opened(NamedTuple):
    """A connection that is ready, which file it is of, and whether nothing was there before."""

    connection: sqlite3.Connection
    identity: Identity | None
    is_new: bool


def opened(path: Path | None, *, layout: Layout) -> Opened:
    """Open or create a file; None keeps everything in memory. Raises what SQLite and the file system raise."""
    connection, identity = _connect(path)
    try:
        is_new = _prepare(connection, path, layout=layout, identity=identity)
    except BaseException:
        connection.close()
        raise
    return Opened(connection, identity, is_new)


def opened_copy(path: Path | None, *, layout: Layout) -> Opened | None:
    """Read the file into memory, where SQLite needs no room beside it; None when it cannot be read as it is."""
    image = b"" if path is None else read_image(path)
    if path is None or not image:
        return None
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.deserialize(image)
    connection.row_factory = sqlite3.Row
    is_known = pragma(connection, "user_version") == len(_read_migrations(layout.migrations))
    if not is_known or pragma(connection, "application_id") != layout.application_id:
        connection.close()
        return None
    if layout.views:
        connection.executescript(_read(layout.views))
    return Opened(connection, identity_of(path), is_new=False)


def pragma(connection: sqlite3.Connection, name: str) -> int:
    """Return the number that a PRAGMA answers."""
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def write_copy(connection: sqlite3.Connection, path: Path) -> None:
    """Write everything that a connection reads into a new file."""
    _create(path)
    copy = sqlite3.connect(path, isolation_level=None)
    try:
        connection.backup(copy)
    finally:
        copy.close()


def leave_wal(connection: sqlite3.Connection) -> bool:
    """Return whether no other connection is open: SQLite leaves its write-ahead log only then."""
    try:
        connection.execute("PRAGMA busy_timeout = 0")
        mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite3.Error:
        return False
    return bool(mode == "delete")


def copy_name(name: str, *, version: int) -> str:
    """Return the name of the copy that is kept of a file of a version, before it is migrated."""
    return f"{name.removesuffix('.db')}.v{version}.copy"


def identity_of(path: Path) -> Identity | None:
    """Return which file stands at a path; None when there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _connect(path: Path | None) -> tuple[sqlite3.Connection, Identity | None]:
    if path is None:
        return sqlite3.connect(":memory:", isolation_level=None), None
    _own_folder(path.parent)
    private_files.check_folder(path.parent)
    private_files.check_file(path)
    _create(path)
    path.chmod(0o600)  # no link: the check above
    identity = identity_of(path)
    connection = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)
    if identity is None or identity != identity_of(path):  # replaced between the two lines
        connection.close()
        raise StoreChanged(data={"file": path.name})
    return connection, identity


def _prepare(connection: sqlite3.Connection, path: Path | None, *, layout: Layout, identity: Identity | None) -> bool:
    """Set a connection up and migrate its file; returns whether nothing was there."""
    connection.row_factory = sqlite3.Row
    name = path.name if path else ":memory:"
    scripts = _read_migrations(layout.migrations)
    found = pragma(connection, "user_version")
    mark = pragma(connection, "application_id")
    if mark not in (0, layout.application_id) or (mark == 0 and found):
        raise StoreDamaged(data={"file": name})
    if found > len(scripts):
        data = {"file": name, "found": found, "known": len(scripts)}
        raise StoreTooNew(data=data | {"copy": copy_name(name, version=len(scripts))})
    connection.executescript(_SETTINGS)
    if found < len(scripts):
        if found and path is not None and layout.keeps_copies:
            _copy_before(connection, path, version=found)
        _migrate(connection, layout, scripts=scripts)
        if path is not None and identity_of(path) != identity:  # a file deleted in the middle of it kept nothing
            raise StoreChanged(data={"file": name})
    if layout.views:
        connection.executescript(_read(layout.views))
    return not found


def _migrate(connection: sqlite3.Connection, layout: Layout, *, scripts: tuple[str, ...]) -> None:
    with _all_or_nothing(connection):
        found = pragma(connection, "user_version")  # another program may have been first
        for version, script in enumerate(scripts[found:], start=found + 1):
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version:d}")
        connection.execute(f"PRAGMA application_id = {layout.application_id:d}")


@contextmanager
def _all_or_nothing(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _copy_before(connection: sqlite3.Connection, path: Path, *, version: int) -> None:
    """Keep the file as it is before a migration, so that an older version of the program can be gone back to."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    draft.unlink(missing_ok=True)
    try:
        write_copy(connection, draft)
        draft.replace(path.with_name(copy_name(path.name, version=version)))
    finally:
        draft.unlink(missing_ok=True)


def _create(path: Path) -> None:
    """Make an empty file for the person alone, unless there is one.

    A file that is there is not opened: closing it would release the locks that this process holds on it. What a file
    that was deleted left beside it belongs to whoever still has it open, and would be shared with them.
    """
    if not path.exists():
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return


def _own_folder(folder: Path) -> None:
    """Make a folder for the person alone; one that holds other things keeps the rights that it has."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        if not any(folder.iterdir()):
            folder.chmod(0o700)


@cache
def _read(name: str) -> str:
    return resources.files("comptexpert_desktop.store").joinpath(name).read_text(encoding="utf-8")


@cache
def _read_migrations(folder: str) -> tuple[str, ...]:
    directory = resources.files("comptexpert_desktop.store").joinpath("migrations", folder)
    files = sorted((file for file in directory.iterdir() if file.name.endswith(".sql")), key=lambda f: f.name)
    return tuple(file.read_text(encoding="utf-8") for file in files)


def _statements(script: str) -> Iterator[str]:
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
