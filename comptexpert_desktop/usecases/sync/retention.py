"""What is forgotten, and what is asked again, because it is old: never by one clock alone.

The clock of a machine may be years off. What the server took is dated by the server's answer, and deleted when both
clocks agree that it is old. An approval is asked again when the time that passed here says so and the server's does
not say otherwise; until the server was heard it neither leaves nor is asked again. Nothing unsent is ever deleted.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import outbox_rules
from comptexpert_desktop.domain.commands import SignUp
from comptexpert_desktop.domain.escalation import FOLLOWED
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.errors import SealBroken, VaultError
from comptexpert_desktop.store import escalations as escalation_store
from comptexpert_desktop.store import outbox as outbox_store

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.stores import Stores

SENT_TTL = timedelta(days=30)
SIGNUP_TTL = timedelta(days=90)
MAX_SKEW = timedelta(minutes=5)
"""How far the clock of this machine may be from the server's before it is said."""


def delete_old(file: PrivateFile, *, now: datetime, server_time: datetime) -> None:
    """Delete what the server took long ago, by both clocks, and that nothing waits for any more."""
    today = min(now, server_time)
    old = outbox_store.taken_before(file, before=today - SENT_TTL, signups_before=today - SIGNUP_TTL)
    done = [entry for entry in old if entry.kind is not Kind.SIGNUP or not _is_waited_for(file, entry)]
    if done:
        with file.database.transaction():
            for entry in done:
                outbox_store.delete(file, outbox_id=entry.id)


def _is_waited_for(file: PrivateFile, entry: OutboxEntry) -> bool:
    """Return whether something of a sign-up is still to leave, or to be heard; also when that cannot be read."""
    asked = escalation_store.find(file, outbox_id=entry.id)
    if asked is not None and asked.status in FOLLOWED:
        return True
    try:
        command = outbox_store.command_of(file, outbox_id=entry.id).command
    except (SealBroken, VaultError):
        return True
    return isinstance(command, SignUp) and bool(command.first_requests)


def note_server_time(stores: Stores, *, now: datetime, server_time: datetime) -> bool:
    """Note how far the server's clock is from this one; returns whether what is said of it changed."""
    before = is_skewed(stores)
    stores.heard.note_server_time(server_time, now=now)
    return is_skewed(stores) != before


def is_skewed(stores: Stores) -> bool:
    """Return whether the clock of this machine is wrong, as far as the server told."""
    return stores.heard.server_ahead is not None and abs(stores.heard.server_ahead) > MAX_SKEW


def ask_again(stores: Stores, file: PrivateFile, *, now: datetime) -> Topics:
    """Ask the person again about approvals that waited too long (BR-15)."""
    server_time = stores.heard.server_time(now)
    if server_time is None:
        return NOTHING
    old = [entry for entry in outbox_store.unsent(file) if _is_too_old(entry, now=now, server_time=server_time)]
    for entry in old:
        outbox_store.mark(file, outbox_id=entry.id, status=OutboxStatus.NEEDS_YOU, code=outbox_rules.TOO_OLD_CODE)
    return frozenset({Topic.OUTBOX, Topic.DELEGATIONS}) if old else NOTHING


def must_wait(stores: Stores, entry: OutboxEntry, *, now: datetime) -> bool:
    """Return whether an approval looks too old by the clock of this machine, and the server was not heard yet."""
    return stores.heard.server_time(now) is None and outbox_rules.is_too_old(entry, now=now)


def _is_too_old(entry: OutboxEntry, *, now: datetime, server_time: datetime) -> bool:
    if not outbox_rules.is_too_old(entry, now=now):
        return False
    began_ahead = entry.created_at > server_time  # by a clock that was ahead: its own difference is all that is known
    return began_ahead or outbox_rules.is_too_old(entry, now=server_time)
