"""The network's part of a turn: never raises, so that the store's part always follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from comptexpert_desktop.errors import (
    ServerError,
    ServerFault,
    SessionExpired,
    StoreError,
    UnexpectedReply,
    Unreachable,
    VaultError,
)
from comptexpert_desktop.usecases.sync.messages import Place, Results
from comptexpert_desktop.usecases.token_session import AnotherAccount

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comptexpert_desktop.domain.wire_types import Answer
    from comptexpert_desktop.usecases.ports import Gateways
    from comptexpert_desktop.usecases.session.late_sign_out import LateSignOut
    from comptexpert_desktop.usecases.sync.messages import Batch, Outgoing, Poll, Question

T = TypeVar("T")

_UNKNOWN = "NOT_FOUND"


def send(gateways: Gateways, *, batch: Batch) -> Results:
    """Send what was taken, then ask what changed."""
    results = Results(batch)
    try:
        if batch.account_id:
            gateways.session.resume(account_id=batch.account_id)
        _send_writes(gateways, results)
        if results.network is None and not batch.has_more:
            _ask(gateways, results)
            _blame(results)
    except Exception as error:  # noqa: BLE001  (applied first, then raised again)
        results.failure = error
    results.epoch = gateways.server.epoch()
    results.server_time = gateways.server.date()
    results.poll_after = gateways.server.poll_after()
    return results


def _blame(results: Results) -> None:
    """End the turn with the server's own fault when it answered nothing else: nobody was heard."""
    heard = (results.page, results.me, results.catalogue, results.councils, results.snapshot)
    faults = [error for error in results.minor if error.code == ServerFault.default_code]
    is_heard = any(one is not None for one in heard) or results.answers or results.progress or results.escalations
    if results.network is None and faults and not is_heard:
        results.network = faults[0]


def _send_writes(gateways: Gateways, results: Results) -> None:
    by_key = {outgoing.sending.key: outgoing for outgoing in results.batch.outgoing}
    for parcel in gateways.server.parcels([outgoing.sending for outgoing in results.batch.outgoing]):
        _send_run(gateways, results, run=[by_key[sending.key] for sending in parcel])
        if results.network is not None:
            return


def _send_run(gateways: Gateways, results: Results, *, run: list[Outgoing]) -> None:
    """Send one write, or those that travel in one batch."""
    if run[0].place is Place.ACCOUNT and not _is_ours(gateways, results):
        return
    failure: ServerError | None = None
    try:
        results.answers.update(_answers(gateways, results, run=run))
    except AnotherAccount:
        return
    except Unreachable as error:
        failure = results.network = error
    except SessionExpired as error:
        failure = results.session = error
    except ServerError as error:
        failure = error
    except (StoreError, VaultError) as error:  # the renewed session could not be written: nothing left
        results.unkept = error
    except Exception:
        # A bug of ours: nobody knows whether the write had left.
        results.answers.update({outgoing.entry.id: UnexpectedReply() for outgoing in run})
        raise
    if failure is not None:
        results.answers.update({outgoing.entry.id: failure for outgoing in run})


def _answers(gateways: Gateways, results: Results, *, run: list[Outgoing]) -> Mapping[str, Answer | ServerError]:
    sendings = [outgoing.sending for outgoing in run]
    if run[0].place is Place.ACCOUNT:
        answers = gateways.session.call(
            gateways.browser.refresh,
            lambda token: gateways.server.send(sendings, token=token),
            account_id=results.batch.account_id,
        )
    else:
        answers = gateways.server.send(sendings, token="")
    return {outgoing.entry.id: answers[outgoing.sending.key] for outgoing in run}


def _is_ours(gateways: Gateways, results: Results) -> bool:
    """Tell whether the session is that of the entries' account; `Session.call` makes sure of it."""
    batch = results.batch
    return (
        bool(batch.account_id)
        and gateways.session.account_id == batch.account_id
        and not (results.session or results.unkept)
    )


def _ask(gateways: Gateways, results: Results) -> None:
    batch = results.batch
    asked = False
    for late in batch.sign_outs:
        asked = True
        _sign_out(gateways, results, late)
    if _is_ours(gateways, results):
        asked = True
        _ask_for_account(gateways, results)
    for poll in batch.polls:
        asked = True
        _ask_about_signup(gateways, results, poll)
    for question in batch.questions:
        asked = True
        _ask_about_file(gateways, results, question)
    if batch.wants_catalogue:
        asked = True
        results.catalogue = _attempt(results, gateways.server.catalogue)
        results.councils = _attempt(results, gateways.server.councils)
    if batch.wants_snapshot:
        asked = True
        before = len(results.minor)
        results.snapshot = _attempt(results, lambda: gateways.server.snapshot(since=batch.snapshot_since))
        refusals = [
            error.code
            for error in results.minor[before:]
            if isinstance(error, UnexpectedReply) and error.code != ServerFault.default_code
        ]
        results.snapshot_refusal = "".join(refusals)
    if not asked and not results.answers:
        _attempt(results, gateways.server.ping)


def _ask_about_signup(gateways: Gateways, results: Results, poll: Poll) -> None:
    """Ask how far a sign-up is; a server that was restored may not know it any more."""
    if results.network is not None:
        return
    try:
        results.progress[poll.outbox_id] = gateways.server.signup_status(poll.signup_id, claim=poll.claim)
    except Unreachable as error:
        results.network = error
    except ServerError as error:
        if poll.is_doubted and error.code == _UNKNOWN:
            results.forgotten.add(poll.outbox_id)
        else:
            results.minor.append(error)


def _ask_about_file(gateways: Gateways, results: Results, question: Question) -> None:
    """Ask where a file with the Conseil régional stands; a refusal is an answer too."""
    if results.network is not None:
        return
    try:
        answer = gateways.server.escalation(question.escalation_id, claim=question.claim)
    except Unreachable as error:
        results.network = error
    except ServerError as error:
        results.escalations[question.outbox_id] = error
    else:
        results.escalations[question.outbox_id] = answer


def _sign_out(gateways: Gateways, results: Results, late: LateSignOut) -> None:
    """Let the server hear a sign-out that it could not hear before."""
    if results.network is not None:
        return
    try:
        gateways.browser.revoke(late.token)
    except Unreachable as error:
        results.network = error
    except ServerError as error:
        results.minor.append(error)
    else:
        results.heard_sign_outs.add(late.name)


def _ask_for_account(gateways: Gateways, results: Results) -> None:
    server, cursor, account_id = gateways.server, results.batch.cursor, results.batch.account_id
    try:
        results.page = gateways.session.call(
            gateways.browser.refresh, lambda token: server.sync(token=token, cursor=cursor), account_id=account_id
        )
        if results.page is not None or not cursor or results.answers or results.batch.wants_me:
            results.me = gateways.session.call(
                gateways.browser.refresh, lambda token: server.me(token=token), account_id=account_id
            )
    except AnotherAccount:
        return
    except SessionExpired as error:
        results.session = error
    except ServerError as error:
        results.network = error
    except (StoreError, VaultError) as error:
        results.unkept = error


def _attempt(results: Results, work: Callable[[], T]) -> T | None:
    """Ask for something without which the turn is still a turn, unless nobody answers any more."""
    if results.network is not None:
        return None
    try:
        return work()
    except Unreachable as error:
        results.network = error
    except ServerError as error:
        results.minor.append(error)
    return None
