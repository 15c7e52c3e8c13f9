"""Each file broken for a week, then mended: what was promised happens, and somebody was told meanwhile."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.support import status
from tests.desktop.usecases.test_signup import STAFF
from tests.fakes import new_uuid


def set_version(path, version):
    """Make a file one of a newer version, or of this one again."""
    with closing(sqlite3.connect(path)) as connection:
        before = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute(f"PRAGMA user_version = {version:d}")
        connection.commit()
    return before


def sign_up(desk):
    new_id = new_uuid()
    signup.submit(desk.stores, draft=STAFF, now=desk.now, new_id=new_id)
    return new_id


def a_week(desk):
    for _ in range(7):
        desk.later(days=1)
        desk.restart()
        desk.stores.attempt(lambda _stores: desk.turn())


def test_a_week_without_the_accounts_file_holds_no_sign_up_and_loses_no_decision(desk):
    desk.sign_in()
    decided = desk.decide(desk.told(), note="")
    path = desk.stores.account.database.path
    desk.stores.close()
    version = set_version(path, 99)
    desk.restart()
    signed_up = sign_up(desk)
    a_week(desk)
    assert desk.server.effects == [signed_up]
    assert [one.code for one in status.summary(desk.stores).file_troubles] == ["STORE_TOO_NEW"]
    desk.stores.close()
    set_version(path, version)
    desk.restart()
    desk.turn()
    assert status.summary(desk.stores).file_troubles == ()
    assert desk.states()[decided] == ("needs_you", "INTENT_TOO_OLD")


def test_a_week_without_a_place_for_the_registry_holds_nothing_and_is_said(desk):
    desk.sign_in()
    path = desk.folder / "registry.db"
    desk.stores.close()
    path.unlink(missing_ok=True)
    (path / "in-the-way").mkdir(parents=True)
    desk.restart()
    signed_up = sign_up(desk)
    a_week(desk)
    assert desk.server.effects == [signed_up]
    assert [(one.code, one.file) for one in status.summary(desk.stores).file_troubles] == [
        ("STORE_NOT_A_FILE", "registry.db")
    ]
    desk.stores.close()
    (path / "in-the-way").rmdir()
    path.rmdir()
    desk.restart()
    desk.turn()
    assert status.summary(desk.stores).file_troubles == ()


@pytest.mark.parametrize("name", ["signup.db", "account"])
def test_a_week_after_a_page_was_damaged_everything_that_was_saved_has_left(desk, name):
    desk.sign_in()
    decided, signed_up = desk.decide(desk.told()), sign_up(desk)
    path = desk.stores.device.database.path if name == "signup.db" else desk.stores.account.database.path
    desk.stores.close()
    path.write_bytes(bytes(100) + path.read_bytes()[100:])
    desk.restart()
    desk.stores.attempt(lambda _stores: desk.turn())
    assert [one.code for one in status.summary(desk.stores).file_troubles] == ["STORE_SALVAGED"]
    assert set(desk.server.effects) == {decided, signed_up}
    a_week(desk)
    assert len(desk.server.effects) == 2
