"""Sign-up forms being filled in, sealed at each change."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.clock import from_text, optional_date, to_text
from comptexpert_desktop.domain.documents import read_entry, text, texts, write_entry
from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.signup import DraftId, FirstRequest, SignupDraft
from comptexpert_desktop.errors import StoreDamaged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from comptexpert_desktop.store.private import PrivateFile

_KIND = "draft"
_TEXTS = (
    "registration_number",
    "email",
    "given_name",
    "surname",
    "firm_hint",
    "login_id",
    "login_id_again",
    "agc_name",
    "agc_siren",
    "typed_birth",
)


def save(file: PrivateFile, *, draft: SignupDraft, now: datetime) -> None:
    """Keep a draft; raises a VaultError when it cannot be sealed."""
    sealed = file.seal(write_draft(draft), kind=_KIND, name=draft.id)
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
        except StoreDamaged:
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
    file.database.forget_deleted()


def write_draft(draft: SignupDraft) -> dict[str, object]:
    """Write a draft as a document."""
    document: dict[str, object] = {name: getattr(draft, name) for name in _TEXTS}
    return document | {
        "id": draft.id,
        "profile": draft.profile.value if draft.profile else None,
        "kind": draft.kind.value if draft.kind else None,
        "entry": write_entry(draft.entry) if draft.entry else None,
        "date_of_birth": draft.date_of_birth.isoformat() if draft.date_of_birth else None,
        "grantor": write_entry(draft.grantor) if draft.grantor else None,
        "alternates": list(draft.alternates),
        "first_requests": [write_first_request(request) for request in draft.first_requests],
        "also_expert": draft.also_expert,
    }


def read_draft(document: Mapping[str, Any], *, updated_at: datetime | None = None) -> SignupDraft:
    """Read a draft from its document."""
    entry, grantor = document.get("entry"), document.get("grantor")
    profile, kind, born = document.get("profile"), document.get("kind"), document.get("date_of_birth")
    return SignupDraft(
        id=DraftId(str(document["id"])),
        profile=Profile(profile) if profile else None,
        kind=OtherKind(kind) if kind else None,
        entry=read_entry(entry) if entry else None,
        date_of_birth=date.fromisoformat(str(born)) if born else None,
        grantor=read_entry(grantor) if grantor else None,
        alternates=texts(document.get("alternates")),
        first_requests=tuple(read_first_request(item) for item in document.get("first_requests") or ()),
        updated_at=updated_at,
        also_expert=document.get("also_expert"),
        **{name: text(document.get(name)) for name in _TEXTS},
    )


def write_first_request(request: FirstRequest) -> dict[str, object]:
    """Write the request that waits inside a draft."""
    return {
        "service": request.service,
        "rights": list(request.rights),
        "reason": request.reason,
        "valid_until": request.valid_until.isoformat() if request.valid_until else None,
    }


def read_first_request(document: Mapping[str, Any]) -> FirstRequest:
    """Read the request that waits inside a draft."""
    return FirstRequest(
        service=str(document["service"]),
        rights=texts(document["rights"]),
        reason=str(document["reason"]),
        valid_until=optional_date(document.get("valid_until")),
    )
