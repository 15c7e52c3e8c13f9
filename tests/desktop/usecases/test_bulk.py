"""Many decisions in one gesture: few round trips, one key each, followed and given up together."""

from __future__ import annotations

import pytest

from comptexpert_desktop.domain.delegation import Action, DelegationQuery, Role, Status
from comptexpert_desktop.errors import InvalidInput, Refused, ServerFault, Unreachable
from comptexpert_desktop.usecases.delegations import bulk, delegations
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.sync import sync
from tests.fakes import a_delegation, an_account, new_uuid

QUERY = DelegationQuery(role=Role.GRANTOR)


@pytest.fixture
def desk(desk):
    desk.sign_in()
    return desk


def told(desk, count, **changes):
    """Let the server hold that many delegations, and this machine know them."""
    for _ in range(count):
        made = a_delegation(grantor=desk.account, **changes)
        desk.server.delegations[made.id] = made
    desk.turn()
    desk.server.calls.clear()


def plan(desk, action=Action.APPROVE, *, stretches=((0, 1000),)):
    return bulk.plan(desk.stores, query=QUERY, stretches=stretches, action=action, today=desk.now.date())


def keep(desk, agreed, **options):
    bulk.keep(desk.stores, agreed=agreed, now=desk.now, new_ids=iter(new_uuid, ""), **options)


def statuses(desk):
    return sorted(one.status.value for one in desk.server.delegations.values())


def test_a_thousand_decisions_are_one_gesture_and_no_more_than_ten_round_trips(desk):
    told(desk, 1000)
    keep(desk, plan(desk))
    desk.turn()
    assert statuses(desk) == ["ACTIVE"] * 1000
    assert len(desk.server.calls) <= 10
    assert desk.server.calls.count("POST /delegations/decisions") == 7
    assert len(desk.server.effects) == 1000
    assert bulk.progress(desk.stores) is None


def test_a_gesture_says_what_it_will_do_and_what_stays_as_it_is(desk):
    told(desk, 3)
    told(desk, 2, status=Status.ACTIVE)
    found = plan(desk, stretches=[(0, 5)])
    assert (len(found.rows), found.left_out, found.beyond) == (3, {"DEL_WRONG_STATUS": 2}, 0)
    found = plan(desk, Action.REVOKE)
    assert (len(found.rows), found.left_out) == (2, {"DEL_WRONG_STATUS": 3})


def test_only_the_chosen_stretches_are_decided(desk):
    told(desk, 9)
    found = plan(desk, stretches=[(0, 2), (5, 3)])
    shown = [row.delegation.id for row in delegations.page(desk.stores, query=QUERY, limit=9, offset=0).rows]
    assert [row.delegation.id for row in found.rows] == [*shown[:2], *shown[5:8]]


def test_what_is_too_much_for_one_gesture_is_counted(desk, monkeypatch):
    monkeypatch.setattr(bulk, "MAX_ROWS", 4)
    told(desk, 7)
    found = plan(desk, stretches=[(0, 3), (3, 4)])
    assert (len(found.rows), found.beyond) == (4, 3)


def test_a_refusal_says_why_or_nothing_is_kept(desk):
    told(desk, 2)
    with pytest.raises(InvalidInput):
        keep(desk, plan(desk, Action.REFUSE))
    assert outbox.entries(desk.stores) == ()
    keep(desk, plan(desk, Action.REFUSE), note="Le dossier est clos")
    desk.turn()
    assert statuses(desk) == ["REFUSED"] * 2


def test_one_that_is_refused_holds_no_other(desk):
    told(desk, 5)
    agreed = plan(desk)
    keep(desk, agreed)
    wrong = agreed.rows[2].delegation.id
    desk.server.refusals[f"/delegations/{wrong}/approve"] = Refused("DEL_DUPLICATE")
    desk.turn()
    assert statuses(desk) == ["ACTIVE"] * 4 + ["PENDING"]
    group = outbox_group(desk)
    found = bulk.progress(desk.stores, group=group)
    assert (found.sent, found.needs_you, found.is_over) == (4, 1, True)


def outbox_group(desk):
    return desk.stores.account.database.one("SELECT about FROM outbox LIMIT 1")["about"]


def test_a_lost_answer_is_asked_again_in_a_batch_with_the_same_keys(desk):
    told(desk, 3)
    keep(desk, plan(desk))
    desk.server.after.append(Unreachable(data={"sent": True}))
    desk.turn()
    assert bulk.progress(desk.stores).on_the_way == 3
    desk.turn()
    assert statuses(desk) == ["ACTIVE"] * 3
    assert len(desk.server.effects) == 3
    assert {call.partition(" /")[2] for call in desk.server.calls if call.startswith("POST")} == {
        "delegations/decisions"
    }


def test_a_server_at_fault_keeps_every_decision(desk):
    told(desk, 3)
    keep(desk, plan(desk))
    desk.server.faults.append(ServerFault())
    desk.turn()
    assert bulk.progress(desk.stores).waiting == 3
    desk.later(hours=1)
    desk.turn()
    assert statuses(desk) == ["ACTIVE"] * 3


def test_what_has_not_left_can_be_given_up_between_two_batches(desk):
    told(desk, 400)
    keep(desk, plan(desk))
    batch = sync.collect(desk.stores, now=desk.now)
    assert batch.has_more
    sync.apply(desk.stores, results=sync.send(desk.gateways, batch=batch), now=desk.now)
    found = bulk.progress(desk.stores)
    assert (found.sent, found.waiting) == (150, 250)
    bulk.give_up(desk.stores, group=found.group)
    desk.turn()
    assert statuses(desk) == ["ACTIVE"] * 150 + ["PENDING"] * 250
    assert bulk.progress(desk.stores) is None


def test_a_revocation_decided_meanwhile_leaves_before_the_next_batch(desk):
    told(desk, 200)
    told(desk, 1, status=Status.ACTIVE)
    keep(desk, plan(desk))
    first = sync.collect(desk.stores, now=desk.now)
    sync.apply(desk.stores, results=sync.send(desk.gateways, batch=first), now=desk.now)
    live = next(one for one in desk.server.delegations.values() if one.version == 1 and one.status is Status.ACTIVE)
    desk.decide(live.id, Action.REVOKE)
    desk.server.calls.clear()
    desk.turn()
    assert desk.server.calls[0] == f"POST /delegations/{live.id}/revoke"


def test_a_decision_taken_alone_meanwhile_is_not_taken_twice(desk):
    told(desk, 2)
    first = delegations.page(desk.stores, query=QUERY, limit=1, offset=0).rows[0].delegation.id
    desk.decide(first)
    found = plan(desk)
    assert (len(found.rows), found.left_out) == (1, {"ALREADY_QUEUED": 1})


def test_nobody_else_s_delegation_is_part_of_a_gesture(desk):
    mine = an_account("karim.leroux", may_grant=False)
    made = a_delegation(grantor=an_account("paul.marchand"), grantee=mine)
    desk.server.delegations[made.id] = made
    told(desk, 1)
    assert len(plan(desk).rows) == 1
