"""Follow the server when it goes back to an older state: fetch everything, and offer again what it may have forgotten.

Every answer carries the epoch of the server's database; a restored backup begins another one. What is kept here of the
server is then doubted, and what it had taken goes back into the queue under the same keys. A sign-up cannot: what was
entered was erased when the server took it. The server is asked whether it still knows it, and the person is told when
it does not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import replay_rules
from comptexpert_desktop.domain.commands import SignUp
from comptexpert_desktop.domain.escalation import FOLLOWED, FileStatus
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.store import escalations as escalation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.sync.cache_expiry import CURSOR

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.stores import Stores

EPOCH = "server_epoch"
_CHANGED = frozenset({Topic.OUTBOX, Topic.DELEGATIONS, Topic.SIGNUPS, Topic.REGISTRY})


def is_another(stores: Stores, *, epoch: str) -> bool:
    """Tell whether the server is not in the state that it was in when it was last heard."""
    return bool(epoch) and any(file.meta(EPOCH) not in {"", epoch} for file in stores.files if file.is_open)


def note(stores: Stores, *, epoch: str, now: datetime, server_time: datetime | None = None) -> Topics:
    """Take the epoch that the server told; another one than before begins everything again.

    How old its answers are is told by its own clock, which dated them too.
    """
    topics = NOTHING
    if not epoch:
        return topics
    for file in stores.files:
        known = file.meta(EPOCH)
        if known == epoch or not file.is_open:
            continue
        with file.database.transaction():
            if known:
                _offer_again(file, now=now, server_time=server_time or now)
                file.set_meta(CURSOR, "")
                topics |= _CHANGED
            file.set_meta(EPOCH, epoch)
    if topics:
        stores.directory.doubt()
        stores.heard.snapshot_checked_at = None
    return topics


def _offer_again(file: PrivateFile, *, now: datetime, server_time: datetime) -> None:
    entries = outbox_store.every(file)
    for entry in replay_rules.to_offer(entries, now=server_time):
        outbox_store.offer_again(file, outbox_id=entry.id, code=replay_rules.RESTORED_CODE, now=now)
    for entry in replay_rules.to_verify(entries, now=server_time):
        outbox_store.doubt(file, outbox_id=entry.id, now=now)
    for outbox_id, escalation in escalation_store.every(file):
        if escalation.id and escalation.status in FOLLOWED:
            # Asked for once more under its key: a server that knows the file gives it again.
            doubted = replace(escalation, id="", status=FileStatus.ASKED)
            escalation_store.keep(file, outbox_id=outbox_id, escalation=doubted)


def sign_up_again(file: PrivateFile, *, outbox_id: str) -> None:
    """Ask the person for a sign-up that the server forgot: what is kept of its form opens again."""
    command = outbox_store.command_of(file, outbox_id=outbox_id).command
    with file.database.transaction():
        if isinstance(command, SignUp) and command.form is not None:
            form = replace(command.form, login_id_again=command.form.login_id)
            outbox_store.rewrite(file, outbox_id=outbox_id, command=replace(command, form=form))
        outbox_store.delete_answer(file, outbox_id=outbox_id, code=replay_rules.FORGOTTEN_CODE)
    file.database.purge_deleted()
