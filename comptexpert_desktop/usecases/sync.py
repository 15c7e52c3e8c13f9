"""One turn: what can leave leaves, revocations first; then what changed on the server comes in.

`collect` and `apply` run where the store is, `send` where the network is. Entries are marked as on their way
before anything leaves; a program killed in between sends them again under the same keys.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import outbox_rules
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.signup import SignupStatus
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.errors import SessionExpired, StoreDamaged, StoreError, VaultError
from comptexpert_desktop.store import escalations as escalation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases import catalogue, escalation, offline, registry, signup
from comptexpert_desktop.usecases.offline import CURSOR
from comptexpert_desktop.usecases.session import PAUSED, REFRESH
from comptexpert_desktop.usecases.sync_apply import apply, place_of
from comptexpert_desktop.usecases.sync_send import send
from comptexpert_desktop.usecases.turn import Batch, Outgoing, Poll, Question, TurnOutcome

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.store.private import PrivateFile
    from comptexpert_desktop.store.stores import Stores
    from comptexpert_desktop.usecases.ports import Doors

__all__ = ["abandon", "apply", "collect", "next_wait", "send", "turn"]

MOST_WRITES = 20
"""Few enough that a new revocation never waits behind a long turn."""

MOST_IN_A_BATCH = 150
"""Decisions of one call: answered before the network gives up, and what is urgent leaves before the next."""

ME_LIFE = timedelta(minutes=5)
CATALOGUE_LIFE = timedelta(hours=1)
SNAPSHOT_LIFE = timedelta(hours=24)
SENT_LIFE = timedelta(days=30)
SIGNUP_LIFE = timedelta(days=90)
IDLE_WAIT = 60.0
MOST_ROUNDS = 200


def collect(stores: Stores, *, now: datetime, with_registry: bool = True) -> Batch | None:
    """Take what one turn sends; None while another turn is under way, here or in another program."""
    if not stores.turn_lock.try_take():
        return None
    try:
        return _collect(stores, now=now, with_registry=with_registry)
    except BaseException:
        stores.turn_lock.release()
        raise


def abandon(stores: Stores) -> None:
    """End a turn whose results will never be applied; its entries leave again with the next one."""
    stores.turn_lock.release()


def turn(stores: Stores, doors: Doors, *, now: datetime, with_registry: bool = True) -> TurnOutcome:
    """Turn until nothing more can leave, for programs without a loop of their own."""
    outcome = TurnOutcome(NOTHING, is_busy=False, network="", session="")
    for _ in range(MOST_ROUNDS):
        batch = collect(stores, now=now, with_registry=with_registry)
        if batch is None:
            return replace(outcome, is_busy=True)
        results = send(doors, batch=batch)
        outcome = TurnOutcome(
            outcome.topics | apply(stores, results=results, now=now),
            is_busy=False,
            network=results.network.code if results.network else "",
            session=results.session.code if results.session else outcome.session,
        )
        if not batch.outgoing or results.network or not _has_due(stores, now=now):
            break
    return outcome


def next_wait(stores: Stores, *, now: datetime) -> float:
    """Tell in how many seconds the next turn has something to do."""
    waits = [
        max(0.0, (entry.next_attempt_at - now).total_seconds())
        for file in stores.files
        if _may_send(file)
        for entry in outbox_store.unsent(file)
        if entry.status in outbox_rules.DUE
    ]
    return min([IDLE_WAIT, *waits])


def _collect(stores: Stores, *, now: datetime, with_registry: bool) -> Batch:
    expired = offline.expire(stores, now=now)
    account = stores.account
    topics = expired.union(*(_retire(file, now=now) for file in stores.files))
    outgoing, unreadable = _take(stores, now=now)
    is_full = sum(one.is_bulk for one in outgoing) == MOST_IN_A_BATCH
    has_session = account is not None and _may_send(account)
    refresh_token = _secret(account, REFRESH) if account is not None and has_session else ""
    if account is not None and has_session and not refresh_token:
        # The key of the vault was lost: what was sealed under it cannot be read any more.
        account.set_meta(PAUSED, SessionExpired.default_code)
        topics |= {Topic.SESSION}
    fetched = catalogue.fetched_at(stores)
    made = stores.directory.snapshot_date
    return Batch(
        account_id=account.account if account is not None and refresh_token else "",
        refresh_token=refresh_token,
        cursor=account.meta(CURSOR) if account is not None else "",
        outgoing=outgoing,
        polls=_polls(stores),
        questions=_questions(stores),
        wants_me=stores.me_asked_at is None or abs(now - stores.me_asked_at) > ME_LIFE,
        wants_catalogue=fetched is None or abs(now - fetched) > CATALOGUE_LIFE,
        wants_snapshot=with_registry and _is_stale(stores, made=made, now=now),
        snapshot_since=registry.snapshot_version(stores),
        topics=topics | unreadable,
        has_more=is_full and _has_due(stores, now=now, but=len(outgoing)),
    )


def _is_stale(stores: Stores, *, made: datetime | None, now: datetime) -> bool:
    checked = stores.snapshot_checked_at
    if checked is not None and abs(now - checked) < CATALOGUE_LIFE:
        return False
    return made is None or registry.snapshot_version(stores) is None or abs(now - made) > SNAPSHOT_LIFE


def _retire(file: PrivateFile, *, now: datetime) -> frozenset[Topic]:
    """Ask the person again about approvals that waited too long (BR-15); forget what was sent long ago."""
    outbox_store.forget_sent(file, before=now - SENT_LIFE, signups_before=now - SIGNUP_LIFE)
    old = [entry for entry in outbox_store.unsent(file) if outbox_rules.is_too_old(entry, now=now)]
    for entry in old:
        outbox_store.mark(file, outbox_id=entry.id, status=OutboxStatus.NEEDS_YOU, code=outbox_rules.TOO_OLD_CODE)
    return frozenset({Topic.OUTBOX, Topic.DELEGATIONS}) if old else NOTHING


def _take(stores: Stores, *, now: datetime) -> tuple[tuple[Outgoing, ...], frozenset[Topic]]:
    """Mark as on their way the first entries that are due, on disk before anything leaves."""
    due: list[tuple[PrivateFile, OutboxEntry]] = [
        (file, entry)
        for file in stores.files
        if _may_send(file)
        for entry in outbox_store.unsent(file)
        if outbox_rules.is_due(entry, now=now)
    ]
    due.sort(key=lambda pair: outbox_rules.order(pair[1]))
    taken: list[Outgoing] = []
    topics = NOTHING
    for file, entry in due:
        bulk = sum(one.is_bulk for one in taken)
        if bulk == MOST_IN_A_BATCH or len(taken) - bulk == MOST_WRITES:
            break
        try:
            key, write = outbox_store.write_of(file, outbox_id=entry.id)
        except StoreDamaged as error:
            outbox_store.mark(file, outbox_id=entry.id, status=OutboxStatus.NEEDS_YOU, code=error.code)
            topics |= {Topic.OUTBOX, Topic.SIGNUPS, Topic.DELEGATIONS}
            continue
        was_sent = entry.status in (OutboxStatus.SENDING, OutboxStatus.UNKNOWN)
        before = OutboxStatus.UNKNOWN if was_sent else OutboxStatus.QUEUED
        outbox_store.mark(file, outbox_id=entry.id, status=OutboxStatus.SENDING, code=entry.code)
        taken.append(Outgoing(place_of(stores, file), replace(entry, status=before), write, key))
    return tuple(taken), topics


def _polls(stores: Stores) -> tuple[Poll, ...]:
    found: list[Poll] = []
    for file in stores.signup_files:
        if not file.is_open:
            continue
        for row in outbox_store.signups(file):
            is_doubted = row.entry.again_at is not None
            is_followed = row.progress == SignupStatus.ACTIVATION_SENT or is_doubted
            if row.entry.status is OutboxStatus.SENT and is_followed:
                claim = _secret(file, signup.claim_name(row.entry.id))
                signup_id = str(row.entry.answer.get("id") or "")
                if claim and signup_id:
                    found.append(Poll(place_of(stores, file), row.entry.id, signup_id, claim, is_doubted))
    return tuple(found)


def _questions(stores: Stores) -> tuple[Question, ...]:
    found: list[Question] = []
    for file in stores.signup_files:
        if not file.is_open:
            continue
        for outbox_id, _ in escalation_store.every(file):
            asked = escalation.question_of(file, outbox_id=outbox_id)
            if asked is not None:
                about, body = asked
                found.append(Question(place_of(stores, file), outbox_id, about.key, body, about.id, about.claim))
    return tuple(found)


def _may_send(file: PrivateFile) -> bool:
    return file.is_open and not file.meta(PAUSED)


def _has_due(stores: Stores, *, now: datetime, but: int = 0) -> bool:
    """Tell whether more entries are due than those already taken."""
    due = sum(
        outbox_rules.is_due(entry, now=now)
        for file in stores.files
        if _may_send(file)
        for entry in outbox_store.unsent(file)
    )
    return due > but


def _secret(file: PrivateFile, name: str) -> str:
    try:
        return file.secret(name)
    except (VaultError, StoreError):
        return ""
