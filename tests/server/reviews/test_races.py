"""Several people, and the worker, touch one review at the same moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.delegations.last_use import note_use
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.reviews.jobs import run_due
from comptexpert_server.reviews.models import Review, ReviewItem
from tests.server import desk
from tests.server.delegations.test_races import _together
from tests.server.reviews.test_reviews import item, opened, send

pytestmark = pytest.mark.usefixtures("one_file", "transactional_db")
ROUNDS = 3


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_those_who_end_one_right_exactly_one_does(round_: int) -> None:
    del round_
    cabinet = desk.firm()
    agathe, bruno = desk.expert(cabinet), desk.expert(cabinet, surname="Ferrand")
    right = desk.active(desk.staff(), agathe)
    review = opened(agathe, cabinet)
    people = [agathe, bruno] * 4
    answers = _together([lambda one=one: send(one, cabinet, review, item(right, "end")) for one in people])  # type: ignore[misc]
    told = [answer.body["results"][0] for answer in answers]
    assert sorted(one["status"] for one in told) == [200] + [412] * 7
    assert (Delegation.objects.get().version, ReviewItem.objects.get().answer) == (right["version"] + 1, "end")
    assert AuditEvent.objects.filter(action="delegation.revoke").count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_answer_of_a_right_and_its_state_agree(round_: int) -> None:
    del round_
    cabinet = desk.firm()
    agathe, bruno = desk.expert(cabinet), desk.expert(cabinet, surname="Ferrand")
    right = desk.active(desk.staff(), agathe)
    review = opened(agathe, cabinet)
    acts = [(agathe, "keep"), (bruno, "end")] * 4
    answers = _together(
        [lambda one=one, word=word: send(one, cabinet, review, item(right, word)) for one, word in acts]  # type: ignore[misc]
    )
    ended = [answer.body["results"][0]["status"] for answer in answers[1::2]]
    assert ended.count(200) == 1, "what was kept may still be ended"
    assert (Delegation.objects.get().status, ReviewItem.objects.get().answer) == ("REVOKED", "end")
    assert AuditEvent.objects.filter(action="review.kept").count() <= 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_eight_who_open_a_review_open_one(round_: int) -> None:
    del round_
    cabinet = desk.firm()
    agathe = desk.expert(cabinet)
    desk.active(desk.staff(), agathe)
    answers = _together([lambda: agathe.post(f"/firms/{cabinet.pk}/reviews")] * 8)
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    assert (Review.objects.count(), ReviewItem.objects.count()) == (1, 1)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_three_workers_and_a_person_end_a_right_once(round_: int) -> None:
    del round_
    cabinet = desk.firm()
    agathe = desk.expert(cabinet)
    right = desk.active(desk.staff(), agathe)
    review = opened(agathe, cabinet)
    Review.objects.update(
        closes_on=timezone.localdate() - timedelta(days=20), grace_until=timezone.localdate() - timedelta(days=6)
    )

    def work() -> desk.Answer:
        run_due(timezone.now())
        return desk.Answer(0, {}, {})

    answers = _together([work, work, work, lambda: send(agathe, cabinet, review, item(right, "keep"))])
    kept = answers[-1].body["results"][0]["status"] == 200
    run_due(timezone.now())
    assert Delegation.objects.get().status == ("ACTIVE" if kept else "REVOKED")
    assert ReviewItem.objects.get().answer == ("keep" if kept else "lapsed")
    assert AuditEvent.objects.filter(action="review.closed").count() == 1
    assert AuditEvent.objects.filter(action="delegation.review_lapse").count() == int(not kept)


def test_two_sites_that_see_a_holder_at_once_leave_one_row() -> None:
    agathe = desk.expert(desk.firm())
    desk.active(desk.staff(), agathe)
    right = Delegation.objects.get()

    def note() -> desk.Answer:
        note_use([right], on=timezone.localdate())
        return desk.Answer(0, {}, {})

    _together([note] * 8)
    assert right.last_use.on == timezone.localdate()
