"""A session goes on across restarts, ends for good, and never serves another account."""

from __future__ import annotations

import json
import queue
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import pytest

from comptexpert_desktop.domain.delegation import Action, DelegationQuery, Role
from comptexpert_desktop.errors import ServerFault, SessionExpired, SignInForged, Unreachable, VaultLocked
from comptexpert_desktop.store.stores import Stores
from comptexpert_desktop.usecases import registry
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.session import late_sign_out, session
from comptexpert_desktop.usecases.session.refresh_tokens import StoredRefreshTokens
from comptexpert_desktop.usecases.support import status
from comptexpert_desktop.usecases.sync import sync
from tests.fakes import FIRM, FakeBrowser, a_me, an_account

EXPERT = DelegationQuery(role=Role.GRANTOR)


def test_signing_in_tells_who_it_is_and_keeps_it(desk):
    signed_in = session.sign_in(desk.gateways, cancelled=threading.Event())
    session.begin(desk.stores, signed_in=signed_in, now=desk.now)
    assert session.current(desk.stores).account.login_id == "claire.aubier"
    assert "refresh-" not in repr(signed_in)
    desk.restart()
    session.restore(desk.stores, session=desk.gateways.session)
    assert desk.gateways.session.account_id == desk.account.account_id
    assert registry.firms_of(desk.gateways, entry_id="x") == (FIRM,)


def test_an_identity_for_somebody_else_is_forged(desk):
    desk.gateways.browser.account = an_account("paul.marchand")
    tokens = desk.gateways.browser.sign_in(cancelled=threading.Event())
    desk.server.accounts[tokens.access_token] = next(iter(desk.server.accounts.values()))

    class Twisted(FakeBrowser):
        def sign_in(self, *, cancelled, fresh=False, hand_over=None):
            made = super().sign_in(cancelled=cancelled)
            return type(made)(made.access_token, made.refresh_token, 600, subject="someone-else")

    object.__setattr__(desk.gateways, "browser", Twisted(desk.server))
    with pytest.raises(SignInForged):
        session.sign_in(desk.gateways, cancelled=threading.Event())


def test_an_access_token_that_ran_out_is_renewed_once_and_the_new_refresh_token_is_kept(desk):
    desk.sign_in()
    desk.gateways.session._clock.seconds += 601
    desk.turn()
    assert desk.gateways.browser.refreshes == 1
    desk.restart()
    assert desk.turn().session == ""


def test_a_token_refused_by_the_server_is_renewed_and_the_call_made_again(desk):
    desk.sign_in()
    desk.server.dead_tokens |= set(desk.server.accounts)
    assert desk.turn().session == ""
    assert desk.gateways.browser.refreshes == 1


def test_many_threads_renew_a_token_once(desk):
    desk.sign_in()
    desk.gateways.session._clock.seconds += 601
    jobs = queue.Queue()

    def in_store(work):
        done = Future()
        jobs.put((work, done))
        return done.result(10)

    desk.gateways.session._refresh_tokens = StoredRefreshTokens(in_store=in_store, folder=desk.folder)
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(registry.firms_of, desk.gateways, entry_id="x") for _ in range(8)]
        while not all(call.done() for call in calls):
            with suppress(queue.Empty):
                work, done = jobs.get(timeout=0.05)
                done.set_result(desk.stores.attempt(work))
        assert [call.result() for call in calls] == [(FIRM,)] * 8
    assert desk.gateways.browser.refreshes == 1


def test_a_dead_session_pauses_the_account_and_keeps_its_work(desk):
    desk.sign_in()
    outbox_id = desk.decide(desk.told())
    desk.server.dead_tokens |= set(desk.server.accounts)
    desk.gateways.browser.failure = SessionExpired()
    assert desk.turn().session == "SESSION_EXPIRED"
    assert desk.states()[outbox_id] == ("queued", "SESSION_EXPIRED")
    assert status.summary(desk.stores).session_code == "SESSION_EXPIRED"
    calls = len(desk.server.writes)
    desk.turn()
    assert len(desk.server.writes) == calls
    desk.gateways.browser.failure = None
    desk.sign_in()
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "")
    assert status.summary(desk.stores).session_code == ""


def test_no_network_is_never_called_an_ended_session(desk):
    desk.sign_in()
    desk.gateways.session._clock.seconds += 601
    desk.gateways.browser.failure = Unreachable(data={"sent": False})
    outcome = desk.turn()
    assert (outcome.network, outcome.session) == ("NET_OFFLINE", "")


def test_what_one_account_queued_never_leaves_as_another(desk):
    desk.sign_in()
    outbox_id = desk.decide(desk.told())
    desk.gateways.browser.account = an_account("paul.marchand")
    desk.sign_in()
    desk.turn()
    assert desk.server.effects == []
    assert desk.states() == {}
    desk.gateways.browser.account = desk.account
    desk.sign_in()
    desk.turn()
    assert desk.server.effects == [outbox_id]


