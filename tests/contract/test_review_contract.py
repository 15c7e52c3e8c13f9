"""A yearly review, opened, read and answered: the same of the fake and of the real server."""

from __future__ import annotations

import pytest

from comptexpert_desktop.domain.review import Answer, Chosen
from comptexpert_desktop.errors import Refused, SessionExpired
from tests.fakes import new_uuid
from tests.fakes_wire import Call

MADE: dict[str, str] = {}
"""The right that was made for a review, by the review's id: a server may know other rights."""


@pytest.fixture
def firm_id(world):
    return world.server.me(token=world.expert.token).firms[0].id


@pytest.fixture
def review(world, firm_id):
    """The review of a firm where the staff's request was approved; opened by the first test that asks."""
    known = world.server.firm(firm_id, token=world.expert.token).reviews
    if not known:
        body = {"service": "bibliordre", "rights": ["access"], "grantor": world.expert.entry_id, "reason": "x" * 20}
        asked = world.server.submit(Call("POST", "/delegations", body, new_uuid()), token=world.staff.token)
        path = f"/delegations/{asked['id']}/approve"
        granted = Call("POST", path, {}, new_uuid(), if_match=asked["version"])
        right = world.server.submit(granted, token=world.expert.token)
        opening = Call("POST", f"/firms/{firm_id}/reviews", {}, new_uuid())
        known = world.server.change_firm(opening, token=world.expert.token).reviews
        MADE[known[0].id] = str(right["id"])
    return world.server.review(firm_id, known[0].id, token=world.expert.token)


def answered(world, firm_id, review, *chosen):
    return world.server.answer_review(firm_id, review.summary.id, chosen, token=world.expert.token)


def chosen(item, answer, **changes):
    values = {"delegation_id": item.delegation.id, "version": item.delegation.version, "answer": answer}
    return Chosen(**{**values, "key": new_uuid(), **changes})


def ours(world, review):
    """The right of this review that these tests made; the server may know others."""
    return next(one for one in review.items if one.delegation.id == MADE[review.summary.id])


def test_a_review_holds_the_rights_that_live(world, firm_id, review):
    item = ours(world, review)
    assert (review.summary.status, review.summary.total) == ("open", len(review.items))
    assert review.summary.grace_until > review.summary.closes_on
    assert item.last_used_on is None


def test_a_second_one_is_not_opened(world, firm_id, review):
    with pytest.raises(Refused, match="REVIEW_OPEN"):
        world.server.change_firm(Call("POST", f"/firms/{firm_id}/reviews", {}, new_uuid()), token=world.expert.token)


def test_nobody_else_reads_or_answers_it(world, firm_id, review):
    with pytest.raises(Refused, match="NOT_FOUND"):
        world.server.review(firm_id, review.summary.id, token=world.staff.token)
    with pytest.raises(Refused, match="NOT_FOUND"):
        world.server.review(firm_id, new_uuid(), token=world.expert.token)
    with pytest.raises(SessionExpired):
        world.server.review(firm_id, review.summary.id, token="none")
    keep = chosen(ours(world, review), Answer.KEEP)
    with pytest.raises(Refused, match="NOT_FOUND"):
        world.server.answer_review(firm_id, review.summary.id, [keep], token=world.staff.token)


def test_each_answer_has_its_own_result(world, firm_id, review):
    item = ours(world, review)
    version = item.delegation.version
    told = answered(
        world,
        firm_id,
        review,
        chosen(item, Answer.KEEP),
        chosen(item, Answer.KEEP, version=version + 5),
        chosen(item, Answer.END, delegation_id=new_uuid()),
    )
    assert [(one.status, one.code) for one in told] == [(200, ""), (412, "DEL_STALE"), (404, "NOT_FOUND")]
    assert told[1].current.version == version
    after = ours(world, world.server.review(firm_id, review.summary.id, token=world.expert.token))
    assert after.answer is Answer.KEEP
    assert after.answered_by_name


def test_a_key_gets_its_first_answer_again(world, firm_id, review):
    item = ours(world, review)
    ending = chosen(item, Answer.END)
    first = answered(world, firm_id, review, ending)
    assert answered(world, firm_id, review, ending) == first
    assert first[0].status == 200
    after = ours(world, world.server.review(firm_id, review.summary.id, token=world.expert.token))
    assert (after.answer, after.delegation.end_cause, after.is_live) == (Answer.END, "review_ended", False)
    late = answered(world, firm_id, review, chosen(after, Answer.KEEP))
    assert late[0].status == 409
