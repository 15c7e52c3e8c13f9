"""The store's part of a turn: what the network said becomes what screens read."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain import outbox_rules
from comptexpert_desktop.domain.documents import read_delegation
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus, Write
from comptexpert_desktop.domain.signup import SignupStatus
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import GivenUp, ServerError, SessionExpired, UnexpectedReply
from comptexpert_desktop.store import accounts
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases import (
    catalogue,
    epoch,
    escalation,
    first_requests,
    news,
    offline,
    registry,
    session,
    signup,
)
from comptexpert_desktop.usecases.offline import CURSOR
from comptexpert_desktop.usecases.turn import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.private import PrivateFile
    from comptexpert_desktop.store.stores import Stores
    from comptexpert_desktop.usecases.turn import Outgoing, Results

log = logging.getLogger(__name__)

_OF_KIND = {Kind.SIGNUP: Topic.SIGNUPS}


def apply(
    stores: Stores, *, results: Results, now: datetime, progress: Callable[[float], object] | None = None
) -> Topics:
    """Write what a turn came to, and end it; raises again the bug that it met, if any.

    `progress` is told how far a new copy of the registry is; GivenUp from it leaves the copy in place, and the turn
    goes on.
    """
    topics: set[Topic] = set(results.batch.topics)
    for error in results.minor:
        log.warning("A part of the turn failed: %s", error.code)
    try:
        _save_tokens(stores, results)
        for outgoing in results.batch.outgoing:
            file = _file_at(stores, outgoing.place, account_id=results.batch.account_id)
            if file is not None:
                topics |= _settle(file, outgoing, answer=results.answers.get(outgoing.entry.id), now=now)
        topics |= _apply_account(stores, results, now=now)
        topics |= _apply_progress(stores, results, now=now)
        if not epoch.is_another(stores, epoch=results.epoch):  # else what it does not know is asked for again
            topics |= _apply_escalations(stores, results, now=now)
        topics |= _apply_public(stores, results, now=now, progress=progress)
        topics |= _apply_network(stores, results, now=now)
        topics |= epoch.note(stores, epoch=results.epoch, now=now)
    finally:
        stores.turn_lock.release()
    if results.failure is not None:
        raise results.failure
    return frozenset(topics)


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


def _save_tokens(stores: Stores, results: Results) -> None:
    """Keep what was renewed, of an account that was left meanwhile too."""
    for account_id, refresh_token in results.unsaved.items():
        with stores.account_file(account_id) as file:
            if file is not None and file.is_open:
                file.set_secret(session.REFRESH, refresh_token)


def _settle(
    file: PrivateFile, outgoing: Outgoing, *, answer: Mapping[str, Any] | ServerError | None, now: datetime
) -> set[Topic]:
    entry = outgoing.entry
    if outbox_store.find(file, outbox_id=entry.id) is None:
        return set()
    if answer is None:
        outbox_store.mark(file, outbox_id=entry.id, status=entry.status, code=entry.code)
        return {Topic.OUTBOX}
    if isinstance(answer, ServerError):
        _settle_error(file, outgoing, error=answer, now=now)
    else:
        _settle_success(file, outgoing, answer=answer, now=now)
    return {Topic.OUTBOX, _OF_KIND.get(entry.kind, Topic.DELEGATIONS)}


def _settle_success(file: PrivateFile, outgoing: Outgoing, *, answer: Mapping[str, Any], now: datetime) -> None:
    entry = outgoing.entry
    outcome = outbox_rules.after_success(entry, now=now)
    with file.database.transaction():
        if entry.kind is Kind.SIGNUP:
            _settle_signup(file, outgoing, answer=answer)
            answer = {name: value for name, value in answer.items() if name != "claim"}
        else:
            if entry.again_at is None:  # otherwise the first answer, and the case may have moved since
                _keep_delegation(file, answer)
            answer = {"id": answer.get("id"), "status": answer.get("status")}
        outbox_store.settle(file, outbox_id=entry.id, outcome=outcome, answer=answer)
    file.database.forget_deleted()


def _settle_signup(file: PrivateFile, outgoing: Outgoing, *, answer: Mapping[str, Any]) -> None:
    """Erase what was entered, the date of birth above all, but for what still has to leave."""
    kept = Write(
        method=outgoing.write.method,
        path=outgoing.write.path,
        body={},
        extra=first_requests.waiting(outgoing.write) | epoch.kept_form(outgoing.write),
    )
    outbox_store.rewrite(file, outbox_id=outgoing.entry.id, write=kept)
    file.set_secret(signup.claim_name(outgoing.entry.id), str(answer.get("claim") or ""))
    outbox_store.set_progress(
        file,
        outbox_id=outgoing.entry.id,
        progress=_known_progress(answer.get("status")) or SignupStatus.ACTIVATION_SENT.value,
    )


def _settle_error(file: PrivateFile, outgoing: Outgoing, *, error: ServerError, now: datetime) -> None:
    entry, write = outgoing.entry, outgoing.write
    if isinstance(error, SessionExpired) and outgoing.place is not Place.ACCOUNT:
        error = UnexpectedReply()
    alternates = write.extra.get("alternates")
    if error.code == "ID_TAKEN" and isinstance(alternates, list) and alternates:
        _try_alternate(file, outgoing, alternates=alternates)
        return
    outcome = outbox_rules.after_error(entry, error=error, now=now, jitter=jitter_of(entry.id, entry.attempts))
    with file.database.transaction():
        _keep_delegation(file, error.data.get("current"))
        is_final = outcome.status is OutboxStatus.NEEDS_YOU
        outbox_store.settle(file, outbox_id=entry.id, outcome=outcome, answer=_told(error) if is_final else None)
        if outcome.pauses_account:
            file.set_meta(session.PAUSED, SessionExpired.default_code)


def _try_alternate(file: PrivateFile, outgoing: Outgoing, *, alternates: list[str]) -> None:
    chosen, *others = alternates
    body = outgoing.write.body | {"login_id": chosen, "alternates": others}
    if not others:
        del body["alternates"]
    extra = outgoing.write.extra | {"alternates": others}
    key = outbox_rules.next_key(outgoing.entry.id, reason=f"alternate/{chosen}")
    with file.database.transaction():
        outbox_store.rewrite(
            file, outbox_id=outgoing.entry.id, write=replace(outgoing.write, body=body, extra=extra), key=key
        )
        outbox_store.mark(file, outbox_id=outgoing.entry.id, status=OutboxStatus.QUEUED)


def _told(error: ServerError) -> dict[str, Any]:
    silent = ("type", "title", "status", "instance", "current")
    return {name: value for name, value in error.data.items() if name not in silent}


def _keep_delegation(file: PrivateFile, document: object) -> None:
    """Show at once what an answer holds; anything else comes with the next page of changes."""
    if not isinstance(document, dict):
        return
    try:
        delegation = read_delegation(document)
    except (KeyError, TypeError, ValueError):
        return
    delegation_store.keep(file, delegations=[delegation])


def _apply_account(stores: Stores, results: Results, *, now: datetime) -> set[Topic]:
    file = _file_at(stores, Place.ACCOUNT, account_id=results.batch.account_id)
    if file is None or not file.is_open:
        return set()
    topics: set[Topic] = set()
    if results.me is not None or results.page is not None:
        accounts.note_use(stores.device, server=stores.server_url, account_id=file.account, now=now)
    with file.database.transaction():
        if results.session is not None and not file.meta(session.PAUSED):
            file.set_meta(session.PAUSED, SessionExpired.default_code)
            topics.add(Topic.SESSION)
        before = file.meta(CURSOR)
        topics |= _note(stores, file, results, now=now)
        if results.me is not None and results.me.account.account_id == file.account:
            stores.me_asked_at = now
            topics |= {Topic.SESSION} if session.keep_me(file, me=results.me) else set()
        if results.page is not None:
            if results.page.is_full:
                delegation_store.forget_all(file)
            delegation_store.keep(file, delegations=results.page.delegations)
            delegation_store.forget(file, delegation_ids=results.page.removed)
            file.set_meta(CURSOR, results.page.cursor)
            topics.add(Topic.DELEGATIONS)
        topics |= news.of_time(stores, file, is_first=not before, now=now)
    return topics


def _note(stores: Stores, file: PrivateFile, results: Results, *, now: datetime) -> Topics:
    """Tell what others did, before the server's word is laid over what is known."""
    mine = results.me if results.me is not None and results.me.account.account_id == file.account else None
    return news.of_turn(stores, file, me=mine, page=results.page, is_first=not file.meta(CURSOR), now=now)


