"""The network's part of a turn: never raises, so that the store's part always follows."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, TypeVar

from comptexpert_desktop.errors import ServerError, ServerFault, SessionExpired, UnexpectedReply, Unreachable
from comptexpert_desktop.usecases.access import AnotherAccount
from comptexpert_desktop.usecases.ports import Call
from comptexpert_desktop.usecases.turn import Place, Results

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comptexpert_desktop.usecases.ports import Doors
    from comptexpert_desktop.usecases.turn import Batch, Outgoing, Poll, Question

T = TypeVar("T")

_UNKNOWN = "NOT_FOUND"


def send(doors: Doors, *, batch: Batch) -> Results:
    """Send what was taken, then ask what changed."""
    results = Results(batch)
    try:
        if batch.account_id:
            doors.session.resume(account_id=batch.account_id, refresh_token=batch.refresh_token)
        _send_writes(doors, results)
        if results.network is None and not batch.has_more:
            _ask(doors, results)
            _blame(results)
    except Exception as error:  # noqa: BLE001  (applied first, then raised again)
        results.failure = error
    results.epoch = doors.server.epoch()
    results.unsaved = doors.session.take_unsaved()
    return results


def _blame(results: Results) -> None:
    """End the turn with the server's own fault when it answered nothing else: nobody was heard."""
    heard = (results.page, results.me, results.catalogue, results.councils, results.snapshot)
    faults = [error for error in results.minor if isinstance(error, ServerFault)]
    is_heard = any(one is not None for one in heard) or results.answers or results.progress or results.escalations
    if results.network is None and faults and not is_heard:
        results.network = faults[0]


def _send_writes(doors: Doors, results: Results) -> None:
    for is_bulk, group in itertools.groupby(results.batch.outgoing, key=lambda outgoing: outgoing.is_bulk):
        for run in [list(group)] if is_bulk else [[outgoing] for outgoing in group]:
            _send_run(doors, results, run=run)
            if results.network is not None:
                return


def _send_run(doors: Doors, results: Results, *, run: list[Outgoing]) -> None:
    """Send one write, or those that travel in one batch."""
    if run[0].place is Place.ACCOUNT and not _is_ours(doors, results):
        return
    told: ServerError | None = None
    try:
        results.answers.update(_answers(doors, results, run=run))
    except AnotherAccount:
        return
    except Unreachable as error:
        told = results.network = error
    except SessionExpired as error:
        told = results.session = error
    except ServerError as error:
        told = error
    if told is not None:
        results.answers.update({outgoing.entry.id: told for outgoing in run})


def _answers(doors: Doors, results: Results, *, run: list[Outgoing]) -> Mapping[str, Mapping[str, Any] | ServerError]:
    account_id = results.batch.account_id
    if not run[0].is_bulk:
        return {run[0].entry.id: _submit(doors, run[0], account_id=account_id)}
    calls = [_call(outgoing) for outgoing in run]
    told = doors.session.call(doors, lambda token: doors.server.decide(calls, token=token), account_id=account_id)
    return {outgoing.entry.id: told[outgoing.key] for outgoing in run}


def _is_ours(doors: Doors, results: Results) -> bool:
    """Tell whether the session is that of the entries' account; `Session.call` makes sure of it."""
    batch = results.batch
    return bool(batch.account_id) and doors.session.account_id == batch.account_id and not results.session


def _submit(doors: Doors, outgoing: Outgoing, *, account_id: str) -> Mapping[str, Any]:
    call = _call(outgoing)
    if outgoing.place is Place.ACCOUNT:
        return doors.session.call(doors, lambda token: doors.server.submit(call, token=token), account_id=account_id)
    return doors.server.submit(call, token="")


def _call(outgoing: Outgoing) -> Call:
    write = outgoing.write
    return Call(
        method=write.method,
        path=write.path,
        body=write.body,
        key=outgoing.key,
        if_match=write.if_match,
    )


def _ask(doors: Doors, results: Results) -> None:
    batch = results.batch
    asked = False
    if _is_ours(doors, results):
        asked = True
        _ask_for_account(doors, results)
    for poll in batch.polls:
        asked = True
        _ask_about_signup(doors, results, poll)
    for question in batch.questions:
        asked = True
        _ask_about_file(doors, results, question)
    if batch.wants_catalogue:
        asked = True
        results.catalogue = _attempt(results, doors.server.catalogue)
        results.councils = _attempt(results, doors.server.councils)
    if batch.wants_snapshot:
        asked = True
        before = len(results.minor)
        results.snapshot = _attempt(results, lambda: doors.server.snapshot(since=batch.snapshot_since))
        refusals = [error.code for error in results.minor[before:] if isinstance(error, UnexpectedReply)]
        results.snapshot_refusal = "".join(refusals)
    if not asked and not results.answers:
        _attempt(results, doors.server.ping)


def _ask_about_signup(doors: Doors, results: Results, poll: Poll) -> None:
    """Ask how far a sign-up is; a server that was restored may not know it any more."""
    if results.network is not None:
        return
    try:
        results.progress[poll.outbox_id] = doors.server.signup_status(poll.signup_id, claim=poll.claim)
    except Unreachable as error:
        results.network = error
    except ServerError as error:
        if poll.is_doubted and error.code == _UNKNOWN:
            results.forgotten.add(poll.outbox_id)
        else:
            results.minor.append(error)


def _ask_about_file(doors: Doors, results: Results, question: Question) -> None:
    """Open a file with the Conseil régional, or ask where it stands; a refusal is an answer too."""
    if results.network is not None:
        return
    try:
        if question.escalation_id:
            answer = doors.server.escalation(question.escalation_id, claim=question.claim)
        else:
            call = Call(method="POST", path="/escalations", body=question.body, key=question.key)
            answer = doors.server.submit(call, token="")
    except Unreachable as error:
        results.network = error
    except ServerError as error:
        results.escalations[question.outbox_id] = error
    else:
        results.escalations[question.outbox_id] = answer


def _ask_for_account(doors: Doors, results: Results) -> None:
    server, cursor, account_id = doors.server, results.batch.cursor, results.batch.account_id
    try:
        results.page = doors.session.call(
            doors, lambda token: server.sync(token=token, cursor=cursor), account_id=account_id
        )
        if results.page is not None or not cursor or results.answers or results.batch.wants_me:
            results.me = doors.session.call(doors, lambda token: server.me(token=token), account_id=account_id)
    except AnotherAccount:
        return
    except SessionExpired as error:
        results.session = error
    except ServerError as error:
        results.network = error


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
