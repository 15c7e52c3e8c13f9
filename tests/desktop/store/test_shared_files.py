"""Two programs on one folder: what one deletes, replaces or erases, the other never writes into the void."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from comptexpert_desktop.domain.commands import Ask
from comptexpert_desktop.errors import StoreChanged
from comptexpert_desktop.store import outbox
from comptexpert_desktop.store.database import PRIVATE, Database
from tests.fakes import NOW, new_uuid

REQUEST = Ask("jesignexpert", ("prepare",), "entry-1", "Envois de la paie")


def queue(file, outbox_id):
    outbox.add(file, REQUEST, outbox_id=outbox_id, subject="", now=NOW)


def queued(stores):
    return {entry.id for file in stores.files for entry in outbox.every(file)}


def begin(stores):
    return stores.accounts.begin("account-1", login_id="claire.aubier")


def delete(path):
    path.unlink()


def replace(path):
    copy = path.with_suffix(".copy")
    shutil.copy(path, copy)
    copy.replace(path)


@pytest.mark.parametrize("lose", [delete, replace])
def test_a_write_into_a_file_that_is_no_longer_there_is_refused(tmp_path, lose):
    database = Database(tmp_path / "file.db", layout=PRIVATE)
    lose(tmp_path / "file.db")
    with pytest.raises(StoreChanged):
        database.execute("INSERT INTO meta VALUES ('a', 'b')")
    database.close()


def test_a_file_deleted_in_the_middle_of_a_write_kept_nothing(tmp_path):
    database = Database(tmp_path / "file.db", layout=PRIVATE)

    def write():
        with database.transaction():
            database.execute("INSERT INTO meta VALUES ('a', 'b')")
            (tmp_path / "file.db").unlink()

    with pytest.raises(StoreChanged):
        write()
    database.close()


def test_a_write_into_a_file_that_another_program_erased_is_refused(open_stores):
    one, other = open_stores(), open_stores()
    file = begin(one)
    begin(other)
    other.accounts.end(keeps=lambda _file: False)
    with pytest.raises(StoreChanged):
        queue(file, new_uuid())


def test_what_the_window_takes_after_another_program_signed_out_and_in_again_is_in_the_file(open_stores):
    window, terminal = open_stores(), open_stores()
    begin(window)
    terminal.accounts.end(keeps=lambda _file: False)
    begin(terminal)
    outbox_id = new_uuid()
    window.attempt(lambda stores: queue(stores.account, outbox_id))
    assert queued(terminal) == {outbox_id}


def test_a_window_sees_at_once_that_another_program_signed_out_switched_or_wrote(open_stores):
    window, terminal = open_stores(), open_stores()
    begin(window)
    window.refresh()
    window.take_changes()
    window.refresh()
    assert not window.take_changes()
    terminal.accounts.end(keeps=lambda _file: True)
    window.refresh()
    assert window.take_changes()
    assert window.account is None
    terminal.accounts.begin("account-2", login_id="paul.marchand")
    window.refresh()
    assert window.account.account == "account-2"
    window.take_changes()
    queue(terminal.account, new_uuid())
    window.refresh()
    assert window.take_changes()


def test_signing_out_leaves_the_account_that_another_program_put_at_the_desk(open_stores):
    window, terminal = open_stores(), open_stores()
    begin(window)
    terminal.accounts.begin("account-2", login_id="paul.marchand")
    window.accounts.end(keeps=lambda _file: True)
    assert terminal.attempt(lambda stores: stores.account.account) == "account-2"


def test_an_erased_file_stays_empty_while_another_program_has_it_open_and_goes_with_the_last(open_stores, tmp_path):
    window, terminal = open_stores(), open_stores()
    begin(window)
    terminal.account.set_meta("cursor", "Canary")
    terminal.accounts.end(keeps=lambda _file: False)
    (file,) = (tmp_path / "data" / "accounts").glob("*.db")
    assert b"Canary" not in file.read_bytes()
    window.refresh()
    begin(window)
    window.accounts.end(keeps=lambda _file: False)
    assert list((tmp_path / "data" / "accounts").iterdir()) == []


@pytest.mark.parametrize("name", ["signup.db", "accounts"])
def test_a_file_that_somebody_deleted_under_an_open_window_is_put_back(open_stores, tmp_path, name):
    window = open_stores()
    begin(window)
    kept, later = new_uuid(), new_uuid()
    place = window.signups if name == "signup.db" else window.account
    queue(place, kept)
    path = place.database.path
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    window.attempt(lambda stores: queue(stores.signups if name == "signup.db" else stores.account, later))
    assert queued(open_stores()) == {kept, later}


@pytest.mark.parametrize("name", ["signup.db", "accounts"])
def test_an_older_copy_put_in_place_under_an_open_window_loses_nothing(open_stores, tmp_path, name):
    window = open_stores()
    begin(window).set_secret("refresh", "older")
    place = window.signups if name == "signup.db" else window.account
    path = place.database.path
    older = tmp_path / "older.db"
    with sqlite3.connect(path) as source, sqlite3.connect(older) as target:
        source.backup(target)
    source.close()
    target.close()
    kept = new_uuid()
    queue(place, kept)
    window.account.set_secret("refresh", "newer")
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    older.replace(path)
    window.refresh()
    again = open_stores()
    assert queued(again) == {kept}
    assert again.account.secret("refresh") == "newer"


def test_a_place_that_is_given_to_a_new_life_never_gets_the_session_of_the_old_one(open_stores):
    window, terminal = open_stores(), open_stores()
    begin(window).set_secret("refresh", "old")
    queue(window.account, kept := new_uuid())
    path = window.account.database.path
    path.unlink()
    begin(terminal).set_secret("refresh", "new")
    window.refresh()
    assert window.account.secret("refresh") == "new"
    assert queued(terminal) == {kept}
