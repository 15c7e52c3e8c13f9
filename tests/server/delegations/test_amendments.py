"""Prolong, narrow, broaden, edit: what is asked waits, what is taken is taken at once, nothing is shortened (BR-31)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.clock import today
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.delegations.models import Delegation
from tests.server import desk
from tests.server.delegations.test_chain import LAST, Cabinet, after, day

if TYPE_CHECKING:
    from tests.server.desk import Answer

pytestmark = pytest.mark.django_db


def mails_to(person: desk.Desk) -> list[str]:
    found = Email.objects.filter(to__contains=person.account.email).order_by("pk")
    return [one.message for one in found]


def live() -> list[tuple[str, list[str], str, str]]:
    found = Delegation.objects.filter(status__in=("ACTIVE", "SCHEDULED")).order_by("valid_from")
    return [(one.status, one.rights, one.valid_from.isoformat(), one.valid_until.isoformat()) for one in found]


def test_the_holder_asks_to_prolong_and_no_day_is_without_the_right() -> None:
    cabinet = Cabinet()
    asked = cabinet.lea.decide(cabinet.head, "prolong", valid_until=day(LAST + 60), note="Le bilan se termine en mai")
    assert (asked.status, asked.body["status"], asked.body["origin"]) == (200, "PENDING", "renewal")
    assert (asked.body["valid_from"], asked.body["reason"]) == (day(LAST + 1), "Le bilan se termine en mai")
    assert "prolongation" in mails_to(cabinet.agathe)[-1]
    approved = cabinet.agathe.decide(asked.body, "approve").body
    assert approved["status"] == "SCHEDULED"
    for days in (0, LAST, LAST + 1, LAST + 60):
        run_due(after(days))
        assert cabinet.rights(days=days) == ("prepare",)
    run_due(after(LAST + 61))
    assert cabinet.rights(days=LAST + 61) == ()


def test_it_is_too_early_to_prolong_a_right_that_has_a_while_to_go() -> None:
    cabinet = Cabinet()
    head = cabinet.grant(cabinet.bruno, rights=["prepare"], until=46)
    refused = cabinet.lea.decide(head, "prolong")
    assert (refused.status, refused.code, refused.body["from"]) == (409, "DEL_TOO_EARLY", day(1))
    Delegation.objects.filter(pk=head["id"]).update(valid_until=today() + timedelta(days=45))
    assert cabinet.lea.decide(head, "prolong").status == 200


def test_a_right_is_prolonged_or_renewed_once() -> None:
    cabinet = Cabinet()
    asked = cabinet.lea.decide(cabinet.head, "prolong").body
    for again in (cabinet.lea.decide(cabinet.head, "prolong"), cabinet.agathe.decide(cabinet.head, "renew")):
        assert (again.status, again.code, again.body["existing"]) == (409, "DEL_DUPLICATE", asked["id"])


def test_a_prolongation_approved_late_begins_that_day() -> None:
    cabinet = Cabinet()
    asked = cabinet.lea.decide(cabinet.head, "prolong").body
    Delegation.objects.filter(pk=cabinet.head["id"]).update(valid_until=today() - timedelta(days=1))
    Delegation.objects.filter(pk=asked["id"]).update(valid_from=today())
    run_due(timezone.now())
    assert cabinet.rights(days=0) == ()
    assert cabinet.agathe.decide(asked, "approve").body["status"] == "ACTIVE"
    assert cabinet.rights(days=0) == ("prepare",)


def test_narrowing_takes_rights_from_what_waits_behind_too() -> None:
    cabinet = Cabinet()
    head = cabinet.grant(cabinet.agathe, rights=["prepare", "seal"], until=LAST)
    renewal = cabinet.agathe.decide(head, "renew").body
    narrowed = cabinet.bruno.decide(head, "narrow", rights=["prepare"], note="Le sceau revient au cabinet")
    assert (narrowed.status, narrowed.body["rights"], narrowed.body["valid_until"]) == (200, ["prepare"], day(LAST))
    assert cabinet.now(renewal)["rights"] == ["prepare"]
    line = AuditEvent.objects.filter(object_id=head["id"]).latest("number")
    assert (line.action, line.data["rights"], line.data["removed"]) == ("delegation.narrow", ["prepare"], ["seal"])
    assert "Une partie des droits est retirée" in mails_to(cabinet.lea)[-1]


@pytest.mark.parametrize("rights", [["prepare"], ["seal"], ["prepare", "seal"]])
def test_what_is_not_narrower_is_refused(rights: list[str]) -> None:
    cabinet = Cabinet()
    refused = cabinet.agathe.decide(cabinet.head, "narrow", rights=rights)
    assert (refused.status, refused.code) == (422, "INVALID_INPUT")


def test_narrowing_away_all_that_a_follower_has_ends_it() -> None:
    cabinet = Cabinet()
    renewal = cabinet.agathe.decide(cabinet.head, "renew", valid_until=day(LAST + 30)).body
    head = cabinet.agathe.decide(cabinet.head, "broaden", rights=["seal"]).body
    assert cabinet.agathe.decide(head, "narrow", rights=["seal"]).status == 200
    assert (cabinet.now(renewal)["status"], cabinet.now(renewal)["end_cause"]) == ("REVOKED", "chain_ended")


def test_broadening_for_less_long_shortens_nothing_of_what_was_there() -> None:
    cabinet = Cabinet()
    made = cabinet.agathe.decide(cabinet.head, "broaden", rights=["seal"], valid_until=day(5))
    assert (made.status, made.body["status"], made.body["rights"]) == (200, "ACTIVE", ["prepare", "seal"])
    assert cabinet.now(cabinet.head)["status"] == "SUPERSEDED"
    assert live() == [
        ("ACTIVE", ["prepare", "seal"], day(0), day(5)),
        ("SCHEDULED", ["prepare"], day(6), day(LAST)),
    ]
    run_due(after(6))
    assert cabinet.rights(days=6) == ("prepare",)


def test_broadening_past_a_renewal_lets_it_wait_longer() -> None:
    cabinet = Cabinet()
    cabinet.agathe.decide(cabinet.head, "renew", valid_until=day(LAST + 40))
    cabinet.agathe.decide(cabinet.head, "broaden", rights=["seal"], valid_until=day(LAST + 10))
    assert live() == [
        ("ACTIVE", ["prepare", "seal"], day(0), day(LAST + 10)),
        ("SCHEDULED", ["prepare"], day(LAST + 11), day(LAST + 40)),
    ]


def test_a_renewal_that_a_broader_right_covers_whole_is_replaced() -> None:
    cabinet = Cabinet()
    renewal = cabinet.agathe.decide(cabinet.head, "renew", valid_until=day(LAST + 10)).body
    cabinet.agathe.decide(cabinet.head, "broaden", rights=["seal"], valid_until=day(LAST + 40))
    assert cabinet.now(renewal)["status"] == "SUPERSEDED"
    assert live() == [("ACTIVE", ["prepare", "seal"], day(0), day(LAST + 40))]


def test_a_direct_grant_of_more_shortens_nothing_either() -> None:
    cabinet = Cabinet()
    cabinet.grant(cabinet.agathe, rights=["seal"], until=4)
    assert live()[-1] == ("SCHEDULED", ["prepare"], day(5), day(LAST))


def test_the_holder_asks_for_more_and_the_grantor_decides() -> None:
    cabinet = Cabinet()
    asked = cabinet.lea.decide(cabinet.head, "broaden", rights=["seal"], note="Les attestations de juin")
    assert (asked.status, asked.body["status"], asked.body["rights"]) == (200, "PENDING", ["prepare", "seal"])
    assert cabinet.rights(days=0) == ("prepare",)
    again = cabinet.lea.decide(cabinet.head, "broaden", rights=["sign"])
    assert (again.code, again.body["existing"]) == ("DEL_DUPLICATE", asked.body["id"])
    approved = cabinet.agathe.decide(asked.body, "approve")
    assert (approved.body["status"], approved.body["valid_until"]) == ("ACTIVE", day(LAST))
    assert cabinet.rights(days=0) == ("prepare", "seal")


def test_what_a_narrowing_took_does_not_come_back_with_what_was_asked_before() -> None:
    cabinet = Cabinet()
    head = cabinet.grant(cabinet.agathe, rights=["prepare", "seal"], until=LAST)
    asked = cabinet.lea.decide(head, "broaden", rights=["sign"]).body
    cabinet.agathe.decide(head, "narrow", rights=["prepare"])
    assert cabinet.now(asked)["rights"] == ["prepare", "sign"]


@pytest.mark.parametrize("rights", [["prepare"], ["technical_signature"], ["unknown"]])
def test_what_is_not_broader_or_cannot_be_delegated_is_refused(rights: list[str]) -> None:
    cabinet = Cabinet()
    refused = cabinet.lea.decide(cabinet.head, "broaden", rights=rights)
    expected = {"prepare": "DEL_DUPLICATE", "technical_signature": "DEL_RIGHT_NOT_DELEGABLE"}
    assert refused.code == expected.get(rights[0], "INVALID_INPUT")


def test_a_firm_of_two_approvers_broadens_by_two() -> None:
    cabinet = Cabinet()
    cabinet.firm.two_approvers = True
    cabinet.firm.save(update_fields=["two_approvers"])
    made = cabinet.agathe.decide(cabinet.head, "broaden", rights=["seal"]).body
    assert made["status"] == "PENDING_SECOND"
    assert cabinet.now(cabinet.head)["status"] == "ACTIVE"
    assert cabinet.bruno.decide(made, "approve").body["status"] == "ACTIVE"
    assert cabinet.now(cabinet.head)["status"] == "SUPERSEDED"


def test_a_request_is_edited_by_who_asked_and_a_stale_answer_is_refused() -> None:
    cabinet = Cabinet()
    asked = desk.pending(cabinet.lea, cabinet.bruno, service="jesignexpert", rights=["seal"])
    edited = cabinet.lea.decide(
        asked, "edit", rights=["prepare"], valid_from=day(3), valid_until=day(30), note="Un autre dossier que prévu"
    )
    assert edited.status == 200, edited.body
    assert [edited.body[name] for name in ("rights", "valid_from", "valid_until", "reason", "status")] == [
        ["prepare"],
        day(3),
        day(30),
        "Un autre dossier que prévu",
        "PENDING",
    ]
    assert cabinet.bruno.decide(asked, "approve").code == "DEL_STALE"
    assert "La demande est modifiée" in mails_to(cabinet.bruno)[-1]


@pytest.mark.parametrize(
    ("said", "member"),
    [
        ({"note": "court"}, "note"),
        ({"valid_from": day(91)}, "valid_from"),
        ({"valid_from": day(-3)}, "valid_from"),
        ({"valid_until": day(-1)}, "valid_until"),
        ({"rights": ["unknown"]}, "rights"),
    ],
)
def test_a_request_is_not_edited_into_what_could_not_be_asked(said: dict[str, Any], member: str) -> None:
    cabinet = Cabinet()
    asked = desk.pending(cabinet.lea, cabinet.bruno, service="jesignexpert", rights=["seal"])
    refused = cabinet.lea.decide(asked, "edit", **said)
    assert (refused.status, refused.code) == (422, "INVALID_INPUT")
    assert member in str(refused.body)


def test_what_prolongs_a_right_keeps_its_rights_and_its_first_day() -> None:
    cabinet = Cabinet()
    asked = cabinet.lea.decide(cabinet.head, "prolong").body
    assert cabinet.lea.decide(asked, "edit", rights=["seal"]).status == 422
    assert cabinet.lea.decide(asked, "edit", valid_until=day(LAST + 30)).body["valid_until"] == day(LAST + 30)


def test_the_end_of_a_right_is_moved_later_within_what_its_rights_allow() -> None:
    cabinet = Cabinet()
    moved = cabinet.agathe.decide(cabinet.head, "edit", valid_until=day(LAST + 30))
    assert (moved.status, moved.body["valid_until"]) == (200, day(LAST + 30))
    assert cabinet.agathe.decide(moved.body, "edit", valid_until=day(366)).status == 422
    line = AuditEvent.objects.filter(object_id=cabinet.head["id"]).latest("number")
    assert line.action == "delegation.extend"


def test_an_earlier_end_holds_for_what_waits_behind() -> None:
    cabinet = Cabinet()
    renewal = cabinet.agathe.decide(cabinet.head, "renew").body
    assert cabinet.agathe.decide(cabinet.head, "edit", valid_until=day(2)).body["valid_until"] == day(2)
    assert cabinet.now(renewal)["status"] == "REVOKED"


def test_two_approvers_are_not_passed_by_moving_an_end() -> None:
    cabinet = Cabinet()
    head = cabinet.grant(cabinet.bruno, rights=["seal"], until=LAST)
    cabinet.firm.two_approvers = True
    cabinet.firm.save(update_fields=["two_approvers"])
    refused = cabinet.bruno.decide(head, "edit", valid_until=day(LAST + 9))
    assert (refused.status, refused.code) == (422, "INVALID_INPUT")


def invite(cabinet: Cabinet, email: str) -> Answer:
    return cabinet.agathe.post(
        "/delegations", {"service": "jesignexpert", "rights": ["prepare"], "grantee": email, "valid_until": day(60)}
    )


def test_the_address_of_an_invitation_is_corrected_while_it_waits() -> None:
    cabinet = Cabinet()
    invited = invite(cabinet, "lea.quemenner@ailleurs.example").body
    moved = cabinet.agathe.decide(invited, "edit", email="lea.quemener@ailleurs.example")
    assert (moved.status, moved.body["grantee"]["email"]) == (200, "lea.quemener@ailleurs.example")
    last = Email.objects.filter(to__contains="lea.quemener@ailleurs.example").latest("pk")
    assert "vous invite" in last.message
    before = Email.objects.filter(to__contains="lea.quemenner@ailleurs.example").count()
    assert before == 1, "the wrong address reads nothing more"


@pytest.mark.parametrize("email", ["pas-une-adresse", "twin"])
def test_an_invitation_does_not_go_to_what_is_no_address_or_is_invited_already(email: str) -> None:
    cabinet = Cabinet()
    invited = invite(cabinet, "lea.quemenner@ailleurs.example").body
    if email == "twin":
        email = "autre@ailleurs.example"
        invite(cabinet, email)
    assert cabinet.agathe.decide(invited, "edit", email=email).status in {409, 422}


def test_an_approver_sets_the_first_day_at_most_ninety_days_ahead() -> None:
    cabinet = Cabinet()
    asked = desk.pending(cabinet.lea, cabinet.bruno, service="jesignexpert", rights=["prepare"])
    assert cabinet.bruno.decide(asked, "approve", valid_from=day(91)).status == 422
    approved = cabinet.bruno.decide(asked, "approve", valid_from=day(90))
    assert (approved.body["status"], approved.body["valid_from"]) == ("SCHEDULED", day(90))


def test_a_right_is_not_transferred_to_who_scheduled_another_of_it() -> None:
    cabinet = Cabinet()
    cabinet.grant(cabinet.bruno, rights=["seal"], start=5, until=30)
    refused = cabinet.agathe.decide(cabinet.head, "transfer", grantor=str(desk.grantor_of(cabinet.bruno).pk))
    assert refused.code == "DEL_DUPLICATE"
