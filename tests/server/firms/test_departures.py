"""A collaborateur leaves the firm at a day that is set beforehand."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.firms.models import Membership
from tests.server import desk

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_server.registry.models import Firm

pytestmark = pytest.mark.django_db


class Leaving:
    """Agathe's firm, and Léa who holds a right there and will leave."""

    def __init__(self) -> None:
        self.firm: Firm = desk.firm()
        self.agathe = desk.expert(self.firm)
        self.lea = desk.staff()
        self.right = desk.active(self.lea, self.agathe)

    def leave(self, on: date | str, *, by: desk.Desk | None = None) -> desk.Answer:
        path = f"/firms/{self.firm.pk}/members/{self.lea.account.pk}?on={on}"
        return (by or self.agathe).send("DELETE", path)

    def status(self) -> str:
        return str(self.lea.get(f"/delegations/{self.right['id']}").body["status"])


@pytest.fixture
def leaving() -> Leaving:
    return Leaving()


def _evening(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


def test_rights_last_until_the_evening_of_the_last_day(leaving: Leaving) -> None:
    last = timezone.localdate() + timedelta(days=10)
    answer = leaving.leave(last)
    assert (answer.status, [one["leaves_on"] for one in answer.body["members"]]) == (200, [last.isoformat()])
    assert run_due(_evening(last)) == 0
    assert leaving.status() == "ACTIVE"
    assert run_due(_evening(last) + timedelta(minutes=2)) == 1
    assert leaving.status() == "CEASED"
    assert leaving.agathe.get(f"/firms/{leaving.firm.pk}").body["members"] == []
    assert run_due(_evening(last) + timedelta(minutes=4)) == 0


def test_the_register_tells_the_plan_and_the_end(leaving: Leaving) -> None:
    last = timezone.localdate()
    leaving.leave(last)
    run_due(_evening(last) + timedelta(hours=1))
    told = AuditEvent.objects.filter(action__startswith="member.l") | AuditEvent.objects.filter(action="member.ended")
    lines = list(told.order_by("number").values_list("action", "actor", "data"))
    for _, _, data in lines:
        assert data.pop("said")
    assert lines == [
        ("member.leaving", leaving.agathe.account.pk, {"on": last.isoformat()}),
        ("member.ended", None, {}),
    ]


def test_the_member_is_told_which_day_is_the_last(leaving: Leaving) -> None:
    before = Email.objects.count()
    last = timezone.localdate() + timedelta(days=10)
    leaving.leave(last)
    (told,) = Email.objects.order_by("pk")[before:]
    assert told.to == [leaving.lea.account.email]
    assert f"{last:%d/%m/%Y}" in told.message


def test_the_last_day_may_be_moved_and_a_departure_made_at_once(leaving: Leaving) -> None:
    last = timezone.localdate() + timedelta(days=10)
    leaving.leave(last)
    later = last + timedelta(days=10)
    assert leaving.leave(later).body["members"][0]["leaves_on"] == later.isoformat()
    run_due(_evening(last) + timedelta(days=1))
    assert leaving.status() == "ACTIVE"
    at_once = leaving.agathe.send("DELETE", f"/firms/{leaving.firm.pk}/members/{leaving.lea.account.pk}")
    assert (at_once.status, leaving.status()) == (200, "CEASED")


def test_what_is_granted_meanwhile_ends_with_the_rest(leaving: Leaving) -> None:
    last = timezone.localdate() + timedelta(days=10)
    leaving.leave(last)
    later = leaving.agathe.grant(leaving.lea.account, service="rfc").body
    run_due(_evening(last) + timedelta(hours=1))
    assert leaving.lea.get(f"/delegations/{later['id']}").body["status"] == "CEASED"


def _stay(leaving: Leaving, *, by: desk.Desk | None = None) -> desk.Answer:
    path = f"/firms/{leaving.firm.pk}/members/{leaving.lea.account.pk}/departure"
    return (by or leaving.agathe).send("DELETE", path)


def test_a_planned_departure_is_cancelled_and_nothing_ends(leaving: Leaving) -> None:
    last = timezone.localdate() + timedelta(days=10)
    leaving.leave(last)
    answer = _stay(leaving)
    assert (answer.status, [one["leaves_on"] for one in answer.body["members"]]) == (200, [None])
    assert run_due(_evening(last) + timedelta(hours=1)) == 0
    assert leaving.status() == "ACTIVE"
    lines = AuditEvent.objects.filter(action="member.staying").values_list("actor", "data__on")
    assert list(lines) == [(leaving.agathe.account.pk, last.isoformat())]


def test_who_was_told_of_a_departure_is_told_that_they_stay(leaving: Leaving) -> None:
    last = timezone.localdate() + timedelta(days=10)
    leaving.leave(last)
    before = Email.objects.count()
    _stay(leaving)
    (told,) = Email.objects.order_by("pk")[before:]
    assert told.to == [leaving.lea.account.email]
    assert f"prévu le {last:%d/%m/%Y}, est annulé" in told.message


def test_to_cancel_what_is_not_planned_changes_and_says_nothing(leaving: Leaving) -> None:
    before = Email.objects.count(), AuditEvent.objects.count()
    assert _stay(leaving).status == 200
    assert (Email.objects.count(), AuditEvent.objects.count()) == before


def test_nobody_else_cancels_a_departure(leaving: Leaving) -> None:
    leaving.leave(timezone.localdate() + timedelta(days=10))
    assert _stay(leaving, by=leaving.lea).status == 404
    assert _stay(leaving, by=desk.expert(desk.firm("Autre"))).status == 404
    assert Membership.objects.get(account=leaving.lea.account).leaves_on is not None


def test_the_person_and_the_grantor_see_the_last_day_before_it_comes(leaving: Leaving) -> None:
    last = timezone.localdate() + timedelta(days=10)
    seen = leaving.lea.get("/sync").body["cursor"]
    leaving.leave(last)
    assert [one["leaves_on"] for one in leaving.lea.get("/me").body["firms"]] == [last.isoformat()]
    for person in (leaving.lea, leaving.agathe):
        assert person.get(f"/delegations/{leaving.right['id']}").body["leaves_on"] == last.isoformat()
    (changed,) = leaving.lea.get("/sync", cursor=seen).body["delegations"]
    assert (changed["leaves_on"], changed["version"]) == (last.isoformat(), leaving.right["version"])


def test_a_right_is_not_effective_after_the_last_day_even_before_the_worker_comes(leaving: Leaving) -> None:
    Membership.objects.update(leaves_on=timezone.localdate() - timedelta(days=1))
    assert leaving.lea.get(f"/delegations/{leaving.right['id']}").body["effective"] is False
    Membership.objects.update(leaves_on=timezone.localdate())
    assert leaving.lea.get(f"/delegations/{leaving.right['id']}").body["effective"] is True


def test_the_days_that_a_cancelled_departure_gives_back_are_shown_before(leaving: Leaving) -> None:
    last = timezone.localdate() + timedelta(days=10)
    leaving.leave(last)
    stays = {"firm": str(leaving.firm.pk), "member": str(leaving.lea.account.pk), "stays": True}
    shown = leaving.agathe.post("/delegations/effects", {"gestures": [stays]}).body
    assert (shown["loses"], {one["from"] for one in shown["gains"]}) == ([], {(last + timedelta(days=1)).isoformat()})
    assert Membership.objects.get(account=leaving.lea.account).leaves_on == last


@pytest.mark.parametrize(
    ("on", "code"),
    [
        ("2027-02-29", "DATE_FROM_DATETIME_PARSING"),
        ("demain", "DATE_FROM_DATETIME_PARSING"),
        ("2001-01-01", "IN_THE_PAST"),
        ("4102444800", "DATE_FROM_DATETIME_PARSING"),
    ],
)
def test_a_last_day_that_cannot_be_is_refused(leaving: Leaving, on: str, code: str) -> None:
    answer = leaving.leave(on)
    assert (answer.status, [one["code"] for one in answer.body["errors"]]) == (422, [code])
    assert Membership.objects.get(account=leaving.lea.account).leaves_on is None


def test_nobody_else_sets_a_last_day(leaving: Leaving) -> None:
    day = timezone.localdate()
    assert leaving.leave(day, by=leaving.lea).status == 404
    assert leaving.leave(day, by=desk.expert(desk.firm("Autre"))).status == 404


def test_who_never_was_a_member_does_not_leave(leaving: Leaving) -> None:
    path = f"/firms/{leaving.firm.pk}/members/{desk.account().pk}?on={timezone.localdate()}"
    assert leaving.agathe.send("DELETE", path).status == 404


def test_a_direct_grant_makes_a_member_who_can_leave(leaving: Leaving) -> None:
    noe = desk.staff()
    right = leaving.agathe.grant(noe.account).body
    assert leaving.agathe.send("DELETE", f"/firms/{leaving.firm.pk}/members/{noe.account.pk}").status == 200
    assert noe.get(f"/delegations/{right['id']}").body["status"] == "CEASED"


def test_no_right_begins_after_the_last_day(leaving: Leaving) -> None:
    last = timezone.localdate() + timedelta(days=10)
    asked = desk.pending(leaving.lea, leaving.agathe, service="rfc")
    leaving.leave(last)
    late, last_day = ((last + timedelta(days=days)).isoformat() for days in (1, 0))
    fault = [{"field": "valid_from", "code": "AFTER_DEPARTURE"}]
    csv = f"grantee,service,rights,valid_from\n{leaving.lea.account.login_id},network,access,{late}\n"
    preview = leaving.agathe.client.generic(
        "POST",
        "/api/v1/delegations/imports?dry_run=true",
        data=csv,
        content_type="text/csv",
        headers={"Authorization": f"Bearer {leaving.agathe.token}", "Idempotency-Key": str(uuid.uuid4())},
    )
    right = leaving.agathe.get(f"/delegations/{leaving.right['id']}").body
    refused = [
        leaving.agathe.grant(leaving.lea.account, service="network", valid_from=late).body,
        leaving.agathe.decide(asked, "approve", valid_from=late).body,
        leaving.agathe.decide(right, "renew").body,
        preview.json()["lines"][0]["problem"],
    ]
    assert [one["errors"] for one in refused] == [fault] * 4
    assert leaving.agathe.grant(leaving.lea.account, service="network", valid_from=last_day).status == 201
    leaving.agathe.send("DELETE", f"/firms/{leaving.firm.pk}/members/{leaving.lea.account.pk}/departure")
    assert leaving.agathe.decide(asked, "approve", valid_from=late).status == 200
