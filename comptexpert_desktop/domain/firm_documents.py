"""The document of a cabinet, read into the domain's words; it is kept on this machine as the server wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.documents import read_document
from comptexpert_desktop.domain.firm import FirmPage
from comptexpert_desktop.domain.timestamps import check_month_day

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_firm_page(document: Mapping[str, Any]) -> FirmPage:
    """Read a cabinet with all that its grantors see; raises one of documents.MALFORMED."""
    page = read_document(FirmPage, document)
    waiting = page.pending("review_on")
    check_month_day(page.review_on)
    if waiting is not None and isinstance(waiting.value, str):
        check_month_day(waiting.value)
    return page
