"""A local file is safe by its settings, and says plainly why it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from comptexpert_desktop.errors import StoreDamaged, StoreError, StoreTooNew
from comptexpert_desktop.store import account_file, file_opening
from comptexpert_desktop.store.database import DIRECTORY, PRIVATE, Database

KNOWN = len(list((Path(account_file.__file__).parent / "migrations" / "private").glob("*.sql")))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "file.db"


def pragma(database, name):
    return database.one(f"PRAGMA {name}")[0]


def test_nothing_acknowledged_is_lost_and_nothing_deleted_remains(path):
    database = Database(path, layout=PRIVATE)
    found = {name: pragma(database, name) for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")}
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    assert pragma(database, "fullfsync") == 1
    database.close()


def test_only_the_person_may_open_the_file_whatever_the_umask(path):
    before = os.umask(0)
    try:
        Database(path, layout=PRIVATE).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_folder_that_holds_other_things_keeps_its_rights(path):
    path.parent.mkdir()
    path.parent.chmod(0o755)  # whatever the umask
    (path.parent / "other").touch()
    Database(path, layout=PRIVATE).close()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o755


def test_an_empty_folder_becomes_the_persons_own(path):
    path.parent.mkdir()
    path.parent.chmod(0o755)
    Database(path, layout=PRIVATE).close()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_of_a_newer_version_is_refused_and_left_alone(path):
    Database(path, layout=PRIVATE).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    content = path.read_bytes()
    with pytest.raises(StoreTooNew) as caught:
        Database(path, layout=PRIVATE)
    copy = f"file.v{KNOWN}.copy"
    assert caught.value.data == {"file": "file.db", "found": 99, "known": KNOWN, "copy": copy}
    assert path.read_bytes() == content


def test_a_file_that_is_no_database_is_damaged(path):
    path.parent.mkdir()
    path.write_bytes(b"not a database, but long enough to be read as one" * 40)
    with pytest.raises(StoreDamaged):
        Database(path, layout=PRIVATE)


def test_a_database_of_another_program_is_damaged_for_us(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA application_id = 42")
    connection.close()
    with pytest.raises(StoreDamaged):
        Database(path, layout=PRIVATE)


def test_one_kind_of_file_is_not_taken_for_the_other(path):
    Database(path, layout=DIRECTORY).close()
    with pytest.raises(StoreDamaged):
        Database(path, layout=PRIVATE)


def test_a_migration_that_was_cut_is_done_again_from_its_start(path):
    path.parent.mkdir()
    sqlite3.connect(path).close()
    database = Database(path, layout=PRIVATE)
    assert pragma(database, "user_version") == KNOWN
    assert database.rows("SELECT * FROM outbox") == []
    database.close()


def test_before_a_migration_a_copy_is_kept_that_the_older_version_opens(path, monkeypatch):
    scripts = file_opening._read_migrations("private")
    monkeypatch.setattr(file_opening, "_read_migrations", lambda folder: scripts[: KNOWN - 1])
    older = Database(path, layout=PRIVATE)
    older.execute("INSERT INTO meta VALUES ('a', 'b')")
    older.close()
    assert [one.name for one in path.parent.iterdir()] == ["file.db"]
    monkeypatch.undo()
    newer = Database(path, layout=PRIVATE)
    newer.execute("DELETE FROM meta")
    newer.close()
    monkeypatch.setattr(file_opening, "_read_migrations", lambda folder: scripts[: KNOWN - 1])
    with pytest.raises(StoreTooNew) as caught:
        Database(path, layout=PRIVATE)
    copy = path.with_name(str(caught.value.data["copy"]))
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    copy.replace(path)
    again = Database(path, layout=PRIVATE)
    assert [tuple(row) for row in again.rows("SELECT * FROM meta")] == [("a", "b")]
    again.close()


def test_a_migration_without_room_for_the_copy_does_not_begin(path, monkeypatch):
    scripts = file_opening._read_migrations("private")
    monkeypatch.setattr(file_opening, "_read_migrations", lambda folder: scripts[: KNOWN - 1])
    Database(path, layout=PRIVATE).close()
    monkeypatch.undo()

    def no_room(_connection, _path):
        raise StoreError("STORE_FULL")

    monkeypatch.setattr(file_opening, "write_copy", no_room)
    with pytest.raises(StoreError, match="STORE_FULL"):
        Database(path, layout=PRIVATE)
    monkeypatch.undo()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == KNOWN - 1
    connection.close()


def fail_in_a_transaction(database):
    with database.transaction():
        database.execute("INSERT INTO meta VALUES ('a', 'b')")
        raise RuntimeError


def fail_after_an_inner_transaction(database):
    with database.transaction():
        with database.transaction():
            database.execute("INSERT INTO meta VALUES ('a', 'b')")
        raise RuntimeError


def fill(database):
    with database.transaction():
        for rank in range(2000):
            database.execute("INSERT INTO meta VALUES (:name, :value)", {"name": str(rank), "value": "x" * 500})


@pytest.mark.parametrize("fail", [fail_in_a_transaction, fail_after_an_inner_transaction])
def test_a_transaction_that_fails_leaves_nothing(path, fail):
    database = Database(path, layout=PRIVATE)
    with pytest.raises(RuntimeError):
        fail(database)
    assert database.rows("SELECT * FROM meta") == []
    database.close()


def test_a_full_disk_and_a_folder_out_of_reach_have_their_codes(path):
    database = Database(path, layout=PRIVATE)
    database.rows("PRAGMA max_page_count = 1")
    with pytest.raises(StoreError, match="STORE_FULL"):
        fill(database)
    database.close()
    with pytest.raises(StoreError, match="STORE_UNUSABLE"):
        Database(path / "below-a-file" / "file.db", layout=PRIVATE)
