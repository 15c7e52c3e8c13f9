"""Reviews as the API takes and tells them; what a firm's page says of each is in `firms.schemas`."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from comptexpert_server.delegations.schemas import DelegationOut, Moment
from comptexpert_server.reviews.rules import Answer
from comptexpert_server.web.schemas import Body

AnswerWord = Literal["", "keep", "end", "lapsed"]


class ItemOut(Schema):
    """One right under review, its answer, and the last day on which its service saw its holder."""

    delegation: DelegationOut
    answer: AnswerWord
    answered_at: Moment | None
    answered_by_name: str
    last_used_on: date | None


class ReviewRowOut(Schema):
    """A yearly review and how far it is."""

    id: UUID
    opened_at: datetime
    opened_by_name: str
    closes_on: date
    grace_until: date
    status: Literal["open", "grace", "closed"]
    total: int
    kept: int
    ended: int
    lapsed: int
    waiting: int


class ReviewOut(ReviewRowOut):
    """A review and every right in it."""

    items: list[ItemOut]


class ReviewIn(Body):
    """The last day to answer; 30 days from now unless said."""

    closes_on: date | None = None


class AnswerIn(Body):
    """One answer, about the version that was seen, with a key of its own."""

    delegation_id: UUID
    version: Annotated[int, Field(ge=1, le=999_999_999)]
    answer: Literal[Answer.KEEP, Answer.END]
    key: UUID


class AnswersIn(Body):
    """Up to 200 answers, each on its own."""

    items: Annotated[list[AnswerIn], Field(min_length=1, max_length=200)]


class AnsweredOut(Schema):
    """What an answer left: kept for its key."""

    delegation_id: UUID
    version: int
    answer: str


class AnswerResult(Schema):
    """What became of one answer: done, or a problem."""

    delegation_id: UUID
    key: UUID
    status: int
    code: str = ""
    version: int | None = None
    problem: dict[str, object] | None = None


class AnswersOut(Schema):
    """One result an item, in the order of the items, and how far the review is now."""

    results: list[AnswerResult]
    review: ReviewRowOut
