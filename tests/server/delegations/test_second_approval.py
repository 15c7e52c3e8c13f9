"""What two people agreed to is what holds: nobody goes beyond it alone, and it follows what it broadens (BR-12, BR-28)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.delegations.models import Delegation
from tests.server import desk
from tests.server.delegations.test_chain import day

if TYPE_CHECKING:
    from tests.server.desk import Answer

pytestmark = pytest.mark.django_db


class Pair:
    """Agathe and Bruno, whose firm wants both for a high-risk right, and Léa."""

    def __init__(self) -> None:
        self.firm = desk.firm()
        self.firm.two_approvers = True
        self.firm.save(update_fields=["two_approvers"])
        self.agathe, self.bruno = desk.expert(self.firm), desk.expert(self.firm, surname="Ferrand")
        self.lea = desk.staff(self.firm)

    def granted(self, rights: list[str], **changes: object) -> dict[str, Any]:
        answer = self.agathe.grant(self.lea.account, service="jesignexpert", rights=rights, **changes)
        assert answer.status == 201, answer.body
        return dict(answer.body)

    def invited(self) -> dict[str, Any]:
        made = self.agathe.grant("nouvelle@alba.example", service="jesignexpert", rights=["seal"]).body
        assert made["status"] == "PENDING_SECOND"
        return dict(made)

    def now(self, case: dict[str, Any]) -> dict[str, Any]:
        return dict(self.bruno.get(f"/delegations/{case['id']}").body)


@pytest.fixture
def pair() -> Pair:
    return Pair()


def faults(answer: Answer) -> list[tuple[str, str]]:
    return [(one["field"], one["code"]) for one in answer.body["errors"]]


def test_the_second_may_shorten_what_the_first_agreed_to_and_not_prolong_it(pair: Pair) -> None:
    first = pair.granted(["seal"], valid_from=day(5), valid_until=day(30))
    longer = pair.bruno.decide(first, "approve", valid_until=day(60))
    assert (longer.status, faults(longer)) == (422, [("valid_until", "NOT_AGREED")])
    sooner = pair.bruno.decide(first, "approve", valid_from=day(1))
    assert (sooner.status, faults(sooner)) == (422, [("valid_from", "NOT_AGREED")])
    shorter = pair.bruno.decide(first, "approve", valid_until=day(20))
    assert (shorter.status, shorter.body["valid_until"]) == (200, day(20))


def test_an_invitation_that_two_agreed_to_goes_to_no_other_address_by_one_of_them(pair: Pair) -> None:
    approved = pair.bruno.decide(pair.invited(), "approve").body
    refused = pair.agathe.decide(approved, "edit", email="autre@alba.example")
    assert (refused.status, faults(refused)) == (422, [("email", "NEEDS_SECOND")])


def test_an_invitation_waits_fourteen_days_from_the_second_approval(pair: Pair) -> None:
    made = pair.invited()
    asked_at = timezone.now() - timedelta(days=13)
    Delegation.objects.filter(pk=made["id"]).update(requested_at=asked_at, decided_at=asked_at)
    assert pair.bruno.decide(made, "approve").body["status"] == "SCHEDULED"
    for days, expected in ((13, "SCHEDULED"), (15, "LAPSED")):
        run_due(timezone.now() + timedelta(days=days))
        assert Delegation.objects.get(pk=made["id"]).status == expected


def test_what_waits_for_a_second_ends_with_the_right_that_it_broadens(pair: Pair) -> None:
    held, broader = pair.granted(["prepare"]), pair.granted(["seal"])
    assert (broader["status"], broader["rights"]) == ("PENDING_SECOND", ["prepare", "seal"])
    assert pair.bruno.decide(held, "revoke").status == 200
    assert pair.now(broader)["status"] == "CEASED"
    assert pair.bruno.decide(pair.now(broader), "approve").status == 409


def test_what_waits_for_a_second_gives_nothing_back_that_was_taken_meanwhile(pair: Pair) -> None:
    held = pair.bruno.decide(pair.granted(["prepare", "seal"]), "approve").body
    broader = pair.granted(["sign"])
    assert pair.bruno.decide(held, "narrow", rights=["prepare"]).status == 200
    assert pair.now(broader)["rights"] == ["prepare", "sign"]


def test_what_waits_for_a_second_is_suspended_with_the_right_that_it_broadens(pair: Pair) -> None:
    held, broader = pair.granted(["prepare"]), pair.granted(["seal"])
    suspended = pair.bruno.decide(held, "suspend").body
    assert pair.bruno.decide(pair.now(broader), "approve").body["status"] == "SUSPENDED"
    assert pair.bruno.decide(suspended, "resume").status == 200
    run_due(timezone.now())
    assert (pair.now(broader)["status"], pair.now(held)["status"]) == ("ACTIVE", "SUPERSEDED")


def test_what_asks_for_more_ends_with_the_renewal_that_came_meanwhile(pair: Pair) -> None:
    held = pair.granted(["prepare"], valid_until=day(20))
    asked = pair.lea.decide(held, "broaden", rights=["seal"]).body
    renewal = pair.agathe.decide(held, "renew").body
    yesterday = timezone.localdate() - timedelta(days=1)
    Delegation.objects.filter(pk=held["id"]).update(valid_from=yesterday, valid_until=yesterday)
    Delegation.objects.filter(pk=renewal["id"]).update(valid_from=yesterday + timedelta(days=1))
    run_due(timezone.now())
    assert pair.now(renewal)["status"] == "ACTIVE"
    suspended = pair.bruno.decide(pair.now(renewal), "suspend").body
    first = pair.agathe.decide(pair.now(asked), "approve").body
    assert pair.bruno.decide(first, "approve").body["status"] == "SUSPENDED"
    assert pair.bruno.decide(suspended, "revoke").status == 200
    assert pair.now(asked)["status"] == "REVOKED"


def test_a_broader_right_that_waits_for_a_second_holds_no_renewal_up(pair: Pair) -> None:
    held = pair.granted(["prepare"], valid_until=day(20))
    pair.granted(["seal"])
    assert pair.agathe.decide(held, "renew").body["status"] == "SCHEDULED"
