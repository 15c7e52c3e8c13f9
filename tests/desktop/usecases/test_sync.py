"""A turn loses nothing, does nothing twice, and lets the most urgent leave first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.delegation import Action, NewRequest, Status
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import NotAllowed, Refused, ServerFault, Stale, StoreError, UnexpectedReply, Unreachable
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.support import status
from comptexpert_desktop.usecases.sync import sync
from tests.fakes import a_delegation, an_account, an_entry, new_uuid

REQUEST = NewRequest("jesignexpert", ("prepare",), an_entry().entry_id, "Claire AUBIER", "", "Envois de la paie")


@pytest.fixture
def desk(desk):
    desk.sign_in()
    return desk


def actions_sent(desk):
    return [call.path.rpartition("/")[2] for call in desk.server.writes]


def test_revocations_leave_before_everything_else(desk):
    first, second = desk.told(), desk.told(status=Status.ACTIVE)
    delegations.ask(desk.stores, request=REQUEST, now=desk.now, new_id=new_uuid())
    desk.decide(first)
    desk.decide(second, Action.REVOKE)
    desk.turn()
    assert actions_sent(desk) == ["revoke", "approve", "delegations"]


def test_a_decision_shows_its_effect_as_soon_as_the_server_answered(desk):
    delegation_id = desk.told()
    desk.decide(delegation_id, note="Bienvenue")
    row = delegations.detail(desk.stores, delegation_id=delegation_id)
    assert (row.delegation.status, row.intent.status) == (Status.PENDING, "queued")
    topics = desk.turn().topics
    row = delegations.detail(desk.stores, delegation_id=delegation_id)
    assert (row.delegation.status, row.intent) == (Status.ACTIVE, None)
    assert {Topic.OUTBOX, Topic.DELEGATIONS} <= topics


def test_an_answer_that_was_lost_is_asked_again_under_the_same_key(desk):
    outbox_id = desk.decide(desk.told())
    desk.server.after.append(Unreachable(data={"sent": True}))
    desk.turn()
    assert desk.states()[outbox_id] == ("unknown", "OUTBOX_UNKNOWN")
    with pytest.raises(NotAllowed):
        outbox.discard(desk.stores, outbox_id=outbox_id)
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "")
    assert desk.server.effects == [outbox_id]
    assert [call.key for call in desk.server.writes] == [outbox_id, outbox_id]


@pytest.mark.parametrize("moment", ["before sending", "after the effect", "after the answer"])
def test_a_program_killed_at_any_moment_loses_nothing_and_does_nothing_twice(desk, moment):
    outbox_id = desk.decide(desk.told())
    batch = sync.collect(desk.stores, now=desk.now)
    if moment == "after the effect":
        desk.server.after.append(Unreachable(data={"sent": True}))
    if moment != "before sending":
        sync.send(desk.gateways, batch=batch)
    desk.restart()
    assert desk.states()[outbox_id][0] == "sending"
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "")
    assert desk.server.effects == [outbox_id]


def test_nothing_leaves_before_it_is_marked_on_the_disk(desk):
    desk.decide(desk.told())
    seen = []
    submit = desk.server.submit

    def watching(call, *, token):
        with desk_copy(desk) as other:
            seen.extend(entry.status.value for entry in outbox.entries(other))
        return submit(call, token=token)

    desk.server.submit = watching
    desk.turn()
    assert seen == ["sending"]


class desk_copy:  # noqa: N801
    """Another program that looks at the same files."""

    def __init__(self, desk):
        self.desk = desk

    def __enter__(self):
        from comptexpert_desktop.store.stores import Stores

        self.stores = Stores(self.desk.folder, server_url=self.desk.stores.server_url, vault=self.desk.vault)
        return self.stores

    def __exit__(self, *error):
        self.stores.close()


def test_two_turns_never_run_at_once(desk):
    desk.decide(desk.told())
    batch = sync.collect(desk.stores, now=desk.now)
    assert sync.collect(desk.stores, now=desk.now) is None
    with desk_copy(desk) as other:
        assert sync.collect(other, now=desk.now) is None
        assert sync.turn(other, desk.gateways, now=desk.now).is_busy
    sync.apply(desk.stores, results=sync.send(desk.gateways, batch=batch), now=desk.now)
    assert sync.collect(desk.stores, now=desk.now) is not None
    sync.abandon(desk.stores)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Refused("DEL_DUPLICATE"), ("needs_you", "DEL_DUPLICATE")),
        (Refused("AUTH_STEP_UP"), ("needs_you", "AUTH_STEP_UP")),
        (Stale(), ("needs_you", "DEL_STALE")),
        (ServerFault(), ("queued", "SERVER_FAULT")),
        (UnexpectedReply(), ("unknown", "UNEXPECTED_REPLY")),
        (Unreachable("SERVER_FAULT", data={"sent": True, "status": 504}), ("unknown", "OUTBOX_UNKNOWN")),
    ],
)
def test_every_answer_ends_in_sent_waiting_or_the_person(desk, error, expected):
    delegation_id = desk.told()
    outbox_id = desk.decide(delegation_id)
    desk.server.refusals[f"/delegations/{delegation_id}/approve"] = error
    desk.turn()
    assert desk.states()[outbox_id] == expected


def test_an_entry_that_fails_does_not_hold_the_others(desk):
    poisoned, healthy = desk.told(), desk.told()
    desk.server.refusals[f"/delegations/{poisoned}/approve"] = ServerFault()
    first, second = desk.decide(poisoned), desk.decide(healthy)
    desk.turn()
    assert (desk.states()[first][0], desk.states()[second][0]) == ("queued", "sent")


def test_a_fault_backs_off_and_the_wait_survives_a_restart(desk):
    delegation_id = desk.told()
    outbox_id = desk.decide(delegation_id)
    desk.server.refusals[f"/delegations/{delegation_id}/approve"] = ServerFault(data={"retry_after": 120.0})
    desk.turn()
    writes = len(desk.server.writes)
    desk.restart()
    desk.later(seconds=119)
    desk.turn()
    assert len(desk.server.writes) == writes
    assert sync.next_wait(desk.stores, now=desk.now) == pytest.approx(1.0)
    desk.server.refusals.clear()
    desk.later(seconds=1)
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "")


def test_without_network_nothing_is_counted_and_the_turn_ends_at_once(desk):
    known = [desk.told() for _ in range(3)]
    ids = [desk.decide(one) for one in known]
    calls = len(desk.server.calls)
    desk.server.faults.append(Unreachable("NET_PROXY", data={"sent": False}))
    outcome = desk.turn()
    assert outcome.network == "NET_PROXY"
    assert len(desk.server.calls) == calls + 1
    assert {desk.entry(one).attempts for one in ids} == {0}
    assert {desk.entry(one).status.value for one in ids} == {"queued"}
    assert status.summary(desk.stores).network == "NET_PROXY"


def test_a_case_that_moved_is_shown_as_it_is_now_and_asked_again(desk):
    delegation_id = desk.told()
    outbox_id = desk.decide(delegation_id)
    moved = replace(desk.server.delegations[delegation_id], version=2, rights=("prepare", "sign"))
    desk.server.delegations[delegation_id] = moved
    desk.turn()
    row = delegations.detail(desk.stores, delegation_id=delegation_id)
    assert desk.states()[outbox_id] == ("needs_you", "DEL_STALE")
    assert (row.delegation.rights, row.intent.status) == (("prepare", "sign"), "needs_you")
    assert "current" not in desk.entry(outbox_id).answer
    outbox.retry(desk.stores, outbox_id=outbox_id, now=desk.now)
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "")
    assert desk.server.writes[-1].if_match == 2
    assert desk.server.writes[-1].key != outbox_id


def test_the_case_as_it_is_now_comes_with_the_refusal_itself(desk):
    delegation_id = desk.told()
    desk.decide(delegation_id)
    moved = replace(desk.server.delegations[delegation_id], version=2, reason="Une autre raison, plus longue")
    desk.server.delegations[delegation_id] = moved
    desk.server.sync = lambda **ignored: (_ for _ in ()).throw(ServerFault())
    desk.turn()
    row = delegations.detail(desk.stores, delegation_id=delegation_id)
    assert row.delegation.reason == "Une autre raison, plus longue"


def test_an_approval_older_than_a_day_asks_again_and_a_revocation_leaves(desk):
    approved, revoked = desk.told(), desk.told(status=Status.ACTIVE)
    first, second = desk.decide(approved), desk.decide(revoked, Action.REVOKE)
    desk.later(hours=25)
    desk.turn()
    assert desk.states()[first] == ("needs_you", "INTENT_TOO_OLD")
    assert desk.states()[second] == ("sent", "")
    outbox.retry(desk.stores, outbox_id=first, now=desk.now)
    desk.turn()
    assert desk.states()[first] == ("sent", "")


def test_a_newer_decision_takes_the_place_of_one_that_has_not_left(desk):
    delegation_id = desk.told()
    first = desk.decide(delegation_id)
    second = desk.decide(delegation_id, Action.REFUSE, note="Finalement non")
    assert set(desk.states()) == {second}
    desk.turn()
    assert actions_sent(desk) == ["refuse"]
    assert first not in desk.server.effects


def test_a_decision_on_its_way_is_not_replaced(desk):
    delegation_id = desk.told()
    desk.decide(delegation_id)
    batch = sync.collect(desk.stores, now=desk.now)
    with pytest.raises(NotAllowed, match="OUTBOX_UNKNOWN"):
        desk.decide(delegation_id, Action.REFUSE, note="Finalement non")
    sync.apply(desk.stores, results=sync.send(desk.gateways, batch=batch), now=desk.now)


def test_a_discarded_decision_leaves_the_truth(desk):
    delegation_id = desk.told()
    outbox_id = desk.decide(delegation_id)
    outbox.discard(desk.stores, outbox_id=outbox_id)
    desk.turn()
    assert desk.server.effects == []
    assert delegations.detail(desk.stores, delegation_id=delegation_id).intent is None


def test_a_request_for_an_expert_of_several_firms_is_corrected_and_sent(desk):
    firms = [{"id": "f2", "siren": "1", "name": "Second"}]
    desk.server.refusals["/delegations"] = Refused("DEL_WRONG_FIRM", data={"firms": firms, "title": "x"})
    outbox_id = new_uuid()
    delegations.ask(desk.stores, request=REQUEST, now=desk.now, new_id=outbox_id)
    assert [entry.id for entry in delegations.unsent_requests(desk.stores)] == [outbox_id]
    desk.turn()
    assert desk.entry(outbox_id).answer == {"firms": firms}
    desk.server.refusals.clear()
    outbox.amend(desk.stores, outbox_id=outbox_id, firm="f2", now=desk.now)
    desk.turn()
    assert desk.server.writes[-1].body["firm"] == "f2"
    assert desk.states()[outbox_id] == ("sent", "")


def test_long_queues_leave_by_twenties_so_that_a_revocation_never_waits_behind_them(desk):
    for _ in range(45):
        delegations.ask(desk.stores, request=REQUEST, now=desk.now, new_id=new_uuid())
    assert len(sync.collect(desk.stores, now=desk.now).outgoing) == 20
    sync.abandon(desk.stores)
    desk.turn()
    assert len(desk.server.effects) == 45


def test_an_entry_sealed_under_a_lost_key_asks_for_the_person(desk):
    outbox_id = desk.decide(desk.told())
    desk.stores.account.database.execute("UPDATE outbox SET payload = x'00'")
    desk.turn()
    assert desk.states()[outbox_id] == ("needs_you", "STORE_KEY_LOST")


def test_a_bug_on_the_network_side_ends_the_turn_and_is_told(desk):
    outbox_id = desk.decide(desk.told())
    desk.server.submit = None
    with pytest.raises(TypeError):
        desk.turn()
    assert desk.states()[outbox_id] == ("unknown", "UNEXPECTED_REPLY")
    del desk.server.submit
    outbox.make_all_due(desk.stores, now=desk.now)
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "")


def test_what_the_server_took_away_or_restored_is_followed(desk):
    kept, gone = desk.told(), desk.told()
    desk.stores.account.set_meta("cursor", "")
    del desk.server.delegations[gone]
    desk.turn()
    assert delegations.detail(desk.stores, delegation_id=gone) is None
    assert delegations.detail(desk.stores, delegation_id=kept) is not None


def test_a_turn_fetches_the_public_data_once_an_hour(desk):
    desk.turn()
    calls = desk.server.calls.count("catalogue")
    desk.turn()
    assert desk.server.calls.count("catalogue") == calls
    desk.later(hours=2)
    desk.turn()
    assert desk.server.calls.count("catalogue") == calls + 1


def test_public_data_that_fails_does_not_end_the_turn(desk):
    desk.later(hours=2)
    outbox_id = desk.decide(desk.told())
    desk.server.catalogue = lambda: (_ for _ in ()).throw(ServerFault())
    assert desk.turn().network == ""
    assert desk.states()[outbox_id] == ("sent", "")


def test_a_full_disk_in_the_middle_of_a_turn_releases_it(desk, monkeypatch):
    outbox_id = desk.decide(desk.told())
    batch = sync.collect(desk.stores, now=desk.now)
    results = sync.send(desk.gateways, batch=batch)

    def full(*arguments, **options):
        raise StoreError("STORE_FULL")

    with monkeypatch.context() as patch:
        patch.setattr(outbox_store, "settle", full)
        with pytest.raises(StoreError):
            sync.apply(desk.stores, results=results, now=desk.now)
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "")
    assert desk.server.effects == [outbox_id]


def test_the_status_counts_what_waits_and_what_needs_the_person(desk):
    active, waiting = desk.told(status=Status.ACTIVE), desk.told()
    desk.decide(active, Action.REVOKE)
    desk.decide(waiting)
    desk.server.refusals[f"/delegations/{waiting}/approve"] = Refused("DEL_TERMS")
    desk.server.refusals[f"/delegations/{active}/revoke"] = ServerFault()
    desk.turn()
    told = status.summary(desk.stores)
    assert (told.waiting, told.needs_you, told.unsent_revocations) == (1, 1, 1)
    assert (told.last_sync, told.network, told.account.login_id) == (desk.now, "", "claire.aubier")


def test_a_decision_that_the_rules_refuse_is_never_queued(desk):
    others = a_delegation(grantor=an_account("paul.marchand"), grantee=desk.account)
    desk.server.delegations[others.id] = others
    desk.turn()
    with pytest.raises(NotAllowed, match="DEL_SELF"):
        desk.decide(others.id)
    with pytest.raises(NotAllowed, match="DEL_UNKNOWN"):
        desk.decide("nothing")
    assert desk.states() == {}
    assert codec.write(others)["status"] == "PENDING"


def test_what_was_sent_long_ago_is_forgotten_and_what_was_not_is_kept(desk):
    sent, refused = desk.told(), desk.told()
    first, second = desk.decide(sent), desk.decide(refused)
    desk.server.refusals[f"/delegations/{refused}/approve"] = Refused("DEL_TERMS")
    desk.turn()
    assert set(desk.states()) == {first, second}
    desk.later(days=31)
    desk.turn()
    assert set(desk.states()) == {second}


GATEWAY = Unreachable("SERVER_FAULT", data={"sent": True, "status": 504})


def test_an_effect_that_a_gateway_hid_cannot_be_discarded_replaced_or_doubled(desk):
    delegation_id = desk.told()
    outbox_id = desk.decide(delegation_id)
    desk.server.after.append(GATEWAY)
    assert desk.turn().network == "SERVER_FAULT"
    assert desk.states()[outbox_id] == ("unknown", "OUTBOX_UNKNOWN")
    assert desk.entry(outbox_id).attempts == 0
    with pytest.raises(NotAllowed, match="OUTBOX_UNKNOWN"):
        outbox.discard(desk.stores, outbox_id=outbox_id, accepts_doubt=True)
    with pytest.raises(NotAllowed, match="OUTBOX_UNKNOWN"):
        desk.decide(delegation_id, Action.REFUSE, note="Finalement non")
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "")
    assert desk.server.effects == [outbox_id]


def test_a_body_that_the_server_always_fails_over_comes_back_and_keeps_its_key_when_it_was_lost_before(desk):
    delegation_id = desk.told()
    outbox_id = desk.decide(delegation_id)
    desk.server.after.append(Unreachable(data={"sent": True}))
    desk.turn()
    path = f"/delegations/{delegation_id}/approve"
    desk.server.refusals[path] = ServerFault(data={"status": 500})
    for _ in range(3):
        desk.later(minutes=20)
        desk.turn()
    entry = desk.entry(outbox_id)
    assert (entry.status, entry.code, entry.faults, entry.is_uncertain) == ("needs_you", "SERVER_FAULT", 3, True)
    with pytest.raises(NotAllowed):
        outbox.discard(desk.stores, outbox_id=outbox_id)
    with pytest.raises(NotAllowed):
        outbox.amend(desk.stores, outbox_id=outbox_id, firm="f2", now=desk.now)
    with pytest.raises(NotAllowed):
        desk.decide(delegation_id, Action.REFUSE, note="Finalement non")
    desk.server.refusals.clear()
    outbox.retry(desk.stores, outbox_id=outbox_id, now=desk.now)
    assert desk.states()[outbox_id] == ("unknown", "")
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "")
    assert desk.server.effects == [outbox_id]
    assert {call.key for call in desk.server.writes} == {outbox_id}


def test_what_came_back_uncertain_is_given_up_only_by_somebody_who_knows(desk):
    outbox_id = desk.decide(desk.told())
    desk.stores.account.database.execute("UPDATE outbox SET status = 'needs_you', is_uncertain = 1")
    outbox.discard(desk.stores, outbox_id=outbox_id, accepts_doubt=True)
    assert desk.states() == {}


def test_a_person_who_asks_makes_everything_leave_at_once(desk):
    delegation_id = desk.told()
    outbox_id = desk.decide(delegation_id)
    desk.server.refusals[f"/delegations/{delegation_id}/approve"] = ServerFault(data={"retry_after": 600.0})
    desk.turn()
    desk.server.refusals.clear()
    desk.turn()
    assert desk.states()[outbox_id] == ("queued", "SERVER_FAULT")
    assert outbox.make_all_due(desk.stores, now=desk.now) == {Topic.OUTBOX}
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "")
    assert outbox.make_all_due(desk.stores, now=desk.now) == frozenset()


def test_what_was_done_and_cannot_be_read_again_is_done(desk):
    delegation_id = desk.told()
    outbox_id = desk.decide(delegation_id)
    desk.server.refusals[f"/delegations/{delegation_id}/approve"] = Refused("KEY_ANSWER_LOST")
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "KEY_ANSWER_LOST")
