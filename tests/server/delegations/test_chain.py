"""A right is a chain: whatever ended it, nothing behind it becomes effective by the calendar alone (BR-28)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.clock import today
from comptexpert_server.delegations import transitions
from comptexpert_server.delegations.access import access_of
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.delegations.models import LIVE, OPEN, Delegation, Status
from comptexpert_server.reviews.models import Review
from tests.server import desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.desk import Desk

pytestmark = pytest.mark.django_db

RIGHTS = ["prepare", "seal"]
LAST = 20
"""The last day of the head, counted from today."""


class Cabinet:
    """Two experts of one firm, a collaborateur, and a right that ends in twenty days."""

    def __init__(self) -> None:
        self.firm = desk.firm()
        self.agathe = desk.expert(self.firm)
        self.bruno = desk.expert(self.firm, surname="Ferrand")
        self.lea = desk.staff(self.firm)
        for person in (self.agathe, self.bruno, self.lea):
            person.token = desk.mint(person.account, minutes=1_000_000)
        accepted = self.agathe.post(f"/firms/{self.firm.pk}/terms", {"service": "jesignexpert"})
        assert accepted.status in {200, 201}, accepted.body
        self.head = self.grant(self.agathe, rights=["prepare"], until=LAST)

    def grant(self, who: Desk, *, rights: list[str], until: int, start: int = 0) -> dict[str, Any]:
        days = {"valid_from": day(start), "valid_until": day(until)}
        answer = who.grant(self.lea.account, service="jesignexpert", rights=rights, **days)
        assert answer.status == 201, answer.body
        return dict(answer.body)

    def now(self, case: dict[str, Any]) -> dict[str, Any]:
        return dict(self.agathe.get(f"/delegations/{case['id']}").body)

    def rights(self, *, days: int) -> tuple[str, ...]:
        found = access_of(self.lea.account, today=today() + timedelta(days=days))
        return next(one.rights for one in found if one.id == "jesignexpert")


def day(number: int) -> str:
    return (today() + timedelta(days=number)).isoformat()


def after(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def renewed(cabinet: Cabinet) -> None:
    """Renew the right: the renewal waits for the day after its last."""
    assert cabinet.agathe.decide(cabinet.head, "renew").body["status"] == "SCHEDULED"


def renewed_twice(cabinet: Cabinet) -> None:
    """Let a renewal of the renewal wait too, as older data may hold."""
    first = cabinet.agathe.decide(cabinet.head, "renew", valid_until=day(LAST + 30)).body
    kept = Delegation.objects.get(pk=first["id"])
    Delegation.objects.create(
        firm=kept.firm,
        service=kept.service,
        rights=kept.rights,
        grantor=kept.grantor,
        grantee=kept.grantee,
        origin="renewal",
        status=Status.SCHEDULED,
        valid_from=kept.valid_until + timedelta(days=1),
        valid_until=kept.valid_until + timedelta(days=60),
        supersedes=kept,
    )


def renewed_for_a_second(cabinet: Cabinet) -> None:
    """Renew a right of a firm that asks for two approvals: the renewal waits for the second."""
    head = Delegation.objects.get(pk=cabinet.head["id"])
    Delegation.objects.filter(pk=head.pk).update(rights=["prepare", "sign"])
    cabinet.firm.two_approvers = True
    cabinet.firm.save(update_fields=["two_approvers"])
    cabinet.head = cabinet.now(cabinet.head)
    assert cabinet.agathe.decide(cabinet.head, "renew").body["status"] == "PENDING_SECOND"


def broadened(cabinet: Cabinet) -> None:
    """Replace the right by a broader one, which is renewed."""
    cabinet.head = cabinet.grant(cabinet.agathe, rights=RIGHTS, until=LAST)
    renewed(cabinet)


def broader_from_next_week(cabinet: Cabinet) -> None:
    """Let a broader grant of the same parties wait for its first day."""
    cabinet.grant(cabinet.agathe, rights=RIGHTS, start=7, until=LAST + 40)


def transferred(cabinet: Cabinet) -> None:
    """Renew, then give the right to a peer: the renewal goes with it."""
    renewed(cabinet)
    answer = cabinet.agathe.decide(cabinet.head, "transfer", grantor=str(desk.grantor_of(cabinet.bruno).pk))
    assert answer.status == 200, answer.body
    cabinet.head = answer.body


def asked_to_prolong(cabinet: Cabinet) -> None:
    """Let the holder ask for more time, and wait for the answer."""
    assert cabinet.lea.decide(cabinet.head, "prolong").body["status"] == "PENDING"


def prolonged(cabinet: Cabinet) -> None:
    """Let the holder ask for more time, and get it."""
    asked = cabinet.lea.decide(cabinet.head, "prolong", valid_until=day(LAST + 60)).body
    assert cabinet.agathe.decide(asked, "approve").body["status"] == "SCHEDULED"


def asked_for_more(cabinet: Cabinet) -> None:
    """Renew, then let the holder ask for another right beside."""
    renewed(cabinet)
    assert cabinet.lea.decide(cabinet.head, "broaden", rights=["seal"]).body["status"] == "PENDING"


def renewed_then_broadened(cabinet: Cabinet) -> None:
    """Renew, then broaden past the end: the renewal waits behind what is broader."""
    renewed(cabinet)
    answer = cabinet.agathe.decide(cabinet.head, "broaden", rights=["seal"], valid_until=day(LAST + 25))
    assert (answer.status, answer.body["status"]) == (200, "ACTIVE"), answer.body
    cabinet.head = answer.body


def broadened_for_less_long(cabinet: Cabinet) -> None:
    """Broaden for five days: what was there goes on behind them, and its renewal too."""
    asked_to_prolong(cabinet)
    answer = cabinet.agathe.decide(cabinet.head, "broaden", rights=["seal"], valid_until=day(5))
    assert (answer.status, answer.body["status"]) == (200, "ACTIVE"), answer.body
    cabinet.head = answer.body


def narrowed(cabinet: Cabinet) -> None:
    """Grant more, renew it, and take the rest back."""
    broadened(cabinet)
    cabinet.head = cabinet.agathe.decide(cabinet.head, "narrow", rights=["prepare"]).body
    assert cabinet.head["rights"] == ["prepare"]


RELATIONS = (
    renewed,
    renewed_twice,
    renewed_for_a_second,
    broadened,
    broader_from_next_week,
    transferred,
    asked_to_prolong,
    prolonged,
    asked_for_more,
    renewed_then_broadened,
    broadened_for_less_long,
    narrowed,
)
WAIT_FOR_AN_APPROVAL = (renewed_for_a_second, asked_to_prolong)


def revoke(cabinet: Cabinet) -> None:
    """End the right now."""
    assert cabinet.bruno.decide(cabinet.head, "revoke").status == 200


def revoke_at_a_date(cabinet: Cabinet) -> None:
    """Set an earlier last day."""
    assert cabinet.bruno.decide(cabinet.head, "revoke", at=day(3)).status == 200


def relinquish(cabinet: Cabinet) -> None:
    """Give the right up."""
    assert cabinet.lea.decide(cabinet.head, "relinquish").status == 200


def set_an_earlier_end(cabinet: Cabinet) -> None:
    """Edit the last day."""
    assert cabinet.agathe.decide(cabinet.head, "edit", valid_until=day(3)).status in {200, 403}
    assert cabinet.bruno.decide(cabinet.now(cabinet.head), "revoke", at=day(3)).status == 200


def suspend(cabinet: Cabinet) -> None:
    """Suspend the right."""
    assert cabinet.bruno.decide(cabinet.head, "suspend").status == 200


def suspend_then_revoke(cabinet: Cabinet) -> None:
    """Suspend, then end."""
    suspended = cabinet.bruno.decide(cabinet.head, "suspend").body
    assert cabinet.bruno.decide(suspended, "revoke").status == 200


def leave_the_firm(cabinet: Cabinet) -> None:
    """End the membership of the collaborateur."""
    path = f"/firms/{cabinet.firm.pk}/members/{cabinet.lea.account.pk}"
    assert cabinet.agathe.send("DELETE", path).status in {200, 204}


def end_by_review(cabinet: Cabinet) -> None:
    """End the right in the yearly review."""
    opened = cabinet.agathe.post(f"/firms/{cabinet.firm.pk}/reviews", {})
    review = Review.objects.get(firm=cabinet.firm)
    item = {
        "delegation_id": cabinet.head["id"],
        "version": cabinet.head["version"],
        "answer": "end",
        "key": str(uuid.uuid4()),
    }
    path = f"/firms/{cabinet.firm.pk}/reviews/{review.pk}/answers"
    answered = cabinet.agathe.post(path, {"items": [item]})
    assert (opened.status, answered.body["results"][0]["status"]) == (200, 200), answered.body


GESTURES = (
    revoke,
    revoke_at_a_date,
    set_an_earlier_end,
    relinquish,
    suspend,
    suspend_then_revoke,
    leave_the_firm,
    end_by_review,
)


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda relation: relation.__name__)
@pytest.mark.parametrize("gesture", GESTURES, ids=lambda gesture: gesture.__name__)
@pytest.mark.one_in(4, sqlite=3)
def test_nothing_comes_back_by_the_calendar(
    gesture: Callable[[Cabinet], None], relation: Callable[[Cabinet], None]
) -> None:
    cabinet = Cabinet()
    relation(cabinet)
    gesture(cabinet)
    for days in (4, 8, LAST, LAST + 1, LAST + 31, LAST + 100):
        run_due(after(days))
        assert cabinet.rights(days=days) == ()


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda relation: relation.__name__)
def test_without_a_gesture_the_chain_goes_on(relation: Callable[[Cabinet], None]) -> None:
    cabinet = Cabinet()
    relation(cabinet)
    run_due(after(LAST + 1))
    waits_for_an_approval = relation in (*WAIT_FOR_AN_APPROVAL, broadened_for_less_long)
    assert ("prepare" in cabinet.rights(days=LAST + 1)) is not waits_for_an_approval


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda relation: relation.__name__)
def test_a_suspended_chain_is_given_back_whole(relation: Callable[[Cabinet], None]) -> None:
    cabinet = Cabinet()
    relation(cabinet)
    before = sorted(Delegation.objects.filter(status__in=(*OPEN, *LIVE)).values_list("pk", "status"))
    suspended = cabinet.bruno.decide(cabinet.head, "suspend").body
    resumed = cabinet.bruno.decide(suspended, "resume")
    assert (resumed.status, resumed.body["status"]) == (200, "ACTIVE")
    assert sorted(Delegation.objects.filter(status__in=(*OPEN, *LIVE)).values_list("pk", "status")) == before
    run_due(after(LAST + 1))
    waits_for_an_approval = relation in (*WAIT_FOR_AN_APPROVAL, broadened_for_less_long)
    assert bool(cabinet.rights(days=LAST + 1)) is not waits_for_an_approval


def test_what_another_grantor_gave_stays(subtests: Any) -> None:
    for gesture in (revoke, revoke_at_a_date, relinquish, suspend):
        with subtests.test(gesture=gesture.__name__):
            cabinet = Cabinet()
            cabinet.grant(cabinet.bruno, rights=["prepare"], until=60)
            gesture(cabinet)
            run_due(after(30))
            assert cabinet.rights(days=30) == ("prepare",)


def test_a_renewal_alone_can_be_called_off() -> None:
    cabinet = Cabinet()
    renewal = cabinet.agathe.decide(cabinet.head, "renew").body
    assert cabinet.agathe.decide(renewal, "revoke").status == 200
    assert cabinet.now(cabinet.head)["status"] == "ACTIVE"


def test_a_second_approval_of_a_suspended_chain_gives_nothing() -> None:
    cabinet = Cabinet()
    renewed_for_a_second(cabinet)
    suspend(cabinet)
    waiting = Delegation.objects.get(origin="renewal")
    approved = cabinet.bruno.decide(cabinet.now({"id": str(waiting.pk)}), "approve")
    assert (approved.status, approved.body["status"]) == (200, "SUSPENDED")
    run_due(after(LAST + 1))
    assert cabinet.rights(days=LAST + 1) == ()


def test_ending_what_its_head_already_ended_is_done_already() -> None:
    cabinet = Cabinet()
    renewal = cabinet.agathe.decide(cabinet.head, "renew").body
    items = [
        {"id": case["id"], "action": "revoke", "version": case["version"], "key": key}
        for case, key in (
            (cabinet.head, "4a1c0f4e-0b86-4c3b-9a38-4b6d53c7f2a1"),
            (renewal, "5a1c0f4e-0b86-4c3b-9a38-4b6d53c7f2a1"),
        )
    ]
    results = cabinet.agathe.post("/delegations/decisions", {"items": items}).body["results"]
    assert [one["status"] for one in results] == [200, 200]
    assert results[1]["delegation"]["end_cause"] == "chain_ended"


def test_the_register_says_what_followed_what() -> None:
    cabinet = Cabinet()
    renewal = cabinet.agathe.decide(cabinet.head, "renew").body
    revoke(cabinet)
    line = AuditEvent.objects.filter(object_id=renewal["id"]).latest("number")
    assert (line.action, line.data["chain"], line.data["why"]) == (
        "delegation.revoke",
        cabinet.head["id"],
        {"cause": "chain_ended"},
    )


@pytest.mark.parametrize("status", ["REVOKED", "CEASED"])
def test_a_renewal_left_behind_by_an_older_version_never_starts(status: str) -> None:
    cabinet = Cabinet()
    renewal = cabinet.agathe.decide(cabinet.head, "renew").body
    head = Delegation.objects.get(pk=cabinet.head["id"])
    transitions.move(head, action="revoke", actor=None, at=timezone.now(), status=status, ended_at=timezone.now())
    run_due(after(LAST + 1))
    assert Delegation.objects.get(pk=renewal["id"]).status == "CEASED"
    assert cabinet.rights(days=LAST + 1) == ()


def test_an_end_beyond_the_right_is_the_end_of_what_renews_it() -> None:
    cabinet = Cabinet()
    renewed(cabinet)
    assert cabinet.bruno.decide(cabinet.head, "revoke", at=day(LAST + 10)).status == 200
    for days, expected in ((LAST, ("prepare",)), (LAST + 1, ("prepare",)), (LAST + 10, ("prepare",)), (LAST + 11, ())):
        run_due(after(days))
        assert cabinet.rights(days=days) == expected
