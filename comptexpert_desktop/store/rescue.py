"""Save what a private file holds when it must change place: from memory to disk, or from a file that was deleted."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import SealBroken, StoreDamaged
from comptexpert_desktop.store import data_keys
from comptexpert_desktop.store.account_file import PrivateFile
from comptexpert_desktop.store.database import GENERATION

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.store.database import Database

_SEALED = {
    "meta": {},
    "secret": {"sealed": "secret"},
    "draft": {"sealed": "draft"},
    "outbox": {"payload": "payload", "answer": "answer"},
    "delegation": {},
    "delegation_document": {},
    "notice": {"sealed": "notice"},
    "review_answer": {},
}
"""Every table of a private file that goes with it: its sealed columns, and what each is sealed as."""

_OWN = ("draft", "outbox", "review_answer", "secret")
"""What no server can give again."""


def reopened(file: PrivateFile, *, unseal: Callable[[PrivateFile], object]) -> PrivateFile:
    """Open what stands at the path of a file that was deleted or replaced, with what only the open one holds.

    `unseal` gives the fresh file its cipher, if there is one.
    """
    was_written = file.database.refusal is None
    if was_written:
        put_back(file.database)
    fresh = PrivateFile(file.database.path, account=file.account, cipher=data_keys.not_asked())
    unseal(fresh)
    if was_written and file.is_open and fresh.is_open:
        with suppress(StoreDamaged):  # what can be read of a damaged file was saved when it was put aside
            carry_over(file, into=fresh)
    file.close()
    return fresh


def move(source: PrivateFile, *, into: PrivateFile) -> None:
    """Copy every row of a file, sealed again under the key of the other."""
    with into.database.transaction():
        for table in _SEALED:
            _copy(source, into=into, table=table, wins=True)


def carry_over(source: PrivateFile, *, into: PrivateFile) -> None:
    """Copy what no server can give again; of two rows of one name, the newer file's counts.

    The file at the path is an older copy of the open one when it is in the same life: then the open one is newer.
    """
    wins = source.database.generation == into.meta(GENERATION)
    with into.database.transaction():
        for table in _OWN:
            _copy(source, into=into, table=table, wins=wins)


def put_back(database: Database) -> None:
    """Write the open file where it was, when somebody else deleted it; never over another file."""
    if database.path is None or database.path.exists():
        return
    copy = database.path.with_name(f"{database.path.name}.{os.getpid()}.rescue")
    copy.unlink(missing_ok=True)
    database.copy_to(copy)
    for suffix in ("-wal", "-shm"):  # of the deleted file, whose content the copy has
        database.path.with_name(database.path.name + suffix).unlink(missing_ok=True)
    with suppress(FileExistsError):  # another program was first
        os.link(copy, database.path)
    copy.unlink()


def _copy(source: PrivateFile, *, into: PrivateFile, table: str, wins: bool) -> None:
    known = {row["name"] for row in into.database.rows(f"PRAGMA table_info({table})")}
    how = "REPLACE" if wins else "IGNORE"
    for row in source.database.rows(f"SELECT * FROM {table}"):  # noqa: S608  (names above)
        values = {name: value for name, value in dict(row).items() if name in known}
        if table == "meta" and values["name"] == GENERATION:
            continue
        name = values.get("id") or values.get("name", "")
        for column, kind in _SEALED[table].items():
            if values[column] is not None:
                try:
                    document = source.unseal(values[column], kind=kind, name=name)
                except SealBroken:  # under a key that was lost: as unreadable in one place as in the other
                    continue
                values[column] = into.seal(document, kind=kind, name=name)
        names, marks = ", ".join(values), ", ".join(f":{column}" for column in values)
        into.database.execute(f"INSERT OR {how} INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608
