"""The page of each cabinet as the server last gave it, sealed in the file of the account that read it."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.documents import MALFORMED
from comptexpert_desktop.domain.firm_documents import read_firm_page
from comptexpert_desktop.domain.timestamps import from_text, to_text
from comptexpert_desktop.errors import SealBroken, VaultError

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.store.account_file import PrivateFile

_PREFIX = "firm/"


@dataclass(frozen=True, slots=True)
class KnownPage:
    """The page of a cabinet as it was last read on this machine."""

    page: FirmPage
    read_at: datetime


def known(file: PrivateFile, *, firm_id: str) -> KnownPage | None:
    """Read a page; None when there is none, or none that can be read now."""
    try:
        kept = file.secret(f"{_PREFIX}{firm_id}")
        if not kept:
            return None
        document = json.loads(kept)
        return KnownPage(page=read_firm_page(document["page"]), read_at=from_text(document["read_at"]))
    except (VaultError, SealBroken, *MALFORMED):
        return None


def keep(file: PrivateFile, *, page: FirmPage, now: datetime) -> bool:
    """Keep a page; tell whether it says something new. Nothing is kept while the vault is out of reach."""
    before = known(file, firm_id=page.id)
    document = {"read_at": to_text(now), "page": codec.write(page)}
    with suppress(VaultError):
        file.set_secret(f"{_PREFIX}{page.id}", json.dumps(document, ensure_ascii=False))
    return before is None or before.page != page
