"""Look after the outbox: see, try again, correct, discard."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.documents import write_delegation
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.outbox_rules import check_discardable, next_key
from comptexpert_desktop.domain.reoffer_rules import FORGOTTEN_CODE
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import NotAllowed, StoreDamaged
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.delegations import SEEN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.private import PrivateFile
    from comptexpert_desktop.store.stores import Stores

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
    file, entry = _find(stores, outbox_id)
    if entry.status is OutboxStatus.SENT:
        raise NotAllowed
    if entry.code == FORGOTTEN_CODE:  # what was entered is gone: the form opens again instead
        raise NotAllowed(FORGOTTEN_CODE)
    key = None
    with file.database.transaction():
        if entry.status is OutboxStatus.NEEDS_YOU:
            key = next_key(outbox_id, reason=f"retry/{now.isoformat()}")
            _look_again(file, entry=entry)
        if entry.status in (OutboxStatus.NEEDS_YOU, OutboxStatus.QUEUED):
            outbox_store.requeue(file, outbox_id=outbox_id, now=now, key=key)
    return _CHANGED


def amend(stores: Stores, *, outbox_id: str, changes: Mapping[str, Any], now: datetime) -> Topics:
    """Correct fields of what was refused (`login_id`, `firm`…), and try again as a new write."""
    file, entry = _find(stores, outbox_id)
    if entry.status is not OutboxStatus.NEEDS_YOU:
        raise NotAllowed
    _, write = outbox_store.write_of(file, outbox_id=outbox_id)
    body = write.body | dict(changes)
    key = next_key(outbox_id, reason=json.dumps([now.isoformat(), body], sort_keys=True))
    with file.database.transaction():
        outbox_store.rewrite(file, outbox_id=outbox_id, write=replace(write, body=body), key=key)
        outbox_store.requeue(file, outbox_id=outbox_id, now=now, key=None)
    return _CHANGED


def discard(stores: Stores, *, outbox_id: str) -> Topics:
    """Forget an entry; raises NotAllowed when it may already have had its effect."""
    file, entry = _find(stores, outbox_id)
    check_discardable(entry)
    outbox_store.delete(file, outbox_id=outbox_id)
    file.database.forget_deleted()
    return _CHANGED


def _look_again(file: PrivateFile, *, entry: OutboxEntry) -> None:
    """Decide about the version that the person sees now, not the one that was refused."""
    if entry.kind in (Kind.SIGNUP, Kind.REQUEST) or not entry.delegation_id:
        return
    row = delegation_store.find(file, delegation_id=entry.delegation_id)
    _, write = outbox_store.write_of(file, outbox_id=entry.id)
    if row is not None and row.delegation.version != write.if_match:
        seen = {SEEN: write_delegation(row.delegation)}
        newer = replace(write, if_match=row.delegation.version, extra=write.extra | seen)
        outbox_store.rewrite(file, outbox_id=entry.id, write=newer)


def _find(stores: Stores, outbox_id: str) -> tuple[PrivateFile, OutboxEntry]:
    for file in stores.files:
        entry = outbox_store.find(file, outbox_id=outbox_id)
        if entry is not None:
            return file, entry
    raise StoreDamaged("OUTBOX_NOT_FOUND")
