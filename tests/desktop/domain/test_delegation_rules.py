"""Who may do what: the table of actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from comptexpert_desktop.adapters import commands_http
from comptexpert_desktop.domain.delegation import (
    Action,
    Decision,
    DelegationRow,
    NewRequest,
    Party,
    PendingIntent,
    Role,
    Status,
)
from comptexpert_desktop.domain.delegation_rules import (
    LIVE,
    MAX_AHEAD_DAYS,
    MINIMUM_REASON,
    OPEN,
    actions,
    ask_or_grant,
    covered_name,
    decide,
    decision_problems,
    request_problems,
)
from comptexpert_desktop.domain.session import Covering
from comptexpert_desktop.domain.signup_rules import is_reason
from comptexpert_desktop.errors import Problem
from tests.fakes import FIRM, TODAY, a_delegation, a_me, a_party, an_account, an_entry

NAMED = a_me(an_account())
PEER = a_me(an_account("paul.marchand"))
AWAY = replace(a_party(an_account()), entry_id="entry-away")
"""The named grantor, with his line of the registry."""
COVERING = Covering(firm_id=FIRM.id, absent_entry_id=AWAY.entry_id, absent_name="Claire AUBIER", ends_on=TODAY)
COVER = replace(PEER, covers=(COVERING,))
STRANGER = replace(a_me(an_account("luc.ailleurs")), firms=(replace(FIRM, id="other", role="grantor"),))
GRANTEE = a_me(an_account("karim.leroux", may_grant=False))
COLLEAGUE = a_me(an_account("lea.petit", may_grant=False))
LIVE_OF_NAMED = {"suspend", "revoke", "renew", "broaden", "edit", "transfer"}
REQUEST = NewRequest("jesignexpert", ("prepare",), an_entry().entry_id, "Claire AUBIER", "", "Envois de la paie")


def body_of(decision):
    return commands_http.decision_body(decide(decision, about=a_delegation()))


def sent_by(request):
    return commands_http.request_of(ask_or_grant(request)).body


def allowed(me, status, *, intent=None, grantor_party=None, grantee_party=None, **changes):
    made = a_delegation(status=status, **changes)
    made = replace(made, grantor=grantor_party or made.grantor, grantee=grantee_party or made.grantee)
    row = DelegationRow(made, Role.GRANTOR, intent)
    return {action.value for action, code in actions(row, me=me, today=TODAY).items() if code is None}


@pytest.mark.parametrize(
    ("me", "status", "expected"),
    [
        (NAMED, Status.PENDING, {"approve", "refuse", "transfer"}),
        (NAMED, Status.PENDING_SECOND, {"refuse"}),
        (NAMED, Status.ACTIVE, LIVE_OF_NAMED),
        (NAMED, Status.SCHEDULED, {"revoke", "edit", "transfer"}),
        (NAMED, Status.SUSPENDED, {"resume", "revoke", "edit", "transfer"}),
        (PEER, Status.PENDING, set()),
        (PEER, Status.PENDING_SECOND, {"approve", "refuse"}),
        (PEER, Status.ACTIVE, {"suspend", "revoke", "transfer"}),
        (STRANGER, Status.PENDING, set()),
        (STRANGER, Status.ACTIVE, set()),
        (COLLEAGUE, Status.ACTIVE, set()),
        (GRANTEE, Status.PENDING, {"withdraw", "edit"}),
        (GRANTEE, Status.PENDING_SECOND, {"withdraw"}),
        (GRANTEE, Status.ACTIVE, {"relinquish", "broaden"}),
    ],
)
def test_each_person_may_do_what_the_rules_say(me, status, expected):
    assert allowed(me, status) == expected


@pytest.mark.parametrize(
    ("me", "status", "expected"),
    [
        (COVER, Status.PENDING, {"approve", "refuse", "transfer"}),
        (COVER, Status.PENDING_SECOND, {"approve", "refuse"}),
        (COVER, Status.ACTIVE, LIVE_OF_NAMED),
        (COVER, Status.SCHEDULED, {"revoke", "edit", "transfer"}),
        (COVER, Status.SUSPENDED, {"resume", "revoke", "edit", "transfer"}),
        (PEER, Status.PENDING, set()),
        (replace(COVER, covers=(replace(COVERING, ends_on=TODAY - timedelta(days=1)),)), Status.PENDING, set()),
        (replace(COVER, covers=(replace(COVERING, firm_id="other"),)), Status.PENDING, set()),
        (replace(COVER, covers=(replace(COVERING, absent_entry_id="x"),)), Status.PENDING, set()),
        (replace(COVER, firms=()), Status.PENDING, set()),
        (replace(COVER, firms=()), Status.ACTIVE, set()),
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
        (
            Action.APPROVE,
            {"note": "n", "rights": ["sign"], "valid_from": "2026-06-15", "valid_until": "2026-12-31"},
        ),
        (Action.REFUSE, {"note": "n"}),
        (Action.REVOKE, {"note": "n", "at": "2026-06-30"}),
        (Action.RENEW, {"valid_until": "2026-12-31"}),
        (Action.SUSPEND, {"note": "n"}),
        (Action.RESUME, {"note": "n"}),
        (Action.RELINQUISH, {}),
        (Action.TRANSFER, {"note": "n", "grantor": "entry-9"}),
        (Action.WITHDRAW, {}),
        (Action.PROLONG, {"note": "n", "valid_until": "2026-12-31"}),
        (Action.NARROW, {"note": "n", "rights": ["sign"]}),
        (Action.BROADEN, {"note": "n", "rights": ["sign"], "valid_until": "2026-12-31"}),
        (
            Action.EDIT,
            {"note": "n", "rights": ["sign"], "email": "a@b.example"}
            | {"valid_from": "2026-06-15", "valid_until": "2026-12-31"},
        ),
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
        valid_from=date(2026, 6, 15),
        email=" a@b.example ",
    )
    assert body_of(decision) == expected


@pytest.mark.parametrize(
    ("request_", "field", "code"),
    [
        (replace(REQUEST, service=""), "service", "FIELD_REQUIRED"),
        (replace(REQUEST, rights=()), "rights", "FIELD_REQUIRED"),
        (replace(REQUEST, grantor_entry_id=""), "grantor", "REG_NOT_SELECTED"),
        (replace(REQUEST, reason="  court   "), "reason", "REASON_TOO_SHORT"),
        (replace(REQUEST, valid_until=TODAY - timedelta(days=1)), "valid_until", "DATE_INVALID"),
    ],
)
def test_each_gap_of_a_request_has_its_code(request_, field, code):
    assert request_problems(request_, today=TODAY) == (Problem(field, code),)


def test_a_request_without_a_firm_leaves_it_to_the_server():
    assert request_problems(REQUEST, today=TODAY) == ()
    assert "firm" not in sent_by(REQUEST)
    dated = replace(REQUEST, firm_id="f", valid_from=date(2026, 4, 1), valid_until=date(2026, 9, 1))
    assert sent_by(dated) == {
        "service": "jesignexpert",
        "rights": ["prepare"],
        "grantor": an_entry().entry_id,
        "reason": "Envois de la paie",
        "firm": "f",
        "valid_from": "2026-04-01",
        "valid_until": "2026-09-01",
    }


@pytest.mark.parametrize("action", [Action.APPROVE, Action.REVOKE, Action.SUSPEND, Action.RESUME])
def test_a_note_of_spaces_is_no_note(action):
    assert body_of(Decision(action, note="  \t ")) == {}


def test_a_period_is_counted_from_its_own_first_day():
    starts = TODAY + timedelta(days=30)
    day_before, same_day = replace(REQUEST, valid_from=starts), replace(REQUEST, valid_from=starts)
    day_before = replace(day_before, valid_until=starts - timedelta(days=1))
    same_day = replace(same_day, valid_until=starts)
    wrong = (Problem("valid_until", "DATE_INVALID"),)
    assert request_problems(day_before, today=TODAY) == wrong
    assert request_problems(same_day, today=TODAY) == ()


def test_a_grant_names_its_grantee_and_no_grantor():
    grant = replace(REQUEST, grantee="karim.leroux", reason="  Envois de la paie ")
    assert sent_by(grant) == {
        "service": "jesignexpert",
        "rights": ["prepare"],
        "grantee": "karim.leroux",
        "reason": "Envois de la paie",
    }


def test_a_grant_needs_neither_a_grantor_nor_a_reason():
    grant = replace(REQUEST, grantee="karim.leroux", grantor_entry_id="", reason="")
    assert request_problems(grant, today=TODAY) == ()


def test_a_reason_of_the_shortest_length_is_enough():
    assert request_problems(replace(REQUEST, reason="x" * 10), today=TODAY) == ()


def test_a_right_without_an_end_is_not_over():
    assert "revoke" in allowed(NAMED, Status.ACTIVE, valid_until=None)


def test_a_decision_that_may_have_left_says_so():
    intent = PendingIntent("id", Action.APPROVE, "unknown", "")
    row = DelegationRow(a_delegation(), Role.GRANTOR, intent)
    assert set(actions(row, me=NAMED, today=TODAY).values()) == {"OUTBOX_UNKNOWN"}


def test_an_absent_one_without_a_name_on_the_delegation_is_named_by_the_cover():
    unnamed = replace(AWAY, given_name="", surname="", login_id="")
    assert covered_name(replace(a_delegation(), grantor=unnamed), me=COVER, today=TODAY) == "Claire AUBIER"
    named = replace(COVER, covers=(replace(COVERING, absent_name="Autrement"),))
    assert covered_name(replace(a_delegation(), grantor=AWAY), me=named, today=TODAY) == AWAY.display_name


def test_a_grantor_without_a_line_of_the_registry_is_covered_by_nobody():
    anyone = replace(COVER, covers=(replace(COVERING, absent_entry_id=""),))
    assert covered_name(a_delegation(grantor=an_account("hugo.garnier")), me=anyone, today=TODAY) == ""


def test_one_of_several_rights_may_be_taken_by_any_peer():
    two = ("prepare", "sign")
    for status in (Status.ACTIVE, Status.SUSPENDED, Status.SCHEDULED):
        assert "narrow" in allowed(PEER, status, rights=two)
        assert "narrow" not in allowed(PEER, status)
        assert "narrow" not in allowed(GRANTEE, status, rights=two)


@pytest.mark.parametrize(("days", "may"), [(46, False), (45, True), (1, True), (0, True), (-1, False)])
def test_the_holder_asks_for_more_time_near_the_end(days, may):
    ends = TODAY + timedelta(days=days)
    assert ("prolong" in allowed(GRANTEE, Status.ACTIVE, valid_until=ends)) is may
    assert "prolong" not in allowed(NAMED, Status.ACTIVE, valid_until=ends)


def test_an_early_wish_for_more_time_says_from_when():
    row = DelegationRow(a_delegation(status=Status.ACTIVE), Role.GRANTEE, None)
    assert actions(row, me=GRANTEE, today=TODAY)[Action.PROLONG] == "DEL_TOO_EARLY"
    endless = replace(row, delegation=replace(row.delegation, valid_until=None))
    assert actions(endless, me=GRANTEE, today=TODAY)[Action.PROLONG] == "DEL_TOO_EARLY"


def test_an_invitation_is_edited_by_its_grantor_and_not_by_whoever_has_no_account_either():
    invited = Party("", "", "", "", email="lea@ailleurs.example")
    nobody = replace(NAMED, account=replace(NAMED.account, account_id=""))
    assert "edit" in allowed(NAMED, Status.SCHEDULED, grantee_party=invited)
    assert "relinquish" not in allowed(nobody, Status.SCHEDULED, grantee_party=invited)


@pytest.mark.parametrize("action", [Action.NARROW, Action.BROADEN])
def test_a_change_of_rights_names_some(action):
    assert decision_problems(Decision(action)) == (Problem("rights", "FIELD_REQUIRED"),)
    assert decision_problems(Decision(action, rights=("sign",))) == ()


def test_a_peer_is_somebody_who_grants_in_the_same_firm():
    other_firm = replace(PEER, firms=(replace(FIRM, id="other", role="grantor"),))
    collaborateur_here = replace(PEER, firms=(replace(FIRM, role="staff"),))
    grants_nowhere = replace(PEER, account=replace(PEER.account, may_grant=False))
    for person in (other_firm, collaborateur_here, grants_nowhere):
        assert allowed(person, Status.ACTIVE) == set()
        assert allowed(person, Status.PENDING_SECOND) == set()
    assert allowed(replace(PEER, firms=(replace(FIRM, role=""),)), Status.ACTIVE) != set()


def test_the_named_grantor_decides_even_when_the_firm_is_unknown_here():
    assert allowed(replace(NAMED, firms=()), Status.ACTIVE) == LIVE_OF_NAMED
    assert allowed(replace(NAMED, firms=()), Status.PENDING_SECOND) == {"refuse"}


def test_a_change_of_an_invitation_leaves_its_rights_or_names_some():
    assert decision_problems(Decision(Action.EDIT)) == ()
    assert decision_problems(Decision(Action.EDIT, rights=("sign",))) == ()
    assert decision_problems(Decision(Action.EDIT, rights=())) == (Problem("rights", "FIELD_REQUIRED"),)
    assert decision_problems(Decision(Action.APPROVE, rights=())) == ()


def test_a_decision_is_about_the_version_that_the_person_saw():
    seen = replace(a_delegation(), version=7)
    command = decide(Decision(Action.SUSPEND, note="Congés"), about=seen, gesture="forty at once")
    assert (command.delegation_id, command.action, command.version) == (seen.id, Action.SUSPEND, 7)
    assert (command.note, command.gesture, command.seen) == ("Congés", "forty at once", seen)
    assert decide(Decision(Action.SUSPEND), about=seen).gesture == ""


def test_a_grant_carries_its_firm_and_its_days_and_may_have_no_reason():
    dated = replace(REQUEST, firm_id="f", valid_from=date(2026, 4, 1), valid_until=date(2026, 9, 1))
    command = ask_or_grant(replace(dated, grantee="karim.leroux", reason="\u200b "))
    assert (command.service, command.rights, command.grantee) == ("jesignexpert", ("prepare",), "karim.leroux")
    assert (command.reason, command.firm) == ("", "f")
    assert (command.valid_from, command.valid_until) == (date(2026, 4, 1), date(2026, 9, 1))


def test_a_reason_that_cannot_be_sent_travels_empty_and_not_as_nothing():
    too_long = "x" * 5000
    assert ask_or_grant(replace(REQUEST, reason=too_long)).reason == ""
    assert ask_or_grant(replace(REQUEST, grantee="karim.leroux", reason=too_long)).reason == ""


def test_the_forms_know_how_far_ahead_a_right_begins_and_how_long_a_reason_is():
    assert (MAX_AHEAD_DAYS, MINIMUM_REASON) == (90, 10)
    assert is_reason("x" * MINIMUM_REASON)
    assert not is_reason("x" * (MINIMUM_REASON - 1))
