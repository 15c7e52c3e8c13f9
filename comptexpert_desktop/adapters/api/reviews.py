"""The calls about a yearly review."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from comptexpert_desktop.adapters.api_client import Caller, read
from comptexpert_desktop.domain.review_documents import read_review_page

if TYPE_CHECKING:
    from comptexpert_desktop.domain.review import ReviewPage


class ReviewCalls(Caller):
    """Reads a review."""

    def review(self, firm_id: str, review_id: str, *, token: str) -> ReviewPage:
        """Give a review with every right in it; for those who grant for the firm."""
        found = self._call("GET", _path(firm_id, review_id), token=token)
        return read(lambda: read_review_page(found))


def _path(firm_id: str, review_id: str) -> str:
    return f"/firms/{quote(firm_id, safe='')}/reviews/{quote(review_id, safe='')}"