def _apply_progress(stores: Stores, results: Results, *, now: datetime) -> set[Topic]:
    topics: set[Topic] = set()
    for poll in results.batch.polls:
        progress = _known_progress(results.progress.get(poll.outbox_id))
        file = _file_at(stores, poll.place, account_id="")
        if file is not None and progress and poll.is_doubted:
            outbox_store.doubt(file, outbox_id=poll.outbox_id, now=None)
        if file is not None and poll.outbox_id in results.forgotten:
            epoch.sign_up_again(file, outbox_id=poll.outbox_id)
            topics |= {Topic.SIGNUPS, Topic.OUTBOX}
        if file is not None and progress and progress != SignupStatus.ACTIVATION_SENT:
            outbox_store.set_progress(file, outbox_id=poll.outbox_id, progress=progress)
            topics |= {Topic.SIGNUPS} | news.of_signup(file, outbox_id=poll.outbox_id, progress=progress, now=now)
    return topics


def _apply_escalations(stores: Stores, results: Results, *, now: datetime) -> set[Topic]:
    topics: set[Topic] = set()
    for question in results.batch.questions:
        file = _file_at(stores, question.place, account_id="")
        answer = results.escalations.get(question.outbox_id)
        if file is not None:
            topics |= escalation.settle(file, outbox_id=question.outbox_id, answer=answer, now=now)
            topics |= news.of_file(file, outbox_id=question.outbox_id, now=now)
    return topics


