"""What this machine keeps for work without a network is worth something for as many days as IT says."""

from __future__ import annotations

import pytest

from comptexpert_desktop.domain.delegation import Action, DelegationQuery, Role
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import ServerFault, Unreachable
from comptexpert_desktop.presentation.session.status_notice import Remedy, notice_of
from comptexpert_desktop.store.stores import Stores
from comptexpert_desktop.usecases import registry
from comptexpert_desktop.usecases.delegations import delegations, saved_filters
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.ports import Snapshot
from comptexpert_desktop.usecases.session import session
from comptexpert_desktop.usecases.support import status
from comptexpert_desktop.usecases.sync import cache_expiry
from tests.fakes import an_account

DAYS = 30
ROW = {
    "entry_id": "entry-1",
    "registration_number": "140000000001",
    "surname": "Aubier",
    "given_name": "Claire",
    "list": "expert_comptable",
    "council": "bretagne",
    "town": "Rennes",
    "postal_code": "35000",
}
SNAPSHOT = Snapshot(version=3, base_version=None, generated_at="2026-11-01T08:00:00Z", rows=(ROW,))


@pytest.fixture
def desk(desk):
    desk.stores.offline_days = DAYS
    desk.sign_in()
    registry.keep_snapshot(desk.stores, snapshot=SNAPSHOT)
    desk.told()
    return desk


def rights(desk):
    query = DelegationQuery(role=Role.GRANTOR)
    return delegations.page(desk.stores, query=query, limit=10, offset=0).total


def found(desk):
    return len(registry.search(desk.stores, text="aub", profile=None).entries)


def goes_offline(desk, **step):
    def nobody(*_given):
        raise Unreachable

    desk.later(**step)
    desk.server._called = desk.server._signed_in = nobody


def comes_back(desk):
    del desk.server._called, desk.server._signed_in


def test_within_the_days_everything_stays(desk):
    goes_offline(desk, days=DAYS)
    desk.turn()
    assert (rights(desk), found(desk)) == (1, 1)
    assert session.current(desk.stores) is not None
    assert not status.summary(desk.stores).copies_expired


def test_after_the_days_nothing_of_it_is_shown_and_the_person_is_told(desk):
    goes_offline(desk, days=DAYS, seconds=1)
    topics = desk.turn().topics
    assert {Topic.REGISTRY, Topic.DELEGATIONS, Topic.SESSION} <= topics
    assert (rights(desk), found(desk)) == (0, 0)
    assert session.current(desk.stores) is None
    summary = status.summary(desk.stores)
    assert (summary.copies_expired, summary.is_signed_in) == (True, True)
    assert notice_of(summary, host="x.example").remedy is Remedy.SYNC


def test_it_is_gone_from_the_disk_too(desk):
    surname = SNAPSHOT.rows[0]["surname"].encode()
    kept = [path for path in desk.folder.rglob("*.db*") if surname in path.read_bytes()]
    assert kept
    goes_offline(desk, days=DAYS + 1)
    desk.turn()
    assert [path for path in desk.folder.rglob("registry.db*") if surname in path.read_bytes()] == []


def test_what_waits_to_be_sent_stays_and_leaves(desk):
    delegation_id = desk.told()
    goes_offline(desk, days=1)
    outbox_id = desk.decide(delegation_id, Action.APPROVE)
    desk.later(days=DAYS + 1)
    desk.turn()
    assert outbox_id in {entry.id for entry in outbox.entries(desk.stores)}


def test_the_persons_own_views_stay(desk):
    kept = f"{saved_filters.PREFIX}{Role.GRANTOR.value}"
    desk.stores.account.set_secret(kept, "[]")
    desk.stores.account.set_secret("firm/1", "{}")
    goes_offline(desk, days=DAYS + 1)
    desk.turn()
    names = {row["name"] for row in desk.stores.account.database.rows("SELECT name FROM secret")}
    assert names == {session.REFRESH, kept}


