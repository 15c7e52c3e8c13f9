"""Who may do what: the table of actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from comptexpert_desktop.domain.delegation import (
    Action,
    Decision,
    DelegationRow,
    NewRequest,
    PendingIntent,
    Role,
    Status,
)
from comptexpert_desktop.domain.delegation_rules import (
    LIVE,
    OPEN,
    actions,
    covered_name,
    decision_body,
    decision_problems,
    request_body,
    request_problems,
)
from comptexpert_desktop.domain.session import Covering
from comptexpert_desktop.errors import Problem
from tests.fakes import FIRM, TODAY, a_delegation, a_me, a_party, an_account, an_entry

NAMED = a_me(an_account())
PEER = a_me(an_account("paul.marchand"))
AWAY = replace(a_party(an_account()), entry_id="entry-away")
"""The named grantor, with his line of the registry."""
COVERING = Covering(FIRM.id, AWAY.entry_id, "Claire AUBIER", TODAY)
COVER = replace(PEER, covers=(COVERING,))
STRANGER = replace(a_me(an_account("luc.ailleurs")), firms=(replace(FIRM, id="other", role="grantor"),))
GRANTEE = a_me(an_account("karim.leroux", may_grant=False))
COLLEAGUE = a_me(an_account("lea.petit", may_grant=False))
REQUEST = NewRequest("jesignexpert", ("prepare",), an_entry().entry_id, "Claire AUBIER", "", "Envois de la paie")


def allowed(me, status, *, intent=None, grantor_party=None, **changes):
    made = a_delegation(status=status, **changes)
    made = replace(made, grantor=grantor_party or made.grantor)
    row = DelegationRow(made, Role.GRANTOR, intent)
    return {action.value for action, code in actions(row, me=me, today=TODAY).items() if code is None}


@pytest.mark.parametrize(
    ("me", "status", "expected"),
    [
        (NAMED, Status.PENDING, {"approve", "refuse", "transfer"}),
        (NAMED, Status.PENDING_SECOND, {"refuse"}),
        (NAMED, Status.ACTIVE, {"suspend", "revoke", "renew", "transfer"}),
        (NAMED, Status.SCHEDULED, {"revoke", "transfer"}),
        (NAMED, Status.SUSPENDED, {"resume", "revoke", "transfer"}),
        (PEER, Status.PENDING, {"transfer"}),
        (PEER, Status.PENDING_SECOND, {"approve", "refuse"}),
        (PEER, Status.ACTIVE, {"suspend", "revoke", "renew", "transfer"}),
        (STRANGER, Status.PENDING, set()),
        (STRANGER, Status.ACTIVE, set()),
        (COLLEAGUE, Status.ACTIVE, set()),
        (GRANTEE, Status.PENDING, {"withdraw"}),
        (GRANTEE, Status.PENDING_SECOND, {"withdraw"}),
        (GRANTEE, Status.ACTIVE, {"relinquish"}),
    ],
)
def test_each_person_may_do_what_the_rules_say(me, status, expected):
    assert allowed(me, status) == expected


@pytest.mark.parametrize(
    ("me", "status", "expected"),
    [
        (COVER, Status.PENDING, {"approve", "refuse", "transfer"}),
        (COVER, Status.PENDING_SECOND, {"approve", "refuse"}),
        (COVER, Status.ACTIVE, {"suspend", "revoke", "renew", "transfer"}),
        (COVER, Status.SCHEDULED, {"revoke", "transfer"}),
        (COVER, Status.SUSPENDED, {"resume", "revoke", "transfer"}),
        (PEER, Status.PENDING, {"transfer"}),
        (replace(COVER, covers=(replace(COVERING, ends_on=TODAY - timedelta(days=1)),)), Status.PENDING, {"transfer"}),
        (replace(COVER, covers=(replace(COVERING, firm_id="other"),)), Status.PENDING, {"transfer"}),
        (replace(COVER, covers=(replace(COVERING, absent_entry_id="x"),)), Status.PENDING, {"transfer"}),
        (replace(COVER, firms=()), Status.PENDING, set()),
    ],
)
def test_a_cover_decides_in_the_place_of_the_absent_one_until_his_day(me, status, expected):
    assert allowed(me, status, grantor_party=AWAY) == expected


def test_of_two_approvals_none_gives_both_and_the_absent_one_may_give_the_second():
    row = DelegationRow(
        replace(a_delegation(status=Status.PENDING_SECOND), grantor=AWAY, first_approver=COVER.account.account_id),
        Role.GRANTOR,
        None,
    )
    assert actions(row, me=COVER, today=TODAY)[Action.APPROVE] == "DEL_NOT_GRANTOR"
    assert actions(row, me=NAMED, today=TODAY)[Action.APPROVE] is None


def test_a_cover_never_decides_on_his_own_rights():
    mine = a_delegation(grantee=COVER.account)
    row = DelegationRow(replace(mine, grantor=AWAY), Role.GRANTOR, None)
    assert actions(row, me=COVER, today=TODAY)[Action.APPROVE] == "DEL_SELF"


def test_in_whose_absence_one_decides_is_named():
    away = replace(a_delegation(), grantor=AWAY)
    assert covered_name(away, me=COVER, today=TODAY) == "Claire AUBIER"
    assert covered_name(away, me=PEER, today=TODAY) == ""
    assert covered_name(away, me=replace(NAMED, covers=(COVERING,)), today=TODAY) == ""
    assert covered_name(away, me=COVER, today=TODAY + timedelta(days=1)) == ""


@pytest.mark.parametrize("status", sorted(set(Status) - OPEN - LIVE))
def test_nothing_moves_once_it_is_over(status):
    assert allowed(NAMED, status) == set()


def test_nothing_moves_after_the_end_date():
    assert allowed(NAMED, Status.ACTIVE, valid_until=TODAY - timedelta(days=1)) == set()
    assert "revoke" in allowed(NAMED, Status.ACTIVE, valid_until=TODAY)


def test_nobody_decides_on_their_own_rights():
    both = an_account()
    row = DelegationRow(a_delegation(grantor=both, grantee=both), Role.GRANTOR, None)
    found = actions(row, me=a_me(both), today=TODAY)
    assert found[Action.APPROVE] == "DEL_SELF"
    assert found[Action.REFUSE] == "DEL_SELF"


@pytest.mark.parametrize("status", ["sending", "unknown"])
def test_what_may_have_left_is_not_decided_again(status):
    intent = PendingIntent("id", Action.APPROVE, status, "")
    assert allowed(NAMED, Status.PENDING, intent=intent) == set()


@pytest.mark.parametrize("status", ["queued", "needs_you"])
def test_what_has_not_left_may_be_decided_again(status):
    intent = PendingIntent("id", Action.APPROVE, status, "")
    assert allowed(NAMED, Status.PENDING, intent=intent) == {"approve", "refuse", "transfer"}


def test_each_refusal_of_an_action_says_why():
    row = DelegationRow(a_delegation(status=Status.ACTIVE), Role.GRANTOR, None)
    assert actions(row, me=NAMED, today=TODAY)[Action.APPROVE] == "DEL_WRONG_STATUS"
    assert actions(row, me=NAMED, today=TODAY)[Action.RELINQUISH] == "DEL_NOT_GRANTEE"
    assert actions(row, me=STRANGER, today=TODAY)[Action.REVOKE] == "DEL_NOT_GRANTOR"


def test_a_refusal_carries_a_note():
    assert decision_problems(Decision(Action.REFUSE, note=" ")) == (Problem("note", "FIELD_REQUIRED"),)
    assert decision_problems(Decision(Action.REFUSE, note="Pas ce dossier")) == ()
    assert decision_problems(Decision(Action.REVOKE)) == ()


def test_a_transfer_says_to_whom():
    assert decision_problems(Decision(Action.TRANSFER)) == (Problem("grantor", "FIELD_REQUIRED"),)
    assert decision_problems(Decision(Action.TRANSFER, grantor="entry-9")) == ()


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (Action.APPROVE, {"note": "n", "rights": ["sign"], "valid_until": "2026-12-31"}),
        (Action.REFUSE, {"note": "n"}),
        (Action.REVOKE, {"note": "n", "at": "2026-06-30"}),
        (Action.RENEW, {"valid_until": "2026-12-31"}),
        (Action.SUSPEND, {"note": "n"}),
        (Action.TRANSFER, {"note": "n", "grantor": "entry-9"}),
        (Action.WITHDRAW, {}),
    ],
)
def test_a_decision_sends_only_what_its_path_takes(action, expected):
    decision = Decision(
        action,
        note=" n ",
        rights=("sign",),
        valid_until=date(2026, 12, 31),
        at=date(2026, 6, 30),
        grantor="entry-9",
    )
    assert decision_body(decision) == expected


@pytest.mark.parametrize(
    ("request_", "field", "code"),
    [
        (replace(REQUEST, service=""), "service", "FIELD_REQUIRED"),
        (replace(REQUEST, rights=()), "rights", "FIELD_REQUIRED"),
        (replace(REQUEST, grantor_entry_id=""), "grantor", "REG_NOT_SELECTED"),
        (replace(REQUEST, reason="  court   "), "reason", "REASON_TOO_SHORT"),
        (replace(REQUEST, valid_until=TODAY), "valid_until", "DATE_INVALID"),
    ],
)
def test_each_gap_of_a_request_has_its_code(request_, field, code):
    assert request_problems(request_, today=TODAY) == (Problem(field, code),)


def test_a_request_without_a_firm_leaves_it_to_the_server():
    assert request_problems(REQUEST, today=TODAY) == ()
    assert "firm" not in request_body(REQUEST)
    dated = replace(REQUEST, firm_id="f", valid_from=date(2026, 4, 1), valid_until=date(2026, 9, 1))
    assert request_body(dated) == {
        "service": "jesignexpert",
        "rights": ["prepare"],
        "grantor": an_entry().entry_id,
        "reason": "Envois de la paie",
        "firm": "f",
        "valid_from": "2026-04-01",
        "valid_until": "2026-09-01",
    }
