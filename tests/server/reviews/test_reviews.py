"""A firm reviews its rights: each is kept or ended, by who may, once."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.clock import today
from comptexpert_server.delegations.models import Delegation, LastUse
from comptexpert_server.reviews.jobs import run_due
from comptexpert_server.reviews.models import Review
from tests.server import desk

if TYPE_CHECKING:
    from comptexpert_server.registry.models import Firm
    from tests.server.desk import Answer, Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def cabinet() -> Firm:
    return desk.firm()


@pytest.fixture
def agathe(cabinet: Firm) -> Desk:
    return desk.expert(cabinet)


@pytest.fixture
def bruno(cabinet: Firm) -> Desk:
    return desk.expert(cabinet, surname="Ferrand")


@pytest.fixture
def lea() -> Desk:
    return desk.staff()


def opened(person: Desk, cabinet: Firm, **body: object) -> dict[str, Any]:
    answer = person.post(f"/firms/{cabinet.pk}/reviews", body)
    assert answer.status == 200, answer.body
    return dict(answer.body["reviews"][0])


def page(person: Desk, cabinet: Firm, review: dict[str, Any]) -> dict[str, Any]:
    answer = person.get(f"/firms/{cabinet.pk}/reviews/{review['id']}")
    assert answer.status == 200, answer.body
    return dict(answer.body)


def item(right: dict[str, Any], answer: str, **changes: object) -> dict[str, Any]:
    base = {"delegation_id": right["id"], "version": right["version"], "answer": answer, "key": str(uuid.uuid4())}
    return base | changes


def send(person: Desk, cabinet: Firm, review: dict[str, Any], *items: dict[str, Any]) -> Answer:
    return person.post(f"/firms/{cabinet.pk}/reviews/{review['id']}/answers", {"items": list(items)})


def numbers(row: dict[str, Any]) -> list[int]:
    return [row[name] for name in ("total", "kept", "ended", "lapsed", "waiting")]


def test_a_review_holds_the_rights_that_live_when_it_opens(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    live, held = desk.active(lea, agathe), desk.active(lea, agathe, service="bibliobase")
    agathe.decide(held, "suspend")
    desk.pending(lea, agathe, service="rfc")
    agathe.decide(desk.active(lea, agathe, service="network"), "revoke")
    review = opened(agathe, cabinet)
    assert (review["status"], review["opened_by_name"]) == ("open", "Agathe Delorme")
    assert review["closes_on"] == (today() + timedelta(days=30)).isoformat()
    assert review["grace_until"] == (today() + timedelta(days=44)).isoformat()
    desk.active(lea, agathe, service="directory_page")
    shown = page(agathe, cabinet, review)
    assert {one["delegation"]["id"] for one in shown["items"]} == {live["id"], held["id"]}
    assert numbers(shown) == [2, 0, 0, 0, 2]
    assert AuditEvent.objects.get(action="review.opened").data["total"] == 2


def test_only_one_is_open_and_only_where_a_right_lives(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    path = f"/firms/{cabinet.pk}/reviews"
    empty = agathe.post(path)
    assert (empty.status, empty.code) == (409, "REVIEW_NOTHING")
    desk.active(lea, agathe)
    opened(agathe, cabinet)
    again = agathe.post(path)
    assert (again.status, again.code) == (409, "REVIEW_OPEN")


@pytest.mark.parametrize(("days", "code"), [(6, "TOO_SOON"), (91, "TOO_LATE")])
def test_its_last_day_is_neither_too_soon_nor_too_late(cabinet: Firm, agathe: Desk, days: int, code: str) -> None:
    day = (today() + timedelta(days=days)).isoformat()
    answer = agathe.post(f"/firms/{cabinet.pk}/reviews", {"closes_on": day})
    assert (answer.status, answer.body["errors"]) == (422, [{"field": "closes_on", "code": code}])


def test_a_right_is_kept_by_its_grantor_and_stays_as_it_is(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    right = desk.active(lea, agathe)
    review = opened(agathe, cabinet)
    answer = send(agathe, cabinet, review, item(right, "keep"))
    assert (answer.body["results"][0]["status"], numbers(answer.body["review"])) == (200, [1, 1, 0, 0, 0])
    (shown,) = page(agathe, cabinet, review)["items"]
    assert (shown["answer"], shown["answered_by_name"]) == ("keep", "Agathe Delorme")
    assert (shown["delegation"]["status"], shown["delegation"]["version"]) == ("ACTIVE", right["version"])
    line = AuditEvent.objects.get(action="review.kept")
    assert (line.object_id, line.actor) == (right["id"], agathe.account.pk)


def test_a_peer_ends_a_right_and_the_register_says_why(cabinet: Firm, agathe: Desk, bruno: Desk, lea: Desk) -> None:
    right = desk.active(lea, agathe)
    review = opened(agathe, cabinet)
    answer = send(bruno, cabinet, review, item(right, "end"))
    assert (answer.body["results"][0]["status"], numbers(answer.body["review"])) == (200, [1, 0, 1, 0, 0])
    row = Delegation.objects.get(pk=right["id"])
    assert (row.status, row.end_cause) == ("REVOKED", "review_ended")
    line = AuditEvent.objects.get(action="delegation.revoke")
    assert (line.actor, line.data["why"]["cause"]) == (bruno.account.pk, "review_ended")


def test_what_was_kept_may_still_be_ended_and_what_is_ended_stays_so(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    right = desk.active(lea, agathe)
    review = opened(agathe, cabinet)
    send(agathe, cabinet, review, item(right, "keep"))
    assert send(agathe, cabinet, review, item(right, "end")).body["results"][0]["status"] == 200
    late = send(agathe, cabinet, review, item(right, "keep"))
    assert late.body["results"][0]["code"] == "DEL_STALE"
    assert numbers(late.body["review"]) == [1, 0, 1, 0, 0]


def test_nobody_answers_for_his_own_right(cabinet: Firm, agathe: Desk, bruno: Desk) -> None:
    row = desk.active(desk.staff(), agathe)
    Delegation.objects.filter(pk=row["id"]).update(grantee=bruno.account)
    review = opened(agathe, cabinet)
    for answer in ("keep", "end"):
        result = send(bruno, cabinet, review, item(row, answer)).body["results"][0]
        assert (result["status"], result["code"]) == (403, "DEL_SELF")
    assert numbers(page(agathe, cabinet, review)) == [1, 0, 0, 0, 1]


def test_a_stale_answer_gets_the_right_as_it_is_and_holds_no_other(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    moved, still = desk.active(lea, agathe), desk.active(lea, agathe, service="rfc")
    review = opened(agathe, cabinet)
    agathe.decide(moved, "suspend")
    for answer in ("keep", "end"):
        body = send(agathe, cabinet, review, item(moved, answer), item(still, "keep")).body
        assert [(one["status"], one["code"]) for one in body["results"]] == [(412, "DEL_STALE"), (200, "")]
        assert body["results"][0]["problem"]["current"]["status"] == "SUSPENDED"
    current = body["results"][0]["problem"]["current"]
    assert send(agathe, cabinet, review, item(current, "keep")).body["results"][0]["status"] == 200


def test_a_lost_answer_is_given_again_and_has_one_effect(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    right = desk.active(lea, agathe)
    review = opened(agathe, cabinet)
    sent = item(right, "end")
    first, second = (send(agathe, cabinet, review, sent).body for _time in range(2))
    assert first["results"] == second["results"]
    assert AuditEvent.objects.filter(action="delegation.revoke").count() == 1
    other = send(agathe, cabinet, review, sent | {"answer": "keep"}).body["results"][0]
    assert other["code"] == "KEY_REUSED"


def test_one_key_opens_one_review(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    desk.active(lea, agathe)
    key = str(uuid.uuid4())
    answers = [agathe.post(f"/firms/{cabinet.pk}/reviews", {}, key=key) for _time in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert Review.objects.count() == 1


def test_two_hundred_answers_go_in_one_call_and_no_more(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    right = desk.active(lea, agathe)
    review = opened(agathe, cabinet)
    assert send(agathe, cabinet, review, *[item(right, "keep") for _one in range(201)]).status == 422
    assert send(agathe, cabinet, review).status == 422


def test_a_right_of_another_firm_or_of_none_is_not_found(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    desk.active(lea, agathe)
    review = opened(agathe, cabinet)
    elsewhere = desk.firm("Brume")
    theirs = desk.active(desk.staff(), desk.expert(elsewhere, surname="Hamon"))
    new = desk.active(lea, agathe, service="rfc")
    for right in (theirs, new, {"id": str(uuid.uuid4()), "version": 1}):
        assert send(agathe, cabinet, review, item(right, "end")).body["results"][0]["status"] == 404
    assert Delegation.objects.filter(status="ACTIVE").count() == 3


def test_a_review_is_read_at_its_own_firm_alone(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    desk.active(lea, agathe)
    review = opened(agathe, cabinet)
    other = desk.firm("Brume")
    stranger = desk.expert(other, surname="Hamon")
    for person, firm in ((stranger, cabinet), (stranger, other), (lea, cabinet)):
        assert person.get(f"/firms/{firm.pk}/reviews/{review['id']}").status == 404
        assert send(person, firm, review, item({"id": str(uuid.uuid4()), "version": 1}, "end")).status == 404


def test_what_ended_otherwise_counts_in_no_part(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    given_up, kept = desk.active(lea, agathe), desk.active(lea, agathe, service="rfc")
    review = opened(agathe, cabinet)
    send(agathe, cabinet, review, item(kept, "keep"))
    lea.decide(given_up, "relinquish")
    assert numbers(page(agathe, cabinet, review)) == [2, 1, 0, 0, 0]


def test_the_last_day_of_use_is_shown_where_a_service_told_it(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    used, silent = desk.active(lea, agathe), desk.active(lea, agathe, service="rfc")
    LastUse.objects.create(delegation_id=used["id"], on=today())
    shown = page(agathe, cabinet, opened(agathe, cabinet))["items"]
    uses = {one["delegation"]["id"]: one["last_used_on"] for one in shown}
    assert uses == {used["id"]: today().isoformat(), silent["id"]: None}


def test_a_closed_review_takes_no_answer(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    right = desk.active(lea, agathe)
    review = opened(agathe, cabinet)
    run_due(timezone.now() + timedelta(days=45))
    result = send(agathe, cabinet, review, item(right, "keep")).body["results"][0]
    assert (result["status"], result["code"]) == (409, "REVIEW_CLOSED")


def test_everybody_who_grants_is_told_that_a_review_opens(cabinet: Firm, agathe: Desk, bruno: Desk, lea: Desk) -> None:
    desk.active(lea, agathe)
    Email.objects.all().delete()
    opened(agathe, cabinet)
    mails = list(Email.objects.all())
    assert sorted(mail.to[0] for mail in mails) == ["delorme@alba.example", "ferrand@alba.example"]
    assert "Droits à revoir\u00a0: 1." in mails[0].message
    assert "Quémener" not in "".join(mail.message + mail.subject for mail in mails)


def test_the_clients_of_all_who_grant_learn_of_a_review(cabinet: Firm, agathe: Desk, bruno: Desk, lea: Desk) -> None:
    desk.active(lea, agathe)
    cursor = bruno.get("/sync").body["cursor"]
    assert bruno.get("/sync", cursor=cursor).status == 304
    opened(agathe, cabinet)
    assert bruno.get("/sync", cursor=cursor).status == 200


def test_those_who_grant_read_in_me_that_a_review_is_open(cabinet: Firm, agathe: Desk, bruno: Desk, lea: Desk) -> None:
    right = desk.active(lea, agathe)
    desk.active(lea, agathe, service="rfc")
    assert bruno.get("/me").body["reviews"] == []
    review = opened(agathe, cabinet)
    send(agathe, cabinet, review, item(right, "keep"))
    (told,) = bruno.get("/me").body["reviews"]
    assert (told["firm_id"], told["review_id"], told["status"]) == (str(cabinet.pk), review["id"], "open")
    assert (told["total"], told["waiting"]) == (2, 1)
    assert lea.get("/me").body["reviews"] == []
    run_due(timezone.now() + timedelta(days=45))
    assert bruno.get("/me").body["reviews"] == []


def test_the_absent_reads_in_me_who_asks_to_cover_him(cabinet: Firm, agathe: Desk, bruno: Desk) -> None:
    absent = str(desk.grantor_of(agathe).pk)
    body = {"absent": absent, "ends_on": (today() + timedelta(days=9)).isoformat(), "reason": "Congé de maternité"}
    assert bruno.post(f"/firms/{cabinet.pk}/absences", body).status in {200, 201}
    (asked,) = agathe.get("/me").body["absences"]
    assert (asked["firm_id"], asked["cover_name"]) == (str(cabinet.pk), "Agathe Ferrand")
    assert bruno.get("/me").body["absences"] == []