def _known_progress(value: object) -> str:
    known = (SignupStatus.ACTIVATION_SENT, SignupStatus.ACTIVATED, SignupStatus.EXPIRED)
    return next((status.value for status in known if status == value), "")


def _apply_public(
    stores: Stores, results: Results, *, now: datetime, progress: Callable[[float], object] | None
) -> set[Topic]:
    topics: set[Topic] = set()
    if results.catalogue is not None:
        topics |= catalogue.keep(stores, catalogue=results.catalogue, now=now)
    if results.councils is not None:
        topics |= registry.keep_councils(stores, found=results.councils, now=now)
    if results.batch.wants_snapshot and results.network is None:
        stores.snapshot_checked_at = now
        try:
            topics |= registry.keep_snapshot(stores, snapshot=results.snapshot, progress=progress)
        except GivenUp:
            log.info("The new copy of the registry was given up; the one in place stays.")
        topics |= {Topic.REGISTRY} if stores.snapshot_refusal != results.snapshot_refusal else set()
        stores.snapshot_refusal = results.snapshot_refusal
    return topics


def _apply_network(stores: Stores, results: Results, *, now: datetime) -> set[Topic]:
    code = results.network.code if results.network else ""
    if not code:
        offline.note_contact(stores, now=now)
    data = dict(results.network.data) if results.network else {}
    changed = (stores.network_code, stores.network_data) != (code, data)
    stores.network_code, stores.network_data = code, data
    return {Topic.NETWORK} if changed or not code else set()


def jitter_of(outbox_id: str, attempts: int) -> float:
    """Spread the attempts of many machines: ids are random, so this is too, and a test can repeat it."""
    digest = hashlib.sha256(f"{outbox_id}/{attempts}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
