"""Bring a refusal to the Conseil régional, follow the file, and let the request leave again once it is mended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain import outbox_rules, replay_rules
from comptexpert_desktop.domain.commands import OpenEscalation, SignUp
from comptexpert_desktop.domain.documents import read_council
from comptexpert_desktop.domain.escalation import CAUSES, FOLLOWED, Escalation, FileStatus
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.errors import NotAllowed, Refused, SealBroken, ServerError
from comptexpert_desktop.store import escalations as escalation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.signup.signup import about_signup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.registry import RegionalCouncil
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.stores import Stores

_CHANGED = frozenset({Topic.SIGNUPS, Topic.OUTBOX})
_TOO_MANY = "TOO_MANY_REQUESTS"


def open_file(stores: Stores, *, outbox_id: str, now: datetime, new_id: str) -> Topics:
    """Open a file about a refused sign-up; the next turn tells the server. Raises NotAllowed for other refusals."""
    file, _ = _about(stores, outbox_id)
    with file.database.transaction():  # another program may open one too
        escalation = escalation_store.find(file, outbox_id=outbox_id)
        entry = outbox_store.find(file, outbox_id=outbox_id)
        if entry is None or entry.status is not OutboxStatus.NEEDS_YOU or entry.code not in CAUSES:
            raise NotAllowed
        if escalation is not None and escalation.status in FOLLOWED:
            return NOTHING
        command = outbox_store.command_of(file, outbox_id=outbox_id).command
        if not isinstance(command, SignUp):
            raise NotAllowed
        made = Escalation(
            key=new_id,
            code=entry.code,
            opened_at=now,
            registration_number=_number(command),
            council=_council(entry.answer.get("council")),
        )
        escalation_store.keep(file, outbox_id=outbox_id, escalation=made)
        _queue_opening(file, entry=entry, command=command, escalation=made, now=now)
    return _CHANGED


def queue_openings(file: PrivateFile, *, now: datetime) -> None:
    """Queue the opening of each file that the server does not know, under its key: it went back to before it, too."""
    for outbox_id, escalation in escalation_store.every(file):
        entry = outbox_store.find(file, outbox_id=outbox_id)
        if escalation.status is not FileStatus.ASKED or entry is None:
            continue
        opening = outbox_store.find(file, outbox_id=escalation.key)
        if opening is not None and opening.status is OutboxStatus.SENT:
            outbox_store.offer_again(file, outbox_id=opening.id, code=replay_rules.RESTORED_CODE, now=now)
        if opening is not None:
            continue
        try:
            command = outbox_store.command_of(file, outbox_id=outbox_id).command
        except SealBroken:
            continue
        if isinstance(command, SignUp):
            _queue_opening(file, entry=entry, command=command, escalation=escalation, now=now)


def _queue_opening(
    file: PrivateFile, *, entry: OutboxEntry, command: SignUp, escalation: Escalation, now: datetime
) -> None:
    opening = OpenEscalation(
        signup_outbox_id=entry.id,
        code=escalation.code,
        entry_id=command.entry_id,
        registration_number=command.registration_number,
    )
    about = about_signup(entry.id)
    outbox_store.add(file, opening, outbox_id=escalation.key, subject=entry.subject, now=now, about=about)


def choose_council(stores: Stores, *, outbox_id: str, council: RegionalCouncil) -> Topics:
    """Note which Conseil régional the person chose, when the entry does not tell."""
    return _change(stores, outbox_id, lambda kept: replace(kept, council=council))


def reminded(stores: Stores, *, outbox_id: str, now: datetime) -> Topics:
    """Note that the person wrote to the council again: the next reminder counts from now."""
    return _change(stores, outbox_id, lambda kept: replace(kept, opened_at=now))


def _change(stores: Stores, outbox_id: str, change: Callable[[Escalation], Escalation]) -> Topics:
    file, _ = _about(stores, outbox_id)
    with file.database.transaction():  # what the server said meanwhile stays
        escalation = escalation_store.find(file, outbox_id=outbox_id)
        if escalation is not None:
            escalation_store.keep(file, outbox_id=outbox_id, escalation=change(escalation))
    return _CHANGED


def question_of(file: PrivateFile, *, outbox_id: str) -> Escalation | None:
    """Return the file that a turn has to ask about; None when there is nothing to ask."""
    escalation = escalation_store.find(file, outbox_id=outbox_id)
    if escalation is None or escalation.status is not FileStatus.OPEN or not escalation.id:
        return None
    return escalation


def settle(
    file: PrivateFile, *, outbox_id: str, answer: Mapping[str, Any] | ServerError | None, now: datetime
) -> Topics:
    """Keep what the server said of a file; once the registry is corrected the sign-up is queued again."""
    before = escalation_store.find(file, outbox_id=outbox_id)
    entry = outbox_store.find(file, outbox_id=outbox_id)
    if before is None or entry is None or answer is None or entry.kind is not Kind.SIGNUP:
        return NOTHING
    after = _after(before, answer)
    if after == before:
        return NOTHING
    with file.database.transaction():
        escalation_store.keep(file, outbox_id=outbox_id, escalation=after)
        if after.status is FileStatus.CORRECTED and entry.status is OutboxStatus.NEEDS_YOU:
            key = outbox_rules.next_key(outbox_id, reason=f"corrected/{after.id}")
            outbox_store.requeue(file, outbox_id=outbox_id, now=now, key=key)
    return _CHANGED


def _after(before: Escalation, answer: Mapping[str, Any] | ServerError) -> Escalation:
    if isinstance(answer, ServerError):
        is_final = isinstance(answer, Refused) and answer.code != _TOO_MANY
        return replace(before, status=FileStatus.UNTRACKED) if is_final else before
    status = str(answer.get("status"))
    return replace(
        before,
        id=str(answer.get("id") or before.id),
        reference=str(answer.get("reference") or before.reference),
        claim=str(answer.get("claim") or before.claim),
        status=FileStatus(status) if status in {"open", "corrected", "closed"} else before.status,
        council=_council(answer.get("council")) or before.council,
        answer=str(answer.get("answer") or ""),
    )


def _about(stores: Stores, outbox_id: str) -> tuple[PrivateFile, Escalation | None]:
    for file in stores.signup_files:
        if outbox_store.find(file, outbox_id=outbox_id) is not None:
            return file, escalation_store.find(file, outbox_id=outbox_id)
    raise SealBroken("OUTBOX_NOT_FOUND")


def _number(command: SignUp) -> str:
    entry = command.form.entry if command.form is not None else None
    return command.registration_number or (entry.registration_number if entry is not None else "")


def _council(value: object) -> RegionalCouncil | None:
    if not isinstance(value, dict) or not value.get("name"):
        return None
    return read_council({"code": "", **value})
