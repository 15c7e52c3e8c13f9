"""Create a Comptexpert: a form that is never lost, a request that leaves when it can."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain import signup_rules
from comptexpert_desktop.domain.documents import items
from comptexpert_desktop.domain.outbox import Kind, OutboxEntry, OutboxId, OutboxStatus, Write
from comptexpert_desktop.domain.outbox_rules import check_discardable
from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.registry import EntryId, RegistryEntry
from comptexpert_desktop.domain.signup import DraftId, FirstRequest, SignupDraft, SignupProgress, SignupStatus
from comptexpert_desktop.domain.signup_rules import problems
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import InvalidInput, NotAllowed, Problem, StoreDamaged, VaultError
from comptexpert_desktop.store import drafts as draft_store
from comptexpert_desktop.store import escalations as escalation_store
from comptexpert_desktop.store import outbox as outbox_store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.outbox import SignupRow
    from comptexpert_desktop.store.private import PrivateFile
    from comptexpert_desktop.store.stores import Stores
    from comptexpert_desktop.usecases.ports import Doors

__all__ = [
    "SignupClaim",
    "claim_of",
    "discard_draft",
    "drafts",
    "from_document",
    "problems",
    "progress",
    "reopen",
    "resend",
    "resent",
    "save_draft",
    "submit",
]

_DOCUMENT_FIELDS = frozenset(
    [
        "profile",
        "kind",
        "entry_id",
        "registration_number",
        "date_of_birth",
        "email",
        "given_name",
        "surname",
        "agc",
        "firm_hint",
        "grantor_entry_id",
        "login_id",
        "alternates",
        "first_requests",
    ]
)


@dataclass(frozen=True, slots=True)
class SignupClaim:
    """What proves to the server that a sign-up was made here."""

    signup_id: str
    claim: str = field(repr=False)


def drafts(stores: Stores) -> tuple[SignupDraft, ...]:
    """List the forms being filled in, the newest first."""
    return tuple(draft for file in stores.signup_files for draft in draft_store.every(file))


def save_draft(stores: Stores, *, draft: SignupDraft, now: datetime) -> Topics:
    """Keep a form as it stands; in memory only while the vault is out of reach."""
    draft_store.save(stores.signups, draft=draft, now=now)
    return frozenset({Topic.DRAFTS})


def discard_draft(stores: Stores, *, draft_id: str) -> Topics:
    """Forget a form for good."""
    for file in stores.signup_files:
        draft_store.discard(file, draft_id=draft_id)
    return frozenset({Topic.DRAFTS})


def submit(stores: Stores, *, draft: SignupDraft, now: datetime, new_id: str) -> Topics:
    """Queue a sign-up in the place of its form, in one transaction; raises InvalidInput."""
    found = problems(draft, today=now.date())
    if found or draft.profile is None:
        raise InvalidInput(found)
    entry = OutboxEntry(
        id=OutboxId(new_id),
        kind=Kind.SIGNUP,
        account="",
        subject=signup_rules.display_name(draft),
        delegation_id="",
        created_at=now,
        status=OutboxStatus.QUEUED,
        code="",
        attempts=0,
        next_attempt_at=now,
    )
    write = Write(
        method="POST",
        path="/signups",
        body=signup_rules.body(draft),
        extra={
            "alternates": [alternate for alternate in draft.alternates if alternate],
            "draft": draft_store.write_draft(draft),
        },
    )
    file = stores.signups
    with file.database.transaction():
        outbox_store.add(file, entry=entry, write=write, about=draft.profile.value)
        draft_store.discard(file, draft_id=draft.id)
    discard_draft(stores, draft_id=draft.id)
    return frozenset({Topic.DRAFTS, Topic.SIGNUPS, Topic.OUTBOX})


def reopen(stores: Stores, *, outbox_id: str, now: datetime) -> Topics:
    """Turn a sign-up that the server refused back into a form, under the same draft id."""
    for file in stores.signup_files:
        entry = outbox_store.find(file, outbox_id=outbox_id)
        if entry is None or entry.kind is not Kind.SIGNUP:
            continue
        check_discardable(entry)
        _, write = outbox_store.write_of(file, outbox_id=outbox_id)
        if "draft" not in write.extra:
            raise NotAllowed
        draft = draft_store.read_draft(_document(write.extra["draft"]))
        with file.database.transaction():
            draft_store.save(file, draft=draft, now=now)
            outbox_store.delete(file, outbox_id=outbox_id)
        return frozenset({Topic.DRAFTS, Topic.SIGNUPS, Topic.OUTBOX})
    return frozenset()


def progress(stores: Stores) -> tuple[SignupProgress, ...]:
    """List the sign-ups made on this machine, the newest first."""
    return tuple(_progress(file, row) for file in stores.signup_files for row in outbox_store.signups(file))


def claim_of(stores: Stores, *, outbox_id: str) -> SignupClaim | None:
    """Read what proves that a sign-up was made here; None before the server took it."""
    for file in stores.signup_files:
        entry = outbox_store.find(file, outbox_id=outbox_id)
        if entry is not None and entry.status is OutboxStatus.SENT:
            return SignupClaim(str(entry.answer.get("id") or ""), file.secret(claim_name(outbox_id)))
    return None


def claim_name(outbox_id: str) -> str:
    """Name the secret that holds the claim of a sign-up."""
    return f"claim/{outbox_id}"


def resend(doors: Doors, *, claim: SignupClaim) -> SignupStatus:
    """Ask for the activation mail again; an account that is active already gets none."""
    status = doors.server.resend_activation(claim.signup_id, claim=claim.claim)
    return SignupStatus.ACTIVATED if status == SignupStatus.ACTIVATED else SignupStatus.ACTIVATION_SENT


def resent(stores: Stores, *, outbox_id: str, status: SignupStatus) -> Topics:
    """Remember what asking again came to."""
    for file in stores.signup_files:
        outbox_store.set_progress(file, outbox_id=outbox_id, progress=status.value)
    return frozenset({Topic.SIGNUPS})


def from_document(document: Mapping[str, Any], *, draft_id: str) -> SignupDraft:
    """Read a form from a document with the fields of the API; raises InvalidInput."""
    unknown = [Problem(name, "FIELD_UNKNOWN") for name in document if name not in _DOCUMENT_FIELDS]
    if unknown:
        raise InvalidInput(unknown)
    profile = _choice(document, "profile", Profile)
    kind = _choice(document, "kind", OtherKind) if document.get("kind") else None
    agc = document.get("agc") or {}
    if not isinstance(agc, dict):
        raise InvalidInput([Problem("agc", "INVALID_INPUT")])
    login_id = str(document.get("login_id") or "")
    draft = SignupDraft(
        id=DraftId(draft_id),
        profile=profile,
        kind=kind,
        entry=_bare_entry(document, profile=profile),
        date_of_birth=_birth(document.get("date_of_birth")),
        grantor=_bare_entry({"entry_id": document.get("grantor_entry_id")}, profile=Profile.EXPERT_COMPTABLE),
        registration_number=str(document.get("registration_number") or ""),
        email=str(document.get("email") or ""),
        given_name=str(document.get("given_name") or ""),
        surname=str(document.get("surname") or ""),
        firm_hint=str(document.get("firm_hint") or ""),
        login_id=login_id,
        login_id_again=login_id,
        alternates=tuple(str(item) for item in document.get("alternates") or ()),
        first_requests=_first_requests(document.get("first_requests")),
        agc_name=str(agc.get("name") or ""),
        agc_siren=str(agc.get("siren") or ""),
    )
    if profile is Profile.AGC_HEAD:
        draft = replace(draft, also_expert=draft.entry is not None or bool(draft.registration_number))
    return draft


def _choice(document: Mapping[str, Any], name: str, choices: type[Any]) -> Any:  # noqa: ANN401
    try:
        return choices(document.get(name))
    except ValueError:
        raise InvalidInput([Problem(name, "INVALID_INPUT")]) from None


def _birth(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        raise InvalidInput([Problem("date_of_birth", "DATE_INVALID")]) from None


def _bare_entry(document: Mapping[str, Any], *, profile: Profile) -> RegistryEntry | None:
    """Read who was chosen; the names, when they are given, are for the eye alone."""
    if not document.get("entry_id"):
        return None
    surname, given_name = (str(document.get(name) or "") for name in ("surname", "given_name"))
    return RegistryEntry(EntryId(str(document["entry_id"])), surname, given_name, "", "", profile.value)


def _first_requests(value: object) -> tuple[FirstRequest, ...]:
    try:
        return tuple(draft_store.read_first_request(item) for item in items(value or []))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise InvalidInput([Problem("first_requests", "INVALID_INPUT")]) from None


def _document(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _progress(file: PrivateFile, row: SignupRow) -> SignupProgress:
    match row.entry.status:
        case OutboxStatus.NEEDS_YOU:
            status = SignupStatus.NEEDS_YOU
        case OutboxStatus.SENT:
            status = SignupStatus(row.progress or SignupStatus.ACTIVATION_SENT)
        case _:
            status = SignupStatus.WAITING
    return SignupProgress(
        outbox_id=row.entry.id,
        profile=Profile(row.profile),
        display_name=row.entry.subject,
        login_id=_login_id(file, row),
        status=status,
        code=row.entry.code,
        masked_email=str(row.entry.answer.get("masked_email") or ""),
        created_at=row.entry.created_at,
        answer=row.entry.answer,
        escalation=escalation_store.find(file, outbox_id=row.entry.id),
    )


def _login_id(file: PrivateFile, row: SignupRow) -> str:
    answered = row.entry.answer.get("login_id")
    if answered:
        return str(answered)
    try:
        return str(outbox_store.write_of(file, outbox_id=row.entry.id)[1].body.get("login_id") or "")
    except (VaultError, StoreDamaged):
        return ""
