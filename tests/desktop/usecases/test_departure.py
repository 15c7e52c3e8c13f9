"""A departure and a template as gestures on disk: whole or not at all, cut rights first, one key each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from comptexpert_desktop.domain import outbox_rules
from comptexpert_desktop.domain.delegation import Action, Decision, NewRequest, Status
from comptexpert_desktop.errors import InvalidInput
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.delegations import bulk, delegations
from comptexpert_desktop.usecases.firm import departure, firm, grant_template, peers
from comptexpert_desktop.usecases.firm.departure import Leaving
from comptexpert_desktop.usecases.outbox import outbox
from tests.fakes import FIRM, TODAY, an_account, new_uuid


@pytest.fixture
def desk(desk):
    desk.sign_in()
    return desk


def leaver(desk):
    """Let one collaborateur hold a right, have one suspended, and ask for one more."""
    asked = desk.told(status=Status.PENDING, service="rfc")
    desk.told(status=Status.ACTIVE)
    desk.told(status=Status.SUSPENDED, service="bibliordre")
    return delegations.detail(desk.stores, delegation_id=asked)


def keep(desk, agreed, leaving):
    ids = [new_uuid() for _ in range(agreed.ids_needed)]
    departure.keep(desk.stores, agreed=agreed, leaving=leaving, now=desk.now, new_ids=ids)
    return ids


def test_cut_rights_leave_first_then_what_is_refused_then_the_membership(desk):
    agreed = departure.plan(desk.stores, row=leaver(desk), today=TODAY)
    keep(desk, agreed, Leaving(last_day=TODAY + timedelta(days=9), suspends=True, note="Départ"))
    found = sorted(outbox.entries(desk.stores), key=outbox_rules.order)
    assert [entry.kind.value for entry in found] == ["suspend", "refuse", "leave"]


def test_rights_that_were_given_under_an_earlier_name_end_too(desk):
    row = leaver(desk)
    now_named = row.delegation.grantee
    before = replace(an_account("karim.leroux", may_grant=False), surname="Le Roux-Avant")
    assert before.account_id == now_named.account_id
    old = desk.told(status=Status.ACTIVE, service="jefacture", grantee=before)
    agreed = departure.plan(desk.stores, row=row, today=TODAY)
    assert old in {one.delegation.id for one in agreed.revoked.rows}
    found = firm.line_of(desk.stores, firm_id="", account_id=now_named.account_id, name="Un nom d’après")
    assert found is not None


def test_rights_of_a_planned_departure_keep_their_own_end(desk):
    agreed = departure.plan(desk.stores, row=leaver(desk), today=TODAY)
    keep(desk, agreed, Leaving(last_day=TODAY + timedelta(days=9), note="Départ"))
    assert sorted(entry.kind.value for entry in outbox.entries(desk.stores)) == ["leave", "refuse"]


def test_a_departure_is_kept_whole_or_not_at_all(desk):
    agreed = departure.plan(desk.stores, row=leaver(desk), today=TODAY)
    with pytest.raises(StopIteration):
        departure.keep(desk.stores, agreed=agreed, leaving=Leaving(note="x"), now=desk.now, new_ids=[new_uuid()] * 3)
    assert outbox.entries(desk.stores) == ()


def test_a_departure_is_given_up_as_one(desk):
    agreed = departure.plan(desk.stores, row=leaver(desk), today=TODAY)
    ids = keep(desk, agreed, Leaving(note="Départ"))
    assert len(outbox.entries(desk.stores)) == 4
    bulk.give_up(desk.stores, group=bulk.group_name(ids[0]))
    assert outbox.entries(desk.stores) == ()


def test_what_was_seen_when_one_decided_is_read_back(desk):
    made = desk.told(status=Status.PENDING)
    new_id = desk.decide(made, Action.APPROVE)
    seen = delegations.decided_on(desk.stores, outbox_id=new_id)
    assert seen == delegations.detail(desk.stores, delegation_id=made).delegation
    assert delegations.decided_on(desk.stores, outbox_id=new_uuid()) is None


def test_what_was_seen_lies_sealed_on_the_disk(desk):
    made = desk.told(status=Status.PENDING, reason="Un motif que personne d’autre ne lit")
    desk.decide(made, Action.APPROVE)
    row = desk.stores.account.database.one("SELECT payload FROM outbox WHERE payload IS NOT NULL")
    assert b"Un motif que" not in bytes(row["payload"])


def test_a_decision_taken_again_compares_with_what_is_seen_then(desk):
    made = desk.told(status=Status.PENDING)
    new_id = desk.decide(made, Action.APPROVE)
    moved = replace(desk.server.delegations[made], version=2, rights=("sign",))
    desk.server.delegations[made] = moved
    desk.turn()
    assert desk.entry(new_id).code == "DEL_STALE"
    outbox.retry(desk.stores, outbox_id=new_id, now=desk.now)
    assert delegations.decided_on(desk.stores, outbox_id=new_id).rights == ("sign",)


def test_grants_of_a_template_are_kept_whole_or_not_at_all(desk):
    good = NewRequest("rfc", ("access",), "", "", FIRM.id, "", grantee="karim.leroux")
    bad = replace(good, rights=())
    with pytest.raises(InvalidInput):
        grant_template.keep(desk.stores, requested=[good, bad], now=desk.now, new_ids=[new_uuid() for _ in range(3)])
    assert outbox.entries(desk.stores) == ()
    grant_template.keep(desk.stores, requested=[good, good], now=desk.now, new_ids=[new_uuid() for _ in range(3)])
    entries = outbox.entries(desk.stores)
    keys = {outbox_store.command_of(desk.stores.account, outbox_id=entry.id).key for entry in entries}
    assert len(keys) == 2


def test_a_transfer_sends_to_whom(desk):
    made = desk.told(status=Status.ACTIVE)
    new_id = new_uuid()
    decision = Decision(Action.TRANSFER, grantor="entry-9")
    delegations.decide(desk.stores, delegation_id=made, decision=decision, now=desk.now, new_id=new_id)
    command = outbox_store.command_of(desk.stores.account, outbox_id=new_id).command
    assert (command.action, command.grantor) == (Action.TRANSFER, "entry-9")
    with pytest.raises(InvalidInput):
        delegations.decide(
            desk.stores, delegation_id=made, decision=Decision(Action.TRANSFER), now=desk.now, new_id=new_uuid()
        )


def test_nobody_takes_over_in_a_firm_that_is_not_ours(desk):
    assert peers.known(desk.stores, firm_id="elsewhere") == ()
