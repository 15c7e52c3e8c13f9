"""Sign-up forms being filled in, sealed at each change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.documents import read_entry
from comptexpert_desktop.domain.signup import FirstRequest, SignupDraft
from comptexpert_desktop.domain.timestamps import from_text, to_text
from comptexpert_desktop.errors import SealBroken

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from comptexpert_desktop.store.account_file import PrivateFile

_KIND = "draft"
_LINES = ("entry", "grantor")


def save(file: PrivateFile, *, draft: SignupDraft, now: datetime) -> None:
    """Keep a draft; raises a VaultError when it cannot be sealed."""
    sealed = file.seal(codec.write(draft), kind=_KIND, name=draft.id)
    with file.database.transaction():
        file.database.execute(
            "INSERT INTO draft (id, updated_at, sealed) VALUES (:id, :updated_at, :sealed)"
            " ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at, sealed = excluded.sealed",
            {"id": draft.id, "updated_at": to_text(now), "sealed": sealed},
        )


def every(file: PrivateFile) -> list[SignupDraft]:
    """Read the drafts, the newest first; those sealed under a lost key are left out."""
    if not file.is_open:
        return []
    found: list[SignupDraft] = []
    for row in file.database.rows("SELECT id, updated_at, sealed FROM draft ORDER BY updated_at DESC, id"):
        try:
            document = file.unseal(row["sealed"], kind=_KIND, name=row["id"])
        except SealBroken:
            continue
        found.append(read_draft(document, updated_at=from_text(row["updated_at"])))
    return found


def updated_at(file: PrivateFile, *, draft_id: str) -> datetime | None:
    """Tell when a draft was last kept; None when there is none."""
    row = file.database.one("SELECT updated_at FROM draft WHERE id = :id", {"id": draft_id})
    return None if row is None else from_text(row["updated_at"])


def discard(file: PrivateFile, *, draft_id: str) -> None:
    """Forget a draft for good."""
    file.database.execute("DELETE FROM draft WHERE id = :id", {"id": draft_id})
    file.database.purge_deleted()


def read_draft(document: Mapping[str, Any], *, updated_at: datetime | None = None) -> SignupDraft:
    """Read a draft from its document; a version before named the members of a line of the registry."""
    named = {name: list(read_entry(document[name])) for name in _LINES if isinstance(document.get(name), dict)}
    return replace(codec.read(SignupDraft, {**document, **named}), updated_at=updated_at)


def read_first_request(document: object) -> FirstRequest:
    """Read the request that waits inside a draft."""
    return codec.read(FirstRequest, document)
