"""The documents of a yearly review, read into the domain's words and written back to be kept."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.clock import optional_date, optional_time, to_text
from comptexpert_desktop.domain.documents import items, read_delegation, text, write_delegation
from comptexpert_desktop.domain.firm_documents import read_review_summary
from comptexpert_desktop.domain.review import Answer, ReviewItem, ReviewPage, Told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comptexpert_desktop.domain.firm import ReviewSummary
    from comptexpert_desktop.domain.review import Chosen


def read_review_page(document: Mapping[str, Any]) -> ReviewPage:
    """Read a review with every right in it; raises KeyError, TypeError or ValueError."""
    return ReviewPage(
        summary=read_review_summary(document), items=tuple(_read_item(item) for item in items(document["items"]))
    )


def write_review_page(page: ReviewPage) -> dict[str, object]:
    """Write a review as the server would."""
    return {**_write_summary(page.summary), "items": [_write_item(item) for item in page.items]}


def write_answers(chosen: Sequence[Chosen]) -> dict[str, object]:
    """Write the answers of one call."""
    return {
        "items": [
            {"delegation_id": one.delegation_id, "version": one.version, "answer": one.answer.value, "key": one.key}
            for one in chosen
        ]
    }


def read_told(document: Mapping[str, Any]) -> tuple[Told, ...]:
    """Read what the server said of each answer of a call."""
    return tuple(_read_told(result) for result in items(document["results"]))


def _write_summary(summary: ReviewSummary) -> dict[str, object]:
    days = {"closes_on": summary.closes_on.isoformat(), "grace_until": summary.grace_until.isoformat()}
    return {**asdict(summary), **days, "opened_at": to_text(summary.opened_at)}


def _read_told(document: Mapping[str, Any]) -> Told:
    problem = document.get("problem") or {}
    current = problem.get("current")
    return Told(
        key=str(document["key"]),
        status=int(document["status"]),
        code=text(document.get("code")),
        current=read_delegation(current) if current else None,
    )


def _read_item(document: Mapping[str, Any]) -> ReviewItem:
    return ReviewItem(
        delegation=read_delegation(document["delegation"]),
        answer=Answer(document["answer"]),
        answered_at=optional_time(document.get("answered_at")),
        answered_by_name=text(document.get("answered_by_name")),
        last_used_on=optional_date(document.get("last_used_on")),
    )


def _write_item(item: ReviewItem) -> dict[str, object]:
    return {
        "delegation": write_delegation(item.delegation),
        "answer": item.answer.value,
        "answered_at": None if item.answered_at is None else to_text(item.answered_at),
        "answered_by_name": item.answered_by_name,
        "last_used_on": None if item.last_used_on is None else item.last_used_on.isoformat(),
    }
