"""Each file and each queue broken for a week, then mended: what was promised happens, and somebody was told meanwhile."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing, suppress

import pytest

from comptexpert_desktop.domain.delegation import Action, Status
from comptexpert_desktop.errors import StoreError, Unreachable, VaultUnavailable
from comptexpert_desktop.store import file_lock
from comptexpert_desktop.usecases.session import session
from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.support import status
from tests.desktop.store.test_no_room import no_room
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


def without_network(desk):
    desk.server.faults.extend([Unreachable(data={"sent": False})] * 500)


def told_codes(desk):
    """Turn once a day for a week; return what each turn said that it cannot do."""
    found = set()
    for _ in range(7):
        desk.later(days=1)
        with suppress(StoreError):
            desk.restart()
        try:
            session.restore(desk.stores, session=desk.gateways.session)
            desk.stores.attempt(lambda _stores: desk.turn())
            found |= {(one.code, one.file) for one in status.summary(desk.stores).file_troubles}
        except StoreError as error:
            found.add((error.code, error.data.get("file")))
    return found


def saved_before(desk):
    """Save a revocation and a sign-up that nobody hears of yet."""
    desk.sign_in()
    right = desk.told(status=Status.ACTIVE)
    without_network(desk)
    return [desk.decide(right, Action.REVOKE), sign_up(desk)]


@pytest.mark.parametrize("name", ["turn.lock", "session.lock", "keys.lock"])
def test_a_week_with_something_in_the_place_of_a_lock_is_said_by_its_name_and_loses_nothing(desk, name):
    saved = saved_before(desk)
    desk.server.faults.clear()
    desk.stores.close()
    path = desk.folder / name
    path.unlink(missing_ok=True)
    path.mkdir()
    said = told_codes(desk)
    assert said <= {("STORE_NOT_A_FILE", name)}
    assert said or set(desk.server.effects) == set(saved)
    calls = len(desk.server.calls)
    with suppress(StoreError):
        desk.turn()
    assert len(desk.server.calls) - calls < 20, "one turn after the other"
    path.rmdir()
    desk.later(minutes=1)
    desk.restart()
    desk.turn()
    assert sorted(desk.server.effects) == sorted(saved)


def test_a_week_on_a_file_system_without_locks_is_said_and_loses_nothing(desk, monkeypatch):
    saved = saved_before(desk)
    desk.server.faults.clear()
    desk.stores.close()

    def fail(*_arguments):
        raise OSError(errno.ENOLCK, "no locks")

    with monkeypatch.context() as patch:
        for name in ("flock", "lockf"):
            patch.setattr(file_lock.fcntl, name, fail)
        assert {code for code, _file in told_codes(desk)} == {"STORE_NO_LOCKS"}
        assert desk.server.effects == []
    desk.restart()
    desk.turn()
    assert sorted(desk.server.effects) == sorted(saved)


def test_a_week_on_a_full_disk_is_said_and_loses_nothing(desk):
    saved = saved_before(desk)
    desk.server.faults.clear()
    desk.stores.close()
    with no_room():
        assert {code for code, _file in told_codes(desk)} == {"STORE_FULL"}
        assert set(desk.states()) == set(saved)
    desk.restart()
    desk.turn()
    assert sorted(desk.server.effects) == sorted(saved)


def test_a_week_without_the_vault_is_said_and_loses_nothing_that_was_saved_before(desk):
    saved = saved_before(desk)
    desk.server.faults.clear()
    desk.vault.failure = VaultUnavailable()
    told_codes(desk)
    assert status.summary(desk.stores).vault == "KEYRING_ABSENT"
    assert desk.server.effects == []
    desk.vault.failure = None
    desk.restart()
    desk.turn()
    assert sorted(desk.server.effects) == sorted(saved)
    assert status.summary(desk.stores).vault == ""


def test_a_week_without_the_server_is_said_and_everything_leaves(desk):
    """The outbox of the account and that of the sign-ups; an approval alone is asked again."""
    desk.sign_in()
    right, asked = desk.told(status=Status.ACTIVE), desk.told()
    without_network(desk)
    saved = [desk.decide(right, Action.REVOKE), sign_up(desk)]
    approved = desk.decide(asked)
    told_codes(desk)
    assert status.summary(desk.stores).network == "NET_OFFLINE"
    desk.server.faults.clear()
    desk.turn()
    desk.turn()
    assert sorted(desk.server.effects) == sorted(saved)
    assert desk.states()[approved] == ("needs_you", "INTENT_TOO_OLD")


def test_a_week_in_which_nobody_hears_of_a_sign_out_ends_the_session_all_the_same(desk):
    desk.sign_in()
    token = desk.gateways.browser.live
    desk.gateways.browser.failure = Unreachable()
    assert not session.revoke(desk.gateways)
    session.sign_out(desk.stores, unheard_at=desk.now)
    without_network(desk)
    for _ in range(7):
        desk.later(days=1)
        desk.turn()
    assert status.summary(desk.stores).network == "NET_OFFLINE"
    desk.server.faults.clear()
    desk.gateways.browser.failure = None
    desk.turn()
    assert desk.gateways.browser.revoked == [token]
