"""The documents of a yearly review, read into the domain's words and written back to be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.documents import items, number, read_delegation, read_document, required_text, text
from comptexpert_desktop.domain.review import ReviewPage, ReviewResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comptexpert_desktop.domain.review import Chosen


def read_review_page(document: Mapping[str, Any]) -> ReviewPage:
    """Read a review with every right in it; raises one of documents.MALFORMED."""
    return read_document(ReviewPage, {"summary": document, "items": document["items"]})


def write_review_page(page: ReviewPage) -> dict[str, object]:
    """Write a review as the server would."""
    written = codec.write(page)
    return {**written["summary"], "items": written["items"]}


def write_answers(chosen: Sequence[Chosen]) -> dict[str, object]:
    """Write the answers of one call."""
    return {
        "items": [
            {"delegation_id": one.delegation_id, "version": one.version, "answer": one.answer.value, "key": one.key}
            for one in chosen
        ]
    }


def read_results(document: Mapping[str, Any]) -> tuple[ReviewResult, ...]:
    """Read what the server said of each answer of a call."""
    return tuple(_read_result(result) for result in items(document["results"]))


def _read_result(document: Mapping[str, Any]) -> ReviewResult:
    problem = document.get("problem") or {}
    current = problem.get("current")
    return ReviewResult(
        key=required_text(document["key"]),
        status=number(document["status"]),
        code=text(document.get("code")),
        current=read_delegation(current) if current else None,
    )
