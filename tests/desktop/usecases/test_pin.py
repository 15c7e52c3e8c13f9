"""A PIN opens the locked desk without the server: five tries that outlive the program, and nothing that it may not."""

from __future__ import annotations

import json

import pytest

from comptexpert_desktop.errors import InvalidInput, NotAllowed, VaultLocked, VaultUnavailable
from comptexpert_desktop.store.stores import Stores
from comptexpert_desktop.usecases.session import lock, pin, pin_hash, session
from comptexpert_desktop.usecases.session.refresh_tokens import PAUSED
from comptexpert_desktop.usecases.support import status

PIN, OTHER = "704913", "951847"
REAL = (pin_hash.ITERATIONS, pin_hash.LANES, pin_hash.MEMORY_KIB)


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    """Hash at the least cost: what it is otherwise is a test of its own."""
    monkeypatch.setattr(pin_hash, "ITERATIONS", 1)
    monkeypatch.setattr(pin_hash, "MEMORY_KIB", 32)


@pytest.fixture
def desk(desk):
    desk.sign_in()
    return desk


@pytest.fixture
def locked(desk):
    pin.choose(desk.stores, pin=PIN, again=PIN)
    lock.lock(desk.stores)
    return desk


def refused(stores, entered) -> str:
    with pytest.raises(NotAllowed) as found:
        pin.open_desk(stores, pin=entered)
    assert lock.is_locked(stores)
    return found.value.code


def pins(desk) -> list[bytes]:
    return [secret for name, secret in desk.vault.kept.items() if name.endswith("-pin")]


def restarted(desk) -> Stores:
    desk.stores.close()
    desk.stores = Stores(desk.folder, server_url=desk.stores.server_url, vault=desk.vault)
    return desk.stores


def test_the_pin_opens_what_is_locked_and_is_kept_as_a_slow_hash_in_the_keyring(locked):
    (kept,) = pins(locked)
    assert json.loads(kept)["hash"].startswith("$argon2id$v=19$m=32,t=1,p=4$")
    assert not [path for path in locked.folder.rglob("*") if path.is_file() and PIN.encode() in path.read_bytes()]
    pin.open_desk(locked.stores, pin=PIN)
    assert not status.summary(locked.stores).is_locked


def test_five_wrong_ones_and_then_the_browser_alone_even_after_a_restart(locked):
    assert [refused(locked.stores, OTHER) for _ in range(3)] == [pin.WRONG] * 3
    stores = restarted(locked)
    assert [refused(stores, OTHER), refused(stores, OTHER)] == [pin.WRONG, pin.SPENT]
    stores = restarted(locked)
    assert [refused(stores, PIN), status.summary(stores).pin] == [pin.SPENT, "spent"]
    lock.open_again(stores, account_id=stores.account.account)  # the browser proved who is there
    lock.lock(stores)
    pin.open_desk(stores, pin=PIN)
    assert not lock.is_locked(stores)


def test_a_state_that_somebody_rewrote_gives_no_try_back(locked):
    for _ in range(5):
        refused(locked.stores, OTHER)
    locked.stores.device.set_meta(f"pin/{locked.stores.account.account}", "ready")
    assert refused(locked.stores, PIN) == pin.SPENT


def test_the_right_one_gives_every_try_back(locked):
    for _ in range(2):
        for _ in range(4):
            refused(locked.stores, OTHER)
        pin.open_desk(locked.stores, pin=PIN)
        lock.lock(locked.stores)


def test_a_keyring_that_forgets_a_try_opens_nothing(locked):
    locked.vault.write = lambda _name, _secret: None
    with pytest.raises(VaultUnavailable, match="KEYRING_UNREADABLE"):
        pin.open_desk(locked.stores, pin=PIN)
    assert lock.is_locked(locked.stores)


def test_a_keyring_that_refuses_opens_nothing(locked):
    locked.vault.failure = VaultLocked()
    with pytest.raises(VaultLocked):
        pin.open_desk(locked.stores, pin=PIN)
    assert lock.is_locked(locked.stores)


def test_a_session_that_ended_is_not_opened_by_a_pin(locked):
    locked.stores.account.set_meta(PAUSED, "SESSION_EXPIRED")
    assert refused(locked.stores, PIN) == lock.SIGN_IN_FIRST


def test_a_policy_forbids_it(locked):
    locked.stores.offline_unlock = False
    assert (refused(locked.stores, PIN), status.summary(locked.stores).pin) == (pin.FORBIDDEN, "forbidden")


@pytest.mark.parametrize(
    ("chosen", "again", "problem"),
    [
        ("1234", "1234", ("pin", "PIN_LENGTH")),
        ("123456", "123456", ("pin", "PIN_WEAK")),
        (PIN, OTHER, ("again", "PIN_DIFFERS")),
    ],
)
def test_a_weak_one_or_two_different_ones_are_not_taken(desk, chosen, again, problem):
    with pytest.raises(InvalidInput) as found:
        pin.choose(desk.stores, pin=chosen, again=again)
    assert [tuple(one) for one in found.value.problems] == [problem]
    assert (pins(desk), status.summary(desk.stores).pin) == ([], "absent")


def test_none_is_chosen_while_the_desk_is_locked(locked):
    with pytest.raises(NotAllowed, match=lock.SIGN_IN_FIRST):
        pin.choose(locked.stores, pin=OTHER, again=OTHER)
    assert refused(locked.stores, OTHER) == pin.WRONG


def test_it_is_changed_and_removed(desk):
    pin.choose(desk.stores, pin=PIN, again=PIN)
    pin.choose(desk.stores, pin=OTHER, again=OTHER)
    lock.lock(desk.stores)
    assert refused(desk.stores, PIN) == pin.WRONG
    pin.open_desk(desk.stores, pin=OTHER)
    pin.remove(desk.stores)
    lock.lock(desk.stores)
    assert (pins(desk), refused(desk.stores, OTHER)) == ([], pin.ABSENT)


@pytest.mark.parametrize("everything", [False, True], ids=["sign-out", "forget-everything"])
def test_it_is_forgotten_with_the_account(desk, everything):
    pin.choose(desk.stores, pin=PIN, again=PIN)
    assert pins(desk)
    if everything:
        desk.stores.erase_everything()
    else:
        session.sign_out(desk.stores)
    assert pins(desk) == []


def test_the_hash_is_the_second_choice_of_rfc_9106():
    assert (pin_hash.SALT_BYTES, pin_hash.HASH_BYTES, pin_hash.LANES) == (16, 32, 4)
    assert REAL == (3, 4, 65_536)
