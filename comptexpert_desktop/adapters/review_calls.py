"""The calls about a yearly review."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from comptexpert_desktop.adapters.calling import Caller, read
from comptexpert_desktop.domain.review_documents import read_review_page, read_told, write_answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.review import Chosen, ReviewPage, Told


class ReviewCalls(Caller):
    """Reads a review and answers it; opening one is a change of the firm."""

    def review(self, firm_id: str, review_id: str, *, token: str) -> ReviewPage:
        """Give a review with every right in it; for those who grant for the firm."""
        found = self._call("GET", _path(firm_id, review_id), token=token)
        return read(lambda: read_review_page(found))

    def answer_review(self, firm_id: str, review_id: str, answers: Sequence[Chosen], *, token: str) -> tuple[Told, ...]:
        """Send at most 200 answers; tells what each key came to."""
        path = f"{_path(firm_id, review_id)}/answers"
        found = self._call("POST", path, token=token, document=write_answers(answers))
        return read(lambda: read_told(found))


def _path(firm_id: str, review_id: str) -> str:
    return f"/firms/{quote(firm_id, safe='')}/reviews/{quote(review_id, safe='')}"
