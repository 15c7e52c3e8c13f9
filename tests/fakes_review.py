"""Yearly reviews in memory: what those who grant read and answer, each answer once a key."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.domain.firm import ReviewSummary
from comptexpert_desktop.domain.review import LIVE, Answer, ReviewItem, ReviewPage, ReviewResult
from comptexpert_desktop.errors import ComptexpertError, Refused
from tests.fakes_firm import FirmFake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.domain.review import Chosen
    from comptexpert_desktop.domain.session import Me
    from tests.fakes_wire import Call

REVIEW_ID = "b0000000-0000-4000-8000-000000000001"


def a_summary(**changes: Any) -> ReviewSummary:
    """Make a review in figures, open since ten days."""
    made = ReviewSummary(
        id=REVIEW_ID,
        opened_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
        opened_by_name="Hugo Garnier",
        closes_on=date(2026, 4, 1),
        grace_until=date(2026, 4, 15),
        status="open",
        total=0,
        kept=0,
        ended=0,
        lapsed=0,
        waiting=0,
    )
    return replace(made, **changes)


def an_item(delegation: Delegation, **changes: Any) -> ReviewItem:
    """Make a right under review, without an answer."""
    return replace(ReviewItem(delegation, Answer.NONE, None, "", None), **changes)


def a_page(*items: ReviewItem, **changes: Any) -> ReviewPage:
    """Make a review of these rights; its figures follow from them unless they are given."""
    answers = [one.answer for one in items]
    figures = {
        "total": len(items),
        "kept": answers.count(Answer.KEEP),
        "ended": answers.count(Answer.END),
        "lapsed": answers.count(Answer.LAPSED),
        "waiting": answers.count(Answer.NONE),
    }
    return ReviewPage(a_summary(**figures | changes), tuple(items))


@dataclass
class ReviewFake(FirmFake):
    """The part of the fake server about firms and their reviews."""

    reviews: dict[str, ReviewPage] = field(default_factory=dict)
    """By id."""
    answer_calls: list[tuple[Chosen, ...]] = field(default_factory=list)
    """Every call with answers, each attempt."""
    answer_losses: deque[ComptexpertError | None] = field(default_factory=deque)
    """Raised after the effect of the next calls: the answer that was lost."""
    _review_answers: dict[str, ReviewResult] = field(default_factory=dict)

    def review(self, firm_id: str, review_id: str, *, token: str) -> ReviewPage:
        self._called("review")
        self._granted(firm_id, self._signed_in(token))
        if review_id not in self.reviews:
            raise Refused("NOT_FOUND")
        return self.reviews[review_id]

    def answer_review(
        self, firm_id: str, review_id: str, answers: Sequence[Chosen], *, token: str
    ) -> tuple[ReviewResult, ...]:
        page = self.review(firm_id, review_id, token=token)
        self.answer_calls.append(tuple(answers))
        told = tuple(self._review_answers.get(one.key) or self._tell(page, one) for one in answers)
        self._review_answers |= {one.key: one for one in told if not one.code}
        if self.answer_losses and (lost := self.answer_losses.popleft()) is not None:
            raise lost
        return told

    def _changed(self, page: FirmPage, rest: list[str], *, call: Call, me: Me) -> FirmPage:
        if rest != ["reviews"]:
            return super()._changed(page, rest, call=call, me=me)
        if any(one.status != "closed" for one in page.reviews):
            raise Refused("REVIEW_OPEN")
        live = [an_item(one) for one in self.delegations.values() if one.firm.id == page.id and one.status in LIVE]
        if not live:
            raise Refused("REVIEW_NOTHING")
        opened = a_page(*live, opened_by_name=me.account.display_name)
        self.reviews[opened.summary.id] = opened
        return replace(page, reviews=(opened.summary, *page.reviews))

    def _tell(self, page: ReviewPage, one: Chosen) -> ReviewResult:
        item = page.item(one.delegation_id)
        if item is None:
            return ReviewResult(one.key, 404, "NOT_FOUND", None)
        if page.summary.status == "closed":
            return ReviewResult(one.key, 409, "REVIEW_CLOSED", None)
        if item.delegation.version != one.version:
            return ReviewResult(one.key, 412, "DEL_STALE", item.delegation)
        if not item.is_live:
            return ReviewResult(one.key, 409, "DEL_WRONG_STATUS", item.delegation)
        delegation = item.delegation
        if one.answer is Answer.END:
            ended = {"status": Status.REVOKED, "end_cause": "review_ended", "version": one.version + 1}
            delegation = replace(delegation, **ended)  # type: ignore[arg-type]  # the fields are named above
        done = replace(item, delegation=delegation, answer=one.answer, answered_by_name="Claire AUBIER")
        now = self.reviews[page.summary.id]
        items = tuple(done if each.delegation.id == one.delegation_id else each for each in now.items)
        self.reviews[page.summary.id] = replace(
            a_page(*items), summary=replace(a_page(*items).summary, **_kept(now.summary))
        )
        return ReviewResult(one.key, 200, "", None)


def _kept(summary: ReviewSummary) -> dict[str, Any]:
    names = ("id", "opened_at", "opened_by_name", "closes_on", "grace_until", "status")
    return {name: getattr(summary, name) for name in names}
