"""What time does to a review: it opens at its date, recalls, ends what nobody answered for, and closes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.clock import today
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.registry.models import Firm
from comptexpert_server.reviews.jobs import run_due
from comptexpert_server.reviews.models import Review
from tests.server import desk
from tests.server.reviews.test_reviews import item, numbers, opened, page, send

if TYPE_CHECKING:
    from tests.server.desk import Desk

pytestmark = pytest.mark.django_db


def _in(days: float) -> datetime:
    return timezone.now() + timedelta(days=days)


@pytest.fixture
def cabinet() -> Firm:
    return desk.firm()


@pytest.fixture
def agathe(cabinet: Firm) -> Desk:
    return desk.expert(cabinet)


@pytest.fixture
def lea() -> Desk:
    return desk.staff()


def _mails(text: str) -> int:
    return Email.objects.filter(message__contains=text).count()


def test_it_opens_by_itself_at_the_date_of_the_firm(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    desk.active(lea, agathe)
    Firm.objects.filter(pk=cabinet.pk).update(review_on=f"{today() + timedelta(days=3):%m-%d}")
    assert run_due(_in(2)) == 0
    assert run_due(_in(3)) == 1
    review = Review.objects.get()
    assert (review.opened_by, review.opened_by_name) == (None, "")
    assert AuditEvent.objects.get(action="review.opened").actor is None
    assert run_due(_in(4)) == 0


def test_it_opens_again_a_year_later(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    right = desk.active(lea, agathe)
    Firm.objects.filter(pk=cabinet.pk).update(review_on=f"{today():%m-%d}")
    run_due(_in(0))
    send(agathe, cabinet, {"id": str(Review.objects.get().pk)}, item(right, "keep"))
    assert run_due(_in(31)) == 1
    assert Review.objects.filter(closed_at=None).count() == 0
    assert run_due(_in(367)) == 1
    assert Review.objects.filter(closed_at=None).count() == 1


def test_a_firm_where_nothing_lives_opens_none(cabinet: Firm) -> None:
    Firm.objects.filter(pk=cabinet.pk).update(review_on=f"{today():%m-%d}")
    assert run_due(_in(0)) == 0
    assert not Review.objects.exists()


def test_those_whose_rights_wait_are_reminded_twice(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    bruno = desk.expert(cabinet, surname="Ferrand")
    kept, _silent = desk.active(lea, agathe), desk.active(desk.staff(), bruno)
    send(agathe, cabinet, opened(agathe, cabinet), item(kept, "keep"))
    Email.objects.all().delete()
    for days in range(45):
        run_due(_in(days))
    found = [mail.to[0] for mail in Email.objects.filter(message__contains="attendent une réponse\u00a0: 1")]
    assert found == ["ferrand@alba.example"] * 2
    assert (_mails("se termine le"), _mails("La date de la revue annuelle est passée")) == (1, 1)


def test_what_nobody_answered_for_ends_after_the_grace(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    silent, kept = desk.active(lea, agathe), desk.active(lea, agathe, service="rfc")
    review = opened(agathe, cabinet)
    send(agathe, cabinet, review, item(kept, "keep"))
    run_due(_in(44))
    assert Delegation.objects.get(pk=silent["id"]).status == "ACTIVE"
    run_due(_in(45))
    row = Delegation.objects.get(pk=silent["id"])
    assert (row.status, row.end_cause) == ("REVOKED", "review_unanswered")
    assert Delegation.objects.get(pk=kept["id"]).status == "ACTIVE"
    shown = page(agathe, cabinet, review)
    assert (shown["status"], numbers(shown)) == ("closed", [2, 1, 0, 1, 0])
    line = AuditEvent.objects.get(action="delegation.review_lapse")
    assert (line.actor, line.data["why"]["cause"], line.data["review"]) == (None, "review_unanswered", review["id"])
    assert AuditEvent.objects.get(action="review.closed").data["lapsed"] == 1
    assert _mails("la revue annuelle du cabinet est restée sans réponse") == 2
    assert _mails("Gardés\u00a0: 1. Terminés\u00a0: 0. Sans réponse, donc terminés\u00a0: 1.") == 1


def test_it_may_be_answered_during_the_grace(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    right = desk.active(lea, agathe)
    review = opened(agathe, cabinet)
    Review.objects.update(closes_on=today() - timedelta(days=1))
    assert page(agathe, cabinet, review)["status"] == "grace"
    assert send(agathe, cabinet, review, item(right, "keep")).body["results"][0]["status"] == 200
    assert run_due(_in(0)) == 1
    assert page(agathe, cabinet, review)["status"] == "closed"


def test_a_second_worker_finds_nothing_left(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    desk.active(lea, agathe)
    opened(agathe, cabinet)
    run_due(_in(45))
    assert run_due(_in(45)) == 0
    assert AuditEvent.objects.filter(action="delegation.review_lapse").count() == 1


def test_a_right_that_ends_during_the_review_is_no_longer_waited_for(cabinet: Firm, agathe: Desk, lea: Desk) -> None:
    right = desk.active(lea, agathe)
    review = opened(agathe, cabinet)
    agathe.decide(right, "revoke")
    run_due(_in(31))
    shown = page(agathe, cabinet, review)
    assert (shown["status"], numbers(shown)) == ("closed", [1, 0, 0, 0, 0])
    assert Delegation.objects.get(pk=right["id"]).end_cause == "revoked"
