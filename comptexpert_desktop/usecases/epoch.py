"""Follow the server when it goes back to an older state: fetch everything, and offer again what it may have forgotten.

Every answer carries the epoch of the server's database; a restored backup begins another one. What is kept here of the
server is then doubted, and what it had taken goes back into the queue under the same keys. A sign-up cannot: what was
entered was erased when the server took it. The server is asked whether it still knows it, and the person is told when
it does not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import reoffer_rules
from comptexpert_desktop.domain.escalation import FOLLOWED, FileStatus
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.store import escalations as escalation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.offline import CURSOR

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.outbox import Write
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.private import PrivateFile
    from comptexpert_desktop.store.stores import Stores

EPOCH = "server_epoch"
AGAIN = "again"
"""In the extra part of a sign-up that the server took: its form, without what is secret or says who a person is."""

_KEPT_OF_A_FORM = ("id", "profile", "kind", "entry", "grantor", "login_id", "first_requests", "also_expert")
_CHANGED = frozenset({Topic.OUTBOX, Topic.DELEGATIONS, Topic.SIGNUPS, Topic.REGISTRY})


def is_another(stores: Stores, *, epoch: str) -> bool:
    """Tell whether the server is not in the state that it was in when it was last heard."""
    return bool(epoch) and any(file.meta(EPOCH) not in {"", epoch} for file in stores.files if file.is_open)


def note(stores: Stores, *, epoch: str, now: datetime) -> Topics:
    """Take the epoch that the server told; another one than before begins everything again."""
    topics = NOTHING
    if not epoch:
        return topics
    for file in stores.files:
        known = file.meta(EPOCH)
        if known == epoch or not file.is_open:
            continue
        with file.database.transaction():
            if known:
                _offer_again(file, now=now)
                file.set_meta(CURSOR, "")
                topics |= _CHANGED
            file.set_meta(EPOCH, epoch)
    if topics:
        stores.directory.doubt()
        stores.snapshot_checked_at = None
    return topics


def _offer_again(file: PrivateFile, *, now: datetime) -> None:
    entries = outbox_store.every(file)
    for entry in reoffer_rules.to_offer(entries, now=now):
        outbox_store.offer_again(file, outbox_id=entry.id, code=reoffer_rules.RESTORED_CODE, now=now)
    for entry in reoffer_rules.to_verify(entries, now=now):
        outbox_store.doubt(file, outbox_id=entry.id, now=now)
    for outbox_id, escalation in escalation_store.every(file):
        if escalation.id and escalation.status in FOLLOWED:
            # Asked for once more under its key: a server that knows the file gives it again.
            doubted = replace(escalation, id="", status=FileStatus.ASKED)
            escalation_store.keep(file, outbox_id=outbox_id, escalation=doubted)


def kept_form(write: Write) -> dict[str, object]:
    """Take from a sign-up what its form begins with, should the server forget it: public entries and choices alone."""
    draft = write.extra.get("draft")
    if not isinstance(draft, dict):
        return {}
    return {AGAIN: {name: draft[name] for name in _KEPT_OF_A_FORM if draft.get(name) is not None}}


def sign_up_again(file: PrivateFile, *, outbox_id: str) -> None:
    """Ask the person for a sign-up that the server forgot: what is kept of its form opens again."""
    _, write = outbox_store.write_of(file, outbox_id=outbox_id)
    form = write.extra.get(AGAIN)
    with file.database.transaction():
        if isinstance(form, dict):
            login_id = form.get("login_id") or ""
            extra: dict[str, object] = {"draft": form | {"login_id_again": login_id}}
            outbox_store.rewrite(file, outbox_id=outbox_id, write=replace(write, extra=extra))
        outbox_store.forget_answer(file, outbox_id=outbox_id, code=reoffer_rules.FORGOTTEN_CODE)
    file.database.forget_deleted()
