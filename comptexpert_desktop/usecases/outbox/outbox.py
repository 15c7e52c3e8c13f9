"""Look after the outbox: see, try again, correct, discard."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.commands import AnswerReview, Ask, ChangeFirm, Decide, Grant, SignUp
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.outbox_rules import UNKNOWN_CODE, check_discardable, is_discardable, next_key
from comptexpert_desktop.domain.replay_rules import FORGOTTEN_CODE
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.errors import NotAllowed, SealBroken
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import firm_pages, review_pages
from comptexpert_desktop.store import outbox as outbox_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.commands import Command
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.stores import Stores

LEFT_CODE = "DECISION_LEFT"
_STILL_HERE = frozenset({OutboxStatus.QUEUED, OutboxStatus.NEEDS_YOU})
_CHANGED = frozenset({Topic.OUTBOX, Topic.DELEGATIONS, Topic.SIGNUPS})


def entries(stores: Stores) -> tuple[OutboxEntry, ...]:
    """List everything that this person wrote, the newest first; readable without the vault."""
    found = [entry for file in stores.files for entry in outbox_store.every(file)]
    return tuple(sorted(found, key=lambda entry: (entry.created_at, entry.id), reverse=True))


def retry(stores: Stores, *, outbox_id: str, now: datetime) -> Topics:
    """Try again now.

    What was refused is asked as a new write, of the version of the delegation that is known now; what may
    have had its effect keeps its key.
    """
    with _entry_of(stores, outbox_id) as (file, entry):
        if entry.status is OutboxStatus.SENT:
            raise NotAllowed
        if entry.code == FORGOTTEN_CODE:  # what was entered is gone: the form opens again instead
            raise NotAllowed(FORGOTTEN_CODE)
        key = None
        if entry.status is OutboxStatus.NEEDS_YOU and not entry.is_uncertain:
            key = next_key(outbox_id, reason=f"retry/{now.isoformat()}")
            _look_again(file, entry=entry)
        if entry.status in (OutboxStatus.NEEDS_YOU, OutboxStatus.QUEUED):
            outbox_store.requeue(file, outbox_id=outbox_id, now=now, key=key)
    return _CHANGED


def amend(stores: Stores, *, outbox_id: str, now: datetime, firm: str = "", login_id: str = "") -> Topics:
    """Correct what was refused, the cabinet or the identifiant, and try again as a new write."""
    key = next_key(outbox_id, reason=f"amend/{now.isoformat()}/{firm}{login_id}")
    with _entry_of(stores, outbox_id) as (file, entry):
        if entry.status is not OutboxStatus.NEEDS_YOU:
            raise NotAllowed
        if entry.is_uncertain:  # another body under another key could do it twice
            raise NotAllowed(UNKNOWN_CODE)
        command = outbox_store.command_of(file, outbox_id=outbox_id).command
        match command:
            case Ask() | Grant() if firm:
                command = replace(command, firm=firm)
            case SignUp() if login_id:
                command = replace(command, login_id=login_id)
            case _:
                raise NotAllowed
        outbox_store.rewrite(file, outbox_id=outbox_id, command=command, key=key)
        outbox_store.requeue(file, outbox_id=outbox_id, now=now, key=None)
    return _CHANGED


def find(stores: Stores, *, outbox_id: str) -> OutboxEntry | None:
    """Read one entry; None when it is not here any more."""
    found = (outbox_store.find(file, outbox_id=outbox_id) for file in stores.files)
    return next((entry for entry in found if entry is not None), None)


def make_all_due(stores: Stores, *, now: datetime) -> Topics:
    """Let everything that waits leave with the next turn: a person asked for it."""
    waited = [outbox_store.make_due(file, now=now) for file in stores.files]
    return frozenset({Topic.OUTBOX}) if any(waited) else NOTHING


def discard(stores: Stores, *, outbox_id: str, accepts_doubt: bool = False) -> Topics:
    """Forget an entry; raises NotAllowed when it may already have had its effect.

    `accepts_doubt` is the person's word that they know it, for what came back to them.
    """
    with _entry_of(stores, outbox_id) as (file, entry):
        check_discardable(entry, accepts_doubt=accepts_doubt)
        outbox_store.delete(file, outbox_id=outbox_id)
        file.database.purge_deleted()
    return _CHANGED


def retry_all(stores: Stores, *, outbox_ids: Sequence[str], now: datetime) -> Topics:
    """Try again now what waits of several entries; raises what one alone raises."""
    changed: Topics = NOTHING
    for outbox_id in outbox_ids:
        entry = find(stores, outbox_id=outbox_id)
        if len(outbox_ids) == 1 or (entry is not None and entry.status in _STILL_HERE):
            changed |= retry(stores, outbox_id=outbox_id, now=now)
    return changed


def discard_all(stores: Stores, *, outbox_ids: Sequence[str], accepts_doubt: bool = False) -> Topics:
    """Forget of several entries what has not left, or what is done; raises NotAllowed when nothing may be forgotten."""
    if len(outbox_ids) == 1:
        return discard(stores, outbox_id=outbox_ids[0], accepts_doubt=accepts_doubt)
    changed: Topics = NOTHING
    for outbox_id in outbox_ids:
        entry = find(stores, outbox_id=outbox_id)
        if entry is not None and is_discardable(entry):
            changed |= discard(stores, outbox_id=outbox_id)
    if not changed:
        raise NotAllowed(UNKNOWN_CODE)
    return changed


def take_back(stores: Stores, *, outbox_id: str) -> Topics:
    """Forget a decision that has not left this machine; raises NotAllowed with DECISION_LEFT once it may have."""
    file = stores.account
    if file is None:
        raise NotAllowed(LEFT_CODE)
    with file.database.transaction():
        entry = outbox_store.find(file, outbox_id=outbox_id)
        if entry is None or entry.status is not OutboxStatus.QUEUED or entry.attempts:
            raise NotAllowed(LEFT_CODE)
        outbox_store.delete(file, outbox_id=outbox_id)
        file.database.purge_deleted()
    return _CHANGED


def _look_again(file: PrivateFile, *, entry: OutboxEntry) -> None:
    """Ask about the version that the person sees now, not the one that was refused."""
    command = outbox_store.command_of(file, outbox_id=entry.id).command
    newer = _of_now(file, command)
    if newer != command:
        outbox_store.rewrite(file, outbox_id=entry.id, command=newer)


def _of_now(file: PrivateFile, command: Command) -> Command:
    match command:
        case Decide():
            row = delegation_store.find(file, delegation_id=command.delegation_id)
            if row is not None and row.delegation.version != command.version:
                return replace(command, version=row.delegation.version, seen=row.delegation)
        case ChangeFirm():
            known = firm_pages.known(file, firm_id=command.firm_id)
            if known is not None:
                return replace(command, version=known.page.version)
        case AnswerReview():
            item = review_pages.item(file, firm_id=command.firm_id, delegation_id=command.delegation_id)
            if item is not None:
                return replace(command, version=item.delegation.version)
    return command


@contextmanager
def _entry_of(stores: Stores, outbox_id: str) -> Iterator[tuple[PrivateFile, OutboxEntry]]:
    """Read an entry and hold its file until the change of it is written: no other program sends it meanwhile."""
    for file in stores.files:
        if outbox_store.find(file, outbox_id=outbox_id) is None:
            continue
        with file.database.transaction():
            entry = outbox_store.find(file, outbox_id=outbox_id)
            if entry is not None:
                yield file, entry
                return
    raise SealBroken("OUTBOX_NOT_FOUND")
