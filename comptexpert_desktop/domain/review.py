"""The yearly review of a firm's rights: each is kept or ended, and what nobody answers for ends by itself (BR-19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.codec import document
from comptexpert_desktop.domain.delegation import Delegation, Status
from comptexpert_desktop.domain.firm import ReviewSummary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_ANSWERS = 200
"""How many answers travel in one call."""
LIVE = frozenset({Status.ACTIVE, Status.SCHEDULED, Status.SUSPENDED})


class Answer(StrEnum):
    """What became of a right under review."""

    NONE = ""
    KEEP = "keep"
    END = "end"
    LAPSED = "lapsed"


@document
@dataclass(frozen=True, slots=True)
class OpenReview:
    """A review that is open in a firm of the person, as `/me` tells it."""

    firm_id: str
    review_id: str
    closes_on: date
    grace_until: date
    status: str
    """`open` or `grace`."""
    total: int
    waiting: int


@document
@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One right under review; `last_used_on` is the last day on which its service saw its holder."""

    delegation: Delegation
    answer: Answer
    answered_at: datetime | None = None
    answered_by_name: str = ""
    last_used_on: date | None = None

    @property
    def is_live(self) -> bool:
        """Tell whether the right still lives."""
        return self.delegation.status in LIVE


@document
@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A review and every right in it."""

    summary: ReviewSummary
    items: tuple[ReviewItem, ...]

    def item(self, delegation_id: str) -> ReviewItem | None:
        """Find the item of a right."""
        return next((one for one in self.items if one.delegation.id == delegation_id), None)


@dataclass(frozen=True, slots=True)
class Chosen:
    """An answer that the person chose here and that the server has not confirmed; `key` was made when they chose."""

    delegation_id: str
    version: int
    answer: Answer
    key: str
    was_sent: bool = False
    """It left this machine and its answer was lost: the same key goes again."""
    code: str = ""
    """Why the server did not take it; empty while nothing was refused."""


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """What the server said of one answer."""

    key: str
    status: int
    code: str
    current: Delegation | None
    """The right as it is now, when it moved since it was seen."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a review is, with what was chosen here and not sent."""

    total: int
    reviewed: int
    waiting: int
    chosen: int
    refused: int


def why_not(item: ReviewItem, *, account_id: str, is_closed: bool) -> str:
    """Give the code of why a person may not answer for a right; empty when they may."""
    if is_closed:
        return "REVIEW_CLOSED"
    if item.delegation.grantee.account_id == account_id:
        return "DEL_SELF"
    return "" if item.is_live else "REVIEW_ITEM_OVER"


def waits(item: ReviewItem) -> bool:
    """Tell whether a right still waits for an answer."""
    return item.answer is Answer.NONE and item.is_live


def standing(page: ReviewPage, *, chosen: Mapping[str, Chosen]) -> Standing:
    """Count what is reviewed, what waits, and what was chosen here."""
    waiting = sum(waits(item) and item.delegation.id not in chosen for item in page.items)
    refused = sum(bool(one.code) for one in chosen.values())
    return Standing(
        total=len(page.items),
        reviewed=len(page.items) - waiting,
        waiting=waiting,
        chosen=len(chosen) - refused,
        refused=refused,
    )


def otherwise(summary: ReviewSummary) -> int:
    """Count the rights that ended before any answer."""
    return summary.total - summary.kept - summary.ended - summary.lapsed - summary.waiting


def current_of(reviews: Iterable[ReviewSummary]) -> ReviewSummary | None:
    """Give the review to show: the open one, else the latest."""
    known = sorted(reviews, key=lambda one: one.opened_at, reverse=True)
    return next((one for one in known if one.status != "closed"), known[0] if known else None)
