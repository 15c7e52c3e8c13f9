"""The yearly review of each cabinet as the server last gave it, sealed in the file of the account that read it."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.documents import MALFORMED
from comptexpert_desktop.domain.review_documents import read_review_page, write_review_page
from comptexpert_desktop.domain.timestamps import from_text, to_text
from comptexpert_desktop.errors import SealBroken, VaultError

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.review import ReviewItem, ReviewPage
    from comptexpert_desktop.store.account_file import PrivateFile

_PREFIX = "review/"


def known(file: PrivateFile, *, firm_id: str) -> tuple[ReviewPage | None, datetime | None]:
    """Read a review and when it was read; nothing when there is none, or none that can be read now."""
    try:
        kept = file.secret(f"{_PREFIX}{firm_id}")
        if not kept:
            return None, None
        document = json.loads(kept)
        page = read_review_page(document["page"]) if document["page"] else None
        return page, from_text(document["read_at"])
    except (VaultError, SealBroken, *MALFORMED):
        return None, None


def firms(file: PrivateFile) -> list[str]:
    """List the cabinets of which a review was read."""
    rows = file.database.rows("SELECT name FROM secret WHERE name GLOB :names", {"names": f"{_PREFIX}*"})
    return [str(row["name"]).removeprefix(_PREFIX) for row in rows]


def item(file: PrivateFile, *, firm_id: str, delegation_id: str) -> ReviewItem | None:
    """Read one right under review."""
    page, _ = known(file, firm_id=firm_id)
    return None if page is None else page.item(delegation_id)


def keep(file: PrivateFile, *, firm_id: str, page: ReviewPage | None, now: datetime | None) -> None:
    """Keep a review; `now` is None for what an answer changed in the one that is known."""
    read_at = known(file, firm_id=firm_id)[1] if now is None else now
    if read_at is None:
        return
    document = {"read_at": to_text(read_at), "page": None if page is None else write_review_page(page)}
    with suppress(VaultError):
        file.set_secret(f"{_PREFIX}{firm_id}", json.dumps(document, ensure_ascii=False))
