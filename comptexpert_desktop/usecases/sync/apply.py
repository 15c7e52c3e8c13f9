"""The store's part of a turn: what the network said becomes what screens read."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.file_trouble import FileTrouble
from comptexpert_desktop.domain.signup import SignupStatus
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.errors import GivenUp, ServerError, StoreError
from comptexpert_desktop.store import accounts
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases import catalogue, registry
from comptexpert_desktop.usecases.session import late_sign_out, session
from comptexpert_desktop.usecases.session.refresh_tokens import pause
from comptexpert_desktop.usecases.signup import escalation
from comptexpert_desktop.usecases.sync import cache_expiry, epoch, retention, settle, sync_notices
from comptexpert_desktop.usecases.sync.cache_expiry import CURSOR
from comptexpert_desktop.usecases.sync.messages import Place
from comptexpert_desktop.usecases.token_session import DIED

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.stores import Stores
    from comptexpert_desktop.usecases.sync.messages import Outgoing, Results

log = logging.getLogger(__name__)
_UNKEPT_WAIT = timedelta(seconds=30)
"""How long what could not leave waits for its session: without it, one turn would follow the other at once."""
_PASSING = ("STORE_BUSY", "STORE_CHANGED")
"""What another program does to a file for a moment: the next turn finds it as it should be."""


def apply(
    stores: Stores, *, results: Results, now: datetime, progress: Callable[[float], object] | None = None
) -> Topics:
    """Write what a turn came to, and end it; raises again the bug that it met, if any.

    `progress` is told how far a new copy of the registry is; GivenUp from it leaves the copy in place, and the turn
    goes on.
    """
    for error in results.minor:
        log.warning("A part of the turn failed: %s", error.code)
    before, stores.heard.unkept = stores.heard.unkept, _trouble_of(results)
    try:
        topics = stores.attempt(partial(_apply, results=results, now=now, progress=progress))
        if stores.heard.unkept != before:
            topics |= {Topic.NETWORK}
    finally:
        stores.turn_lock.release()
    if results.failure is not None:
        raise results.failure
    return topics


def _trouble_of(results: Results) -> FileTrouble | None:
    """Return what must be said of the file that keeps the session from being renewed; the vault says its own."""
    error = results.unkept
    if not isinstance(error, StoreError) or error.code in _PASSING:
        return None
    return FileTrouble(error.code, str(error.data.get("file") or ""))


def _apply(stores: Stores, *, results: Results, now: datetime, progress: Callable[[float], object] | None) -> Topics:
    """Write everything; a second time, after another program changed a file in the middle, changes nothing twice."""
    topics: set[Topic] = set(results.batch.topics) | _note_time(stores, results, now=now)
    for outgoing in results.batch.outgoing:
        file = _file_at(stores, outgoing.place, account_id=results.batch.account_id)
        if file is not None:
            topics |= _settle(file, outgoing, results=results, now=now)
    account = _file_at(stores, Place.ACCOUNT, account_id=results.batch.account_id)
    if account is not None:
        settle.answers_to_reviews(account, results.batch.outgoing, results=results)
    topics |= _apply_account(stores, results, now=now)
    topics |= _apply_progress(stores, results, now=now)
    if not epoch.is_another(stores, epoch=results.epoch):  # else what it does not know is asked for again
        topics |= _apply_escalations(stores, results, now=now)
    topics |= _apply_public(stores, results, now=now, progress=progress)
    late_sign_out.settle(stores, names=results.heard_sign_outs)
    topics |= _apply_network(stores, results, now=now)
    topics |= epoch.note(stores, epoch=results.epoch, now=now, server_time=results.server_time)
    _delete_old(stores, results, now=now)
    return frozenset(topics)


def _note_time(stores: Stores, results: Results, *, now: datetime) -> Topics:
    """Note what time it is for the server before anything is dated."""
    if results.server_time is None:
        return NOTHING
    changed = retention.note_server_time(stores, now=now, server_time=results.server_time)
    return frozenset({Topic.NETWORK}) if changed else NOTHING


def _delete_old(stores: Stores, results: Results, *, now: datetime) -> None:
    """Delete what both clocks call old."""
    if results.server_time is not None:
        for file in stores.files:
            retention.delete_old(file, now=now, server_time=results.server_time)


def place_of(stores: Stores, file: PrivateFile) -> Place:
    """Tell which file this is."""
    if file is stores.account:
        return Place.ACCOUNT
    return Place.DEVICE if file is stores.device else Place.VOLATILE


def _file_at(stores: Stores, place: Place, *, account_id: str) -> PrivateFile | None:
    """Find the file again; None when the account was signed out or changed meanwhile."""
    if place is Place.ACCOUNT:
        account = stores.account
        return account if account is not None and account.account == account_id else None
    if place is Place.DEVICE:
        return stores.device
    return next((file for file in stores.signup_files if file.in_memory), None)


def _settle(file: PrivateFile, outgoing: Outgoing, *, results: Results, now: datetime) -> set[Topic]:
    entry, answer = outgoing.entry, results.answers.get(outgoing.entry.id)
    if outbox_store.find(file, outbox_id=entry.id) is None:
        return set()
    if answer is None:
        outbox_store.mark(file, outbox_id=entry.id, status=entry.status, code=entry.code)
        if results.unkept is not None and outgoing.place is Place.ACCOUNT:
            outbox_store.postpone(file, outbox_id=entry.id, until=now + _UNKEPT_WAIT)
        return {Topic.OUTBOX}
    if isinstance(answer, ServerError):
        is_account = outgoing.place is Place.ACCOUNT
        return settle.failure(file, outgoing, error=answer, is_account=is_account, now=now)
    return settle.success(file, outgoing, answer=answer, answered_at=results.server_time or now, now=now)


def _apply_account(stores: Stores, results: Results, *, now: datetime) -> set[Topic]:
    file = _file_at(stores, Place.ACCOUNT, account_id=results.batch.account_id)
    if file is None or not file.is_open:
        return set()
    topics: set[Topic] = set()
    if results.me is not None or results.page is not None:
        accounts.note_use(stores.device, server=stores.server_url, account_id=file.account, now=now)
    with file.database.transaction():
        if results.session is not None and pause(file, died=results.session.data.get(DIED), code=results.session.code):
            topics.add(Topic.SESSION)
        before = file.meta(CURSOR)
        topics |= _note(stores, file, results, now=now)
        if results.me is not None and results.me.account.account_id == file.account:
            stores.heard.me_asked_at = now
            topics |= {Topic.SESSION} if session.keep_me(file, me=results.me) else set()
        if results.page is not None:
            if results.page.is_full:
                delegation_store.delete_all(file)
            delegation_store.keep(file, delegations=results.page.delegations)
            delegation_store.delete(file, delegation_ids=results.page.removed)
            file.set_meta(CURSOR, results.page.cursor)
            topics.add(Topic.DELEGATIONS)
        topics |= sync_notices.of_time(stores, file, is_first=not before, now=now)
    return topics


def _note(stores: Stores, file: PrivateFile, results: Results, *, now: datetime) -> Topics:
    """Tell what others did, before the server's word is laid over what is known."""
    mine = results.me if results.me is not None and results.me.account.account_id == file.account else None
    at = results.server_time or now
    return sync_notices.of_turn(stores, file, me=mine, page=results.page, is_first=not file.meta(CURSOR), now=at)