def test_a_session_that_changes_in_the_middle_of_a_turn_stops_it(desk):
    desk.sign_in()
    outbox_id = desk.decide(desk.told())
    batch = sync.collect(desk.stores, now=desk.now)
    session.sign_out(desk.stores, session=desk.gateways.session)
    results = sync.send(desk.gateways, batch=batch)
    sync.apply(desk.stores, results=results, now=desk.now)
    assert desk.server.effects == []
    assert desk.gateways.browser.refreshes == 0
    desk.sign_in()
    assert desk.states()[outbox_id][0] == "sending"
    desk.turn()
    assert desk.server.effects == [outbox_id]


def test_another_session_in_the_middle_of_a_turn_never_carries_its_entries(desk):
    desk.sign_in()
    desk.decide(desk.told())
    batch = sync.collect(desk.stores, now=desk.now)
    other = FakeBrowser(desk.server, account=an_account("paul.marchand"))
    tokens = other.sign_in(cancelled=threading.Event())
    session_of = desk.gateways.session
    resume, session_of.resume = session_of.resume, lambda **ignored: None
    session_of.adopt(tokens, account_id=other.account.account_id)
    results = sync.send(desk.gateways, batch=batch)
    sync.apply(desk.stores, results=results, now=desk.now)
    session_of.resume = resume
    assert desk.server.effects == []
    assert results.page is None


def test_signing_out_forgets_everything_that_was_cached(desk):
    desk.sign_in()
    desk.told()
    assert session.revoke(desk.gateways)
    session.sign_out(desk.stores)
    assert desk.gateways.browser.revoked == [desk.gateways.browser.live]
    assert session.current(desk.stores) is None
    assert delegations.page(desk.stores, query=EXPERT, limit=9, offset=0).total == 0
    traces = b"".join(path.read_bytes() for path in desk.folder.rglob("*") if path.is_file())
    assert b"Leroux" not in traces
    assert list((desk.folder / "accounts").iterdir()) == []


def test_signing_out_keeps_unsent_work_sealed_until_the_same_person_comes_back(desk):
    desk.sign_in()
    outbox_id = desk.decide(desk.told(), Action.REFUSE, note="Pas ce dossier")
    session.sign_out(desk.stores, session=desk.gateways.session)
    desk.turn()
    assert desk.server.effects == []
    desk.sign_in()
    desk.turn()
    assert desk.server.effects == [outbox_id]


def test_signing_out_works_without_the_server(desk):
    desk.sign_in()
    desk.gateways.browser.failure = ServerFault()
    assert not session.revoke(desk.gateways)
    session.sign_out(desk.stores)
    assert session.current(desk.stores) is None


def unheard(desk):
    """Sign out while nobody answers; give the token of the session."""
    desk.sign_in()
    token = desk.gateways.browser.live
    desk.gateways.browser.failure = Unreachable()
    assert not session.revoke(desk.gateways)
    session.sign_out(desk.stores, unheard_at=desk.now)
    desk.turn()
    return token


def test_a_sign_out_that_nobody_heard_reaches_the_server_later(desk):
    token = unheard(desk)
    assert desk.gateways.browser.revoked == []
    desk.restart()
    desk.gateways.browser.failure = None
    desk.turn()
    assert desk.gateways.browser.revoked == [token]
    desk.turn()
    assert desk.gateways.browser.revoked == [token], "it is said twice"


def test_a_token_that_waits_for_its_sign_out_is_sealed_and_opens_nothing_here(desk):
    token = unheard(desk)
    traces = b"".join(path.read_bytes() for path in desk.folder.rglob("*") if path.is_file())
    assert token.encode() not in traces
    assert session.current(desk.stores) is None


def test_a_server_that_refuses_to_hear_it_is_asked_again(desk):
    token = unheard(desk)
    desk.gateways.browser.failure = ServerFault()
    desk.turn()
    desk.gateways.browser.failure = None
    desk.turn()
    assert desk.gateways.browser.revoked == [token]


def test_the_token_of_one_server_never_reaches_another(desk):
    unheard(desk)
    (name,) = desk.stores.device.secret_names(late_sign_out.PREFIX)
    kept = json.loads(desk.stores.device.secret(name))
    desk.stores.device.set_secret(name, json.dumps(kept | {"server": "https://other.example"}))
    desk.gateways.browser.failure = None
    desk.turn()
    assert desk.gateways.browser.revoked == []


