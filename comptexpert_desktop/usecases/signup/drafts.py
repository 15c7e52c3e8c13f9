"""Sign-up forms beyond one window: two windows on the same form, copies, files of the person's own."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.profile import Flow, flow_of
from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.errors import InvalidInput, NotAllowed, Problem
from comptexpert_desktop.store import drafts as draft_store
from comptexpert_desktop.usecases.signup import signup

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.stores import Stores

ELSEWHERE = "DRAFT_ELSEWHERE"
MAX_FILE = 64 * 1024
"""Bytes; the longest form is a tenth of it."""

_OF_THE_REGISTRY = frozenset({"entry_id", "registration_number", "date_of_birth"})
_OF_A_PERSON = frozenset({"kind", "email", "firm_hint", "grantor_entry_id", "agc", "first_requests"})


@dataclass
class DraftVersion:
    """What one window last knew of the form that it edits; used where the store is, and nowhere else."""

    id: DraftId
    at: datetime | None = None
    """When the form was last kept; None before the first time."""
    in_memory: bool = False
    """The vault is out of reach: what was kept goes away with the program."""


def keep(stores: Stores, *, draft: SignupDraft, version: DraftVersion, now: datetime, copy_id: str) -> Topics:
    """Keep a form as it stands in a window.

    Raises NotAllowed when another window changed, sent or discarded it: what was entered here is then kept as a
    form of its own under `copy_id`, and what the other window did stays.
    """
    file = stores.signups
    with file.database.transaction():
        is_ours = _stored_at(stores, draft_id=version.id) == version.at
        if not is_ours:
            version.id = DraftId(copy_id)
        topics = signup.save_draft(stores, draft=replace(draft, id=version.id), now=now)
    version.at, version.in_memory = now, file.in_memory
    if not is_ours:
        raise NotAllowed(ELSEWHERE, data={"draft_id": copy_id})
    return topics


def send(
    stores: Stores, *, draft: SignupDraft, version: DraftVersion, now: datetime, new_id: str, copy_id: str
) -> Topics:
    """Queue the form of a window, unless another window changed, sent or discarded it meanwhile."""
    with stores.signups.database.transaction():  # two windows never send one form
        if _stored_at(stores, draft_id=version.id) == version.at:
            return signup.submit(stores, draft=replace(draft, id=version.id), now=now, new_id=new_id)
    return keep(stores, draft=draft, version=version, now=now, copy_id=copy_id)  # which says that it is elsewhere


def duplicate(stores: Stores, *, draft: SignupDraft, now: datetime, new_id: str) -> Topics:
    """Start another form from this one; the identifiants stay behind, since each is one account's alone."""
    copy = replace(draft, id=DraftId(new_id), login_id="", login_id_again="", alternates=())
    return signup.save_draft(stores, draft=copy, now=now)


def to_file(draft: SignupDraft) -> bytes:
    """Write a form as `signup --from` reads it, complete or not; in plain text, at the person's wish."""
    return (json.dumps(_document(draft), indent=2, ensure_ascii=False) + "\n").encode()


def from_file(content: bytes, *, draft_id: str) -> SignupDraft:
    """Read a form that was saved to a file; raises InvalidInput."""
    try:
        document = json.loads(content) if len(content) <= MAX_FILE else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise InvalidInput([Problem("file", "INVALID_INPUT")])
    return signup.from_document(document, draft_id=draft_id)


def _document(draft: SignupDraft) -> dict[str, object]:
    """List what was entered for this profile, and nothing of another one."""
    if draft.profile is None:
        raise InvalidInput([Problem("profile", "FIELD_REQUIRED")])
    flow = flow_of(draft.profile)
    by_registry = flow is Flow.REGISTRY or (flow is Flow.AGC_HEAD and draft.also_expert is not False)
    typed, entry = codec.write(draft), draft.entry
    found: dict[str, object] = typed | {
        "given_name": entry.given_name if entry else draft.given_name,
        "surname": entry.surname if entry else draft.surname,
        "entry_id": entry.entry_id if entry else "",
        "grantor_entry_id": draft.grantor.entry_id if draft.grantor else "",
        "agc": {"name": draft.agc_name, "siren": draft.agc_siren} if flow is Flow.AGC_HEAD else None,
    }
    others = _OF_A_PERSON if by_registry else _OF_THE_REGISTRY
    said = (name for name in signup.DOCUMENT_FIELDS if name not in others)
    return {name: found[name] for name in said if found[name]}


def _stored_at(stores: Stores, *, draft_id: str) -> datetime | None:
    times = (draft_store.updated_at(file, draft_id=draft_id) for file in stores.signup_files)
    return next((time for time in times if time is not None), None)