def _apply_progress(stores: Stores, results: Results, *, now: datetime) -> set[Topic]:
    topics: set[Topic] = set()
    for poll in results.batch.polls:
        heard = results.progress.get(poll.outbox_id)
        progress = settle.known_progress(heard)
        file = _file_at(stores, poll.place, account_id="")
        if file is not None and progress and poll.is_doubted:
            outbox_store.doubt(file, outbox_id=poll.outbox_id, now=None)
        if file is not None and poll.outbox_id in results.forgotten:
            epoch.sign_up_again(file, outbox_id=poll.outbox_id)
            topics |= {Topic.SIGNUPS, Topic.OUTBOX}
        if file is not None and settle.note_mail(file, outbox_id=poll.outbox_id, heard=heard):
            topics.add(Topic.SIGNUPS)
        if file is not None and progress and progress != SignupStatus.ACTIVATION_SENT:
            outbox_store.set_progress(file, outbox_id=poll.outbox_id, progress=progress)
            topics |= {Topic.SIGNUPS} | sync_notices.of_signup(
                file, outbox_id=poll.outbox_id, progress=progress, now=now
            )
    return topics


def _apply_escalations(stores: Stores, results: Results, *, now: datetime) -> set[Topic]:
    topics: set[Topic] = set()
    for question in results.batch.questions:
        file = _file_at(stores, question.place, account_id="")
        answer = results.escalations.get(question.outbox_id)
        if file is not None:
            topics |= escalation.settle(file, outbox_id=question.outbox_id, answer=answer, now=now)
            topics |= sync_notices.of_file(file, outbox_id=question.outbox_id, now=now)
    return topics


def _apply_public(
    stores: Stores, results: Results, *, now: datetime, progress: Callable[[float], object] | None
) -> set[Topic]:
    topics: set[Topic] = set()
    if results.catalogue is not None:
        topics |= catalogue.keep(stores, catalogue=results.catalogue, now=now)
    if results.councils is not None:
        topics |= registry.keep_councils(stores, found=results.councils, now=now)
    if results.batch.wants_snapshot and results.network is None:
        stores.heard.snapshot_checked_at = now
        try:
            topics |= registry.keep_snapshot(stores, snapshot=results.snapshot, progress=progress)
        except GivenUp:
            log.info("The new copy of the registry was given up; the one in place stays.")
        topics |= {Topic.REGISTRY} if stores.heard.snapshot_refusal != results.snapshot_refusal else set()
        stores.heard.snapshot_refusal = results.snapshot_refusal
    return topics


def _apply_network(stores: Stores, results: Results, *, now: datetime) -> set[Topic]:
    code = results.network.code if results.network else ""
    if not code:
        cache_expiry.note_contact(stores, now=now)
    data = dict(results.network.data) if results.network else {}
    stores.heard.poll_after = results.poll_after
    changed = (stores.heard.network_code, stores.heard.network_data) != (code, data)
    stores.heard.network_code, stores.heard.network_data = code, data
    return {Topic.NETWORK} if changed or not code else set()
