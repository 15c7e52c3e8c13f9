"""One turn: what can leave leaves, revocations first; then what changed on the server comes in.

`collect` and `apply` run where the store is, `send` where the network is. Entries are marked as on their way
before anything leaves; a program killed in between sends them again under the same keys.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import outbox_rules
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.signup import SignupStatus
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.errors import SealBroken, SessionExpired, VaultError
from comptexpert_desktop.store import escalations as escalation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.store.encryption import KEY_LOST
from comptexpert_desktop.usecases import catalogue, registry
from comptexpert_desktop.usecases.firm import reviews
from comptexpert_desktop.usecases.session import late_sign_out
from comptexpert_desktop.usecases.session.refresh_tokens import PAUSED, PAUSED_FOR, REFRESH
from comptexpert_desktop.usecases.signup import escalation, signup
from comptexpert_desktop.usecases.sync import cache_expiry, retention
from comptexpert_desktop.usecases.sync.apply import apply, place_of
from comptexpert_desktop.usecases.sync.cache_expiry import CURSOR
from comptexpert_desktop.usecases.sync.messages import Batch, Outgoing, Poll, Question, TurnOutcome
from comptexpert_desktop.usecases.sync.send import send

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.stores import Stores
    from comptexpert_desktop.usecases.ports import Gateways

__all__ = ["abandon", "apply", "collect", "next_wait", "send", "turn"]

MAX_WRITES = 20
"""Few enough that a new revocation never waits behind a long turn."""

MAX_IN_A_BATCH = 150
"""Decisions of one call: answered before the network gives up, and what is urgent leaves before the next."""

ME_TTL = timedelta(minutes=5)
CATALOGUE_TTL = timedelta(hours=1)
SNAPSHOT_TTL = timedelta(hours=24)
IDLE_WAIT = 60.0
"""Seconds between two turns that only ask, where the server does not say how many."""
MIN_IDLE_WAIT, MAX_IDLE_WAIT = 15.0, 3600.0
"""What the server may ask for."""
JITTER = 0.25
"""The share by which a wait is longer, by chance: desktops that were started together do not ask together."""
MAX_ROUNDS = 200


def collect(stores: Stores, *, now: datetime, with_registry: bool = True) -> Batch | None:
    """Take what one turn sends; None while another turn is under way, here or in another program."""
    if not stores.turn_lock.try_take():
        return None
    try:
        return stores.attempt(partial(_collect, now=now, with_registry=with_registry))
    except BaseException:
        stores.turn_lock.release()
        raise


def abandon(stores: Stores) -> None:
    """End a turn whose results will never be applied; its entries leave again with the next one."""
    stores.turn_lock.release()


def turn(stores: Stores, gateways: Gateways, *, now: datetime, with_registry: bool = True) -> TurnOutcome:
    """Turn until nothing more can leave, for programs without a loop of their own."""
    outcome = TurnOutcome(NOTHING, is_busy=False, network="", session="")
    is_heard = stores.heard.server_time(now) is not None
    for _ in range(MAX_ROUNDS):
        batch = collect(stores, now=now, with_registry=with_registry)
        if batch is None:
            return replace(outcome, is_busy=True)
        results = send(gateways, batch=batch)
        outcome = TurnOutcome(
            outcome.topics | apply(stores, results=results, now=now),
            is_busy=False,
            network=results.network.code if results.network else "",
            session=results.session.code if results.session else outcome.session,
        )
        was_heard, is_heard = is_heard, stores.heard.server_time(now) is not None
        has_news = batch.outgoing or is_heard != was_heard  # what waited for the server's time may leave now
        if not has_news or results.network or not _has_due(stores, now=now):
            break
    return outcome


def next_wait(stores: Stores, *, now: datetime, jitter: float = 0.0) -> float:
    """Tell in how many seconds the next turn has something to do; `jitter` (0 to 1) spreads those that only ask."""
    waits = [
        max(0.0, (entry.next_attempt_at - now).total_seconds())
        for file in stores.files
        if _may_send(file)
        for entry in outbox_store.unsent(file)
        if entry.status in outbox_rules.DUE and entry.code != KEY_LOST
    ]
    asked = IDLE_WAIT if stores.heard.poll_after is None else stores.heard.poll_after
    idle = min(max(asked, MIN_IDLE_WAIT), MAX_IDLE_WAIT) * (1 + JITTER * jitter)
    return min([idle, *waits])


def _collect(stores: Stores, *, now: datetime, with_registry: bool) -> Batch:
    expired = cache_expiry.expire(stores, now=now)
    account = stores.account
    expired = expired.union(*(_open_again(file) for file in stores.files))
    topics = expired.union(*(retention.ask_again(stores, file, now=now) for file in stores.files))
    _queue_openings(stores, now=now)
    outgoing, unreadable = _take(stores, now=now)
    is_full = sum(one.is_bulk for one in outgoing) == MAX_IN_A_BATCH
    topics |= _pause_without_key(account)
    has_session = account is not None and _may_send(account)
    fetched = catalogue.fetched_at(stores)
    made = stores.directory.snapshot_date
    return Batch(
        account_id=account.account if account is not None and has_session else "",
        cursor=account.meta(CURSOR) if account is not None else "",
        outgoing=outgoing,
        polls=_polls(stores),
        questions=_questions(stores),
        wants_me=stores.heard.me_asked_at is None or abs(now - stores.heard.me_asked_at) > ME_TTL,
        wants_catalogue=fetched is None or abs(now - fetched) > CATALOGUE_TTL,
        wants_snapshot=with_registry and _is_stale(stores, made=made, now=now),
        snapshot_since=registry.snapshot_version(stores),
        topics=topics | unreadable,
        sign_outs=late_sign_out.waiting(stores, now=now),
        has_more=is_full and _has_due(stores, now=now, but=len(outgoing)),
    )


def _pause_without_key(account: PrivateFile | None) -> Topics:
    """Pause an account whose session cannot be read, because the key of its file is not in the vault; until it is."""
    if account is None or not account.is_open:
        return NOTHING
    has_session, is_paused = bool(_secret(account, REFRESH)), bool(account.meta(PAUSED))
    if has_session and is_paused and not account.meta(PAUSED_FOR):
        account.set_meta(PAUSED, "")
    elif not has_session and not is_paused:
        account.set_meta(PAUSED, SessionExpired.default_code)
    else:
        return NOTHING
    return frozenset({Topic.SESSION})


def _is_stale(stores: Stores, *, made: datetime | None, now: datetime) -> bool:
    checked = stores.heard.snapshot_checked_at
    if checked is not None and abs(now - checked) < CATALOGUE_TTL:
        return False
    return made is None or registry.snapshot_version(stores) is None or abs(now - made) > SNAPSHOT_TTL


def _take(stores: Stores, *, now: datetime) -> tuple[tuple[Outgoing, ...], frozenset[Topic]]:
    """Mark as on their way the first entries that are due, on disk before anything leaves.

    They are read where they are marked: what another program takes back, or forgets, does not leave.
    """
    with ExitStack() as held:
        files = dict.fromkeys(file for file, _ in _due(stores, stores.files, now=now))
        for file in files:
            held.enter_context(file.database.transaction())
        return _mark(stores, due=_due(stores, files, now=now))


def _due(stores: Stores, files: Iterable[PrivateFile], *, now: datetime) -> list[tuple[PrivateFile, OutboxEntry]]:
    due = [
        (file, entry)
        for file in files
        if _may_send(file)
        for entry in outbox_store.unsent(file)
        if outbox_rules.is_due(entry, now=now) and not retention.must_wait(stores, entry, now=now)
    ]
    return sorted(due, key=lambda pair: outbox_rules.order(pair[1]))


def _mark(
    stores: Stores, *, due: list[tuple[PrivateFile, OutboxEntry]]
) -> tuple[tuple[Outgoing, ...], frozenset[Topic]]:
    taken: list[Outgoing] = []
    topics = NOTHING
    for file, entry in due:
        bulk = sum(one.is_bulk for one in taken)
        if bulk == MAX_IN_A_BATCH or len(taken) - bulk == MAX_WRITES:
            break
        try:
            sending = outbox_store.command_of(file, outbox_id=entry.id)
        except SealBroken as error:
            topics |= _leave_sealed(file, entry, code=error.code)
            continue
        was_sent = entry.status in (OutboxStatus.SENDING, OutboxStatus.UNKNOWN)
        before = OutboxStatus.UNKNOWN if was_sent else OutboxStatus.QUEUED
        outbox_store.mark(file, outbox_id=entry.id, status=OutboxStatus.SENDING, code=entry.code)
        taken.append(Outgoing(place_of(stores, file), replace(entry, status=before), sending))
    return tuple(taken), topics


def _leave_sealed(file: PrivateFile, entry: OutboxEntry, *, code: str) -> Topics:
    """Ask the person for what cannot be opened; what may have had its effect stays uncertain."""
    is_unsent = entry.status is OutboxStatus.QUEUED
    status = OutboxStatus.NEEDS_YOU if is_unsent else OutboxStatus.UNKNOWN
    if (entry.status, entry.code) == (status, code):
        return NOTHING
    outbox_store.mark(file, outbox_id=entry.id, status=status, code=code)
    return frozenset({Topic.OUTBOX, Topic.SIGNUPS, Topic.DELEGATIONS})


def _open_again(file: PrivateFile) -> Topics:
    """Queue again what could not be opened, once it can: the vault has its key again."""
    found = NOTHING
    for entry in outbox_store.unsent(file) if file.is_open else ():
        if entry.code == KEY_LOST and entry.status is OutboxStatus.NEEDS_YOU:
            with suppress(SealBroken):
                outbox_store.command_of(file, outbox_id=entry.id)
                outbox_store.mark(file, outbox_id=entry.id, status=OutboxStatus.QUEUED)
                found = frozenset({Topic.OUTBOX, Topic.SIGNUPS, Topic.DELEGATIONS})
    return found


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
            about = escalation.question_of(file, outbox_id=outbox_id)
            if about is not None:
                found.append(Question(place_of(stores, file), outbox_id, about.id, about.claim))
    return tuple(found)


def _queue_openings(stores: Stores, *, now: datetime) -> None:
    for file in stores.signup_files:
        if file.is_open:
            escalation.queue_openings(file, now=now)
    reviews.queue_sent_before(stores, now=now)


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
    except (VaultError, SealBroken):
        return ""