def test_the_first_exchange_brings_everything_back(desk):
    goes_offline(desk, days=DAYS + 1)
    desk.turn()
    comes_back(desk)
    desk.server.snapshots = [SNAPSHOT]
    desk.turn()
    assert rights(desk) == 1
    assert session.current(desk.stores) is not None
    assert not status.summary(desk.stores).copies_expired


def test_the_other_accounts_of_the_machine_are_erased_with_it(desk):
    first = desk.account.account_id
    desk.gateways.browser.account = an_account("karim.leroux", may_grant=False)
    desk.sign_in()
    with desk.stores.accounts.file_of(first) as file:
        assert file.database.rows("SELECT id FROM delegation")
    goes_offline(desk, days=DAYS + 1)
    desk.turn()
    with desk.stores.accounts.file_of(first) as file:
        assert file.database.rows("SELECT id FROM delegation") == []
        assert [row["name"] for row in file.database.rows("SELECT name FROM secret")] == [session.REFRESH]


def test_nothing_is_erased_where_nobody_set_a_limit(desk):
    desk.stores.offline_days = 0
    goes_offline(desk, days=900)
    desk.turn()
    assert (rights(desk), found(desk)) == (1, 1)


def test_a_program_that_starts_too_late_reads_nothing_of_it(desk):
    again = Stores(desk.folder, server_url=desk.stores.server_url, vault=desk.vault, offline_days=DAYS)
    desk.later(days=DAYS + 1)
    cache_expiry.expire(again, now=desk.now)
    assert delegations.page(again, query=DelegationQuery(role=Role.GRANTOR), limit=10, offset=0).total == 0
    again.close()


@pytest.mark.parametrize("days", [DAYS + 1, 400, -400])
def test_a_clock_that_is_set_while_nobody_answers_erases_nothing(desk, days):
    goes_offline(desk, days=1)
    desk.turn()
    desk.set_clock(days=days)
    desk.later(days=DAYS - 2)
    desk.turn()
    assert (rights(desk), found(desk)) == (1, 1)
    desk.later(days=2)
    desk.turn()
    assert (rights(desk), found(desk)) == (0, 0)


def test_a_clock_that_is_put_back_before_each_start_prolongs_nothing(desk):
    goes_offline(desk)
    for _ in range(DAYS + 1):
        again = Stores(desk.folder, server_url=desk.stores.server_url, vault=desk.vault, offline_days=DAYS)
        again.heard.count = desk.counted
        cache_expiry.expire(again, now=desk.now)
        desk.later(hours=25)
        cache_expiry.expire(again, now=desk.now)
        again.close()
        desk.set_clock(days=desk.ahead.days - 3)
    assert cache_expiry.has_expired(desk.stores)
    assert rights(desk) == 0


def test_a_machine_that_never_met_the_server_has_nothing_to_erase(tmp_path, desk):
    fresh = Stores(tmp_path / "fresh", server_url=desk.stores.server_url, vault=desk.vault, offline_days=DAYS)
    assert cache_expiry.expire(fresh, now=desk.now) == frozenset()
    fresh.close()


def test_a_server_that_only_fails_was_not_reached(desk):
    desk.stores.accounts.end(keeps=lambda _file: False)
    desk.turn()
    reached = status.summary(desk.stores).last_sync
    desk.later(days=1)
    desk.server.faults.extend([ServerFault()] * 9)
    outcome = desk.turn()
    summary = status.summary(desk.stores)
    assert (outcome.network, summary.network, summary.last_sync) == ("SERVER_FAULT", "SERVER_FAULT", reached)
    desk.server.faults.clear()
    desk.later(days=1)
    desk.turn()
    assert status.summary(desk.stores).network == ""


def test_one_part_that_fails_does_not_hide_that_the_server_answers(desk):
    desk.stores.accounts.end(keeps=lambda _file: False)
    desk.turn()
    desk.later(days=1)
    desk.server.faults.append(ServerFault())
    desk.turn()
    assert status.summary(desk.stores).network == ""
