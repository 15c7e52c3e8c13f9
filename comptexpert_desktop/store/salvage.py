"""Put a damaged private file aside, and save from it what no server can give again.

The rows of the outbox come first, then drafts, what is sealed beside them, the accounts of this machine, and the plain
values that name the keys. They are recognised by their shape: the tree that says which page belongs to which table is
what is damaged. Nothing is unsealed here: a row that was changed is refused later by its own seal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.errors import StoreDamaged, StoreError
from comptexpert_desktop.store.database import DIRECTORY, PRIVATE, Database
from comptexpert_desktop.store.page_reader import read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from comptexpert_desktop.store.page_reader import Row

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T")
_KINDS = frozenset(kind.value for kind in Kind)
_STATUSES = frozenset(status.value for status in OutboxStatus)
_META = re.compile(
    r"instance|owner|owner_server|login_id|last_sync|silent_seconds|silent_at|server_epoch|locked/.+|trouble/.+|erased/.+"
)
"""The plain values that cannot be made again; the cursor is left out, so that the server tells everything anew."""
_SECRET = re.compile(r"[a-z_]+(/.+)?")
_OUTBOX = ("id", "key", "kind", "account", "subject", "about", "delegation_id", "created_at", "status")


@dataclass(frozen=True, slots=True)
class Salvage:
    """What was saved from a file, and what was not."""

    file: str
    aside: str
    kept: int
    """Rows of the outbox."""
    lost: int
    """Rows of the outbox of which only the trace in an index is left; pages may have held more."""
    is_unreadable: bool = False
    """Whether no row at all was read, not even the name of the folder's keys, which every private file holds."""


def put_aside(path: Path) -> Path:
    """Give a file another name, with its write-ahead log; returns the name."""
    aside = next(one for one in _names(path) if not one.exists())
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if suffix == "-wal" and beside.exists():
            beside.replace(aside.with_name(aside.name + suffix))
        beside.unlink(missing_ok=True)
    if path.exists():
        path.replace(aside)
    else:
        aside.touch(0o600)
    return aside


def aside_of(path: Path) -> list[Path]:
    """List what was put aside for this file: damaged ones, and copies from before a migration."""
    return sorted([*path.parent.glob(f"{path.stem}.damaged*"), *path.parent.glob(f"{path.stem}.v*.copy")])


def salvage(path: Path) -> Salvage:
    """Put a damaged private file aside, and make one in its place with what could be read; raises a StoreError."""
    try:
        aside = put_aside(path)
        found = _sorted(read_rows(aside))
        database = Database(path, layout=PRIVATE)
    except OSError as error:
        raise StoreError("STORE_UNUSABLE", data={"file": path.name, "reason": error.strerror}) from error
    try:
        with database.transaction():
            for table in _SHAPES:
                for row in found.get(table, {}).values():
                    _insert(database, table=table, row=row)
            kept = {str(row["id"]) for row in database.rows("SELECT id FROM outbox")}
    finally:
        database.close()
    lost = len(found["trace"].keys() - kept)
    return Salvage(path.name, aside.name, len(kept), lost, is_unreadable=not any(found.values()))


def is_hollow(path: Path) -> bool:
    """Return whether a file is missing or empty while its write-ahead log still holds something."""
    wal = path.with_name(path.name + "-wal")
    is_empty = not path.exists() or path.stat().st_size == 0
    return is_empty and wal.exists() and wal.stat().st_size > 0


def files_below(folder: Path) -> list[Path]:
    """List the databases of a data folder."""
    return [*sorted(folder.glob("*.db")), *sorted(folder.glob("accounts/*.db"))]


def check(path: Path) -> None:
    """Read every page of a file as SQLite does; raises a StoreError."""
    database = Database(path, layout=DIRECTORY if path.name == "registry.db" else PRIVATE)
    try:
        found = database.rows("PRAGMA quick_check")
    finally:
        database.close()
    if [row[0] for row in found] != ["ok"]:
        raise StoreDamaged(data={"file": path.name})


def _names(path: Path) -> Iterable[Path]:
    yield path.with_suffix(".damaged")
    for number in range(2, 1000):
        yield path.with_suffix(f".damaged{number}")


def _sorted(rows: Iterable[Row]) -> dict[str, dict[object, Row]]:
    """Sort rows by the table that their shape belongs to, each once by its name."""
    found: dict[str, dict[object, Row]] = {"trace": {}}
    for row in rows:
        table = _table_of(row)
        if table:
            found.setdefault(table, {})[row[:2] if table in ("account", "review_answer") else row[0]] = row
        elif trace := _trace_of(row):
            found["trace"][trace] = row
    return found


def _table_of(row: Row) -> str:
    return next((table for table, has_shape in _SHAPES.items() if has_shape(row)), "")


def _is_outbox(row: Row) -> bool:
    is_long = len(row) >= len(_OUTBOX) + 2
    return (
        is_long
        and all(isinstance(one, str) for one in row[: len(_OUTBOX)])
        and row[2] in _KINDS
        and row[8] in _STATUSES
    )


def _is_draft(row: Row) -> bool:
    match row:
        case (str(name), str(moment), bytes()):
            return bool(name and _MOMENT.match(moment))
    return False


def _is_secret(row: Row) -> bool:
    match row:
        case (str(name), bytes()):
            return bool(_SECRET.fullmatch(name))
    return False


def _is_account(row: Row) -> bool:
    match row:
        case (str(server), str(), str(), int(), *_):
            return server.startswith("http")
    return False


def _is_answer(row: Row) -> bool:
    match row:
        case (str(), str(), int(), "keep" | "end", str(), int(), str()):
            return True
    return False


def _is_meta(row: Row) -> bool:
    match row:
        case (str(name), str()):
            return bool(_META.fullmatch(name))
    return False


_SHAPES: dict[str, Callable[[Row], bool]] = {
    "outbox": _is_outbox,
    "draft": _is_draft,
    "secret": _is_secret,
    "account": _is_account,
    "review_answer": _is_answer,
    "meta": _is_meta,
}


def _trace_of(row: Row) -> str:
    """Return the id that a line of an index of the outbox names: (key, id), or (status, next attempt, id)."""
    match row:
        case (str(key), str(name)) if _UUID.fullmatch(key) and _UUID.fullmatch(name):
            return name
        case (str(status), str(), str(name)) if status in _STATUSES and _UUID.fullmatch(name):
            return name
        case _:
            return ""


def _insert(database: Database, *, table: str, row: Row) -> None:
    """Write a row; columns that were added after it was written take their defaults."""
    columns = [found["name"] for found in database.rows(f"PRAGMA table_info({table})")]
    values = dict(zip(columns, row, strict=False))
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    database.execute(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608  (names above)