@pytest.mark.parametrize("days", [15, 4000, -4000])
def test_a_clock_that_jumps_forgets_no_sign_out_that_the_server_is_to_hear(desk, days):
    token = unheard(desk)
    desk.set_clock(days=days)
    desk.restart()
    desk.turn()
    desk.gateways.browser.failure = None
    desk.turn()
    assert desk.gateways.browser.revoked == [token]


def test_another_keyring_for_a_day_forgets_no_sign_out(desk):
    token = unheard(desk)
    desk.gateways.browser.failure = None
    keyring, desk.vault.kept = desk.vault.kept, {}
    desk.restart()
    desk.turn()
    desk.vault.kept = keyring
    desk.restart()
    desk.turn()
    assert desk.gateways.browser.revoked == [token]


def test_a_sign_out_that_a_server_takes_from_nobody_is_deleted_once_both_clocks_call_it_old(desk):
    unheard(desk)
    desk.later(seconds=late_sign_out.TTL.total_seconds() + 1)
    desk.turn()
    assert desk.stores.device.secret_names(late_sign_out.PREFIX)
    desk.turn()
    assert desk.gateways.browser.revoked == []
    assert desk.stores.device.secret_names(late_sign_out.PREFIX) == []


def test_without_a_vault_the_session_lives_in_memory_and_that_is_said(desk):
    desk.vault.failure = VaultLocked()
    desk.sign_in()
    desk.told()
    told = status.summary(desk.stores)
    assert (told.account.login_id, told.vault, told.in_memory) == ("claire.aubier", "KEYRING_LOCKED", True)
    desk.restart()
    assert not status.summary(desk.stores).is_signed_in


def test_a_vault_locked_at_start_shows_the_delegations_and_asks_for_its_key(desk):
    desk.sign_in()
    delegation_id = desk.told()
    desk.vault.failure = VaultLocked()
    desk.restart()
    assert delegations.detail(desk.stores, delegation_id=delegation_id) is not None
    assert session.restore(desk.stores, session=desk.gateways.session) == frozenset()
    with pytest.raises(VaultLocked):
        desk.decide(delegation_id)
    assert status.summary(desk.stores).is_signed_in
    desk.vault.failure = None
    session.unlock(desk.stores)
    desk.decide(delegation_id)


def test_a_session_in_memory_goes_to_disk_once_the_vault_opens(desk):
    desk.vault.failure = VaultLocked()
    desk.sign_in()
    delegation_id = desk.told()
    outbox_id = desk.decide(delegation_id)
    desk.vault.failure = None
    session.unlock(desk.stores)
    assert not status.summary(desk.stores).in_memory
    desk.restart()
    assert session.current(desk.stores).account.login_id == "claire.aubier"
    assert delegations.detail(desk.stores, delegation_id=delegation_id).intent.outbox_id == outbox_id
    desk.turn()
    assert desk.server.effects == [outbox_id]


def test_a_key_that_the_vault_lost_asks_to_sign_in_and_to_decide_again(desk):
    desk.sign_in()
    outbox_id = desk.decide(desk.told())
    desk.vault.kept.clear()
    desk.restart()
    session.restore(desk.stores, session=desk.gateways.session)
    desk.turn()
    assert status.summary(desk.stores).session_code == "SESSION_EXPIRED"
    desk.sign_in()
    desk.turn()
    assert desk.states()[outbox_id] == ("needs_you", "STORE_KEY_LOST")
    assert session.current(desk.stores).account.login_id == "claire.aubier"


def test_another_keyring_for_a_day_costs_one_sign_in_and_no_entry(desk):
    desk.sign_in()
    outbox_id = desk.decide(desk.told())
    first, desk.vault.kept = desk.vault.kept, {}
    desk.restart()
    desk.turn()
    assert desk.states()[outbox_id] == ("needs_you", "STORE_KEY_LOST") or desk.server.effects == []
    desk.vault.kept = first
    desk.restart()
    desk.turn()
    assert status.summary(desk.stores).session_code == ""
    assert desk.server.effects == [outbox_id]
    assert desk.states()[outbox_id] == ("sent", "")


def test_a_fresh_sign_in_of_another_program_is_never_paused_over(desk):
    desk.sign_in()
    desk.server.dead_tokens |= set(desk.server.accounts)
    desk.gateways.browser.failure = SessionExpired()
    batch = sync.collect(desk.stores, now=desk.now)
    results = sync.send(desk.gateways, batch=batch)
    desk.gateways.browser.failure = None
    terminal = Stores(desk.folder, server_url="http://127.0.0.1:8000", vault=desk.vault)
    tokens = desk.gateways.browser.sign_in(cancelled=threading.Event())
    session.begin(terminal, signed_in=session.SignedIn(tokens, a_me(desk.account)), now=desk.now)
    terminal.close()
    sync.apply(desk.stores, results=results, now=desk.now)
    assert status.summary(desk.stores).session_code == ""
    assert desk.turn().session == ""
