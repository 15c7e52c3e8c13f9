"""Create a Comptexpert: a form that is never lost, a request that leaves when it can."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain import signup_rules
from comptexpert_desktop.domain.commands import ResendActivation, SignUp
from comptexpert_desktop.domain.documents import items
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.outbox_rules import check_discardable
from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.registry import EntryId, RegistryEntry
from comptexpert_desktop.domain.signup import DraftId, FirstRequest, SignupDraft, SignupProgress, SignupStatus
from comptexpert_desktop.domain.signup_rules import problems
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import InvalidInput, NotAllowed, Problem, SealBroken, VaultError
from comptexpert_desktop.store import drafts as draft_store
from comptexpert_desktop.store import escalations as escalation_store
from comptexpert_desktop.store import outbox as outbox_store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.outbox import SignupRow
    from comptexpert_desktop.store.stores import Stores

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

DOCUMENT_FIELDS = tuple(one.name for one in fields(SignUp) if one.name != "form")
"""What a document may say of a form: what the sign-up says to the server, and what leaves afterwards."""
DOCUMENT_TEXTS = tuple(one.name for one in fields(SignupDraft) if one.type == "str" and one.name in DOCUMENT_FIELDS)
"""What stands there under its own name, as it was typed."""


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
    file = stores.signups
    with file.database.transaction():
        outbox_store.add(
            file,
            signup_rules.sign_up(draft),
            outbox_id=new_id,
            subject=signup_rules.display_name(draft),
            now=now,
            about=draft.profile.value,
        )
        draft_store.discard(file, draft_id=draft.id)
    discard_draft(stores, draft_id=draft.id)
    return frozenset({Topic.DRAFTS, Topic.SIGNUPS, Topic.OUTBOX})


def reopen(stores: Stores, *, outbox_id: str, now: datetime) -> Topics:
    """Turn a sign-up that the server refused back into a form, under the same draft id."""
    for file in stores.signup_files:
        with file.database.transaction():  # no other program sends it meanwhile
            entry = outbox_store.find(file, outbox_id=outbox_id)
            if entry is None or entry.kind is not Kind.SIGNUP:
                continue
            check_discardable(entry)
            command = outbox_store.command_of(file, outbox_id=outbox_id).command
            draft = command.form if isinstance(command, SignUp) else None
            if entry.status is OutboxStatus.SENT or draft is None:
                raise NotAllowed
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


def resend(stores: Stores, *, outbox_id: str, now: datetime, new_id: str) -> str:
    """Queue a question for the activation mail again; returns the entry that asks it, an older one when it waits.

    An account that is active already gets none.
    """
    for file in stores.signup_files:
        entry = outbox_store.find(file, outbox_id=outbox_id)
        if entry is None or entry.status is not OutboxStatus.SENT:
            continue
        with file.database.transaction():  # two programs ask for one mail
            about = about_signup(outbox_id)
            waiting = outbox_store.waiting_about(file, about=about, kind=Kind.RESEND)
            if waiting is not None:
                return waiting.id
            claim = file.secret(claim_name(outbox_id))
            command = ResendActivation(outbox_id, str(entry.answer.get("id") or ""), claim)
            outbox_store.add(file, command, outbox_id=new_id, subject=entry.subject, now=now, about=about)
        return new_id
    raise NotAllowed("NOT_FOUND")


def about_signup(outbox_id: str) -> str:
    """Name what belongs to a sign-up in the outbox."""
    return f"signup/{outbox_id}"


def resent(file: PrivateFile, *, outbox_id: str, answer: Mapping[str, object]) -> None:
    """Remember what asking again came to."""
    is_active = answer.get("status") == SignupStatus.ACTIVATED
    status = SignupStatus.ACTIVATED if is_active else SignupStatus.ACTIVATION_SENT
    outbox_store.set_progress(file, outbox_id=outbox_id, progress=status.value)


def from_document(document: Mapping[str, Any], *, draft_id: str) -> SignupDraft:
    """Read a form from a document with the fields of the API; raises InvalidInput."""
    unknown = [Problem(name, "FIELD_UNKNOWN") for name in document if name not in DOCUMENT_FIELDS]
    if unknown:
        raise InvalidInput(unknown)
    profile = _choice(document, "profile", Profile)
    kind = _choice(document, "kind", OtherKind) if document.get("kind") else None
    agc = document.get("agc") or {}
    if not isinstance(agc, dict):
        raise InvalidInput([Problem("agc", "INVALID_INPUT")])
    texts: dict[str, Any] = {name: str(document.get(name) or "") for name in DOCUMENT_TEXTS}
    draft = SignupDraft(
        id=DraftId(draft_id),
        profile=profile,
        kind=kind,
        entry=_bare_entry(document, profile=profile),
        date_of_birth=_birth(document.get("date_of_birth")),
        grantor=_bare_entry({"entry_id": document.get("grantor_entry_id")}, profile=Profile.EXPERT_COMPTABLE),
        login_id_again=texts["login_id"],
        alternates=tuple(str(item) for item in document.get("alternates") or ()),
        first_requests=_first_requests(document.get("first_requests")),
        agc_name=str(agc.get("name") or ""),
        agc_siren=str(agc.get("siren") or ""),
        **texts,
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
        command = outbox_store.command_of(file, outbox_id=row.entry.id).command
    except (VaultError, SealBroken):
        return ""
    return command.login_id if isinstance(command, SignUp) else ""
