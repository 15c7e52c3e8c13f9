"""What one command came to: the server's word is kept where screens read it, and its entry says where it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain import outbox_rules, signup_rules
from comptexpert_desktop.domain.commands import (
    FIRM_CHANGES,
    AnswerReview,
    ChangeEmail,
    ChooseMails,
    CorrectName,
    OpenEscalation,
    OpenReview,
    ResendActivation,
    SignUp,
)
from comptexpert_desktop.domain.documents import read_delegation, understood
from comptexpert_desktop.domain.firm import FirmPage
from comptexpert_desktop.domain.importing import ImportAnswer
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.signup import MAIL_REFUSED, SignupStatus
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import Refused, ServerError, SessionExpired, UnexpectedReply
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import firm_pages
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.firm import reviews
from comptexpert_desktop.usecases.session.refresh_tokens import pause
from comptexpert_desktop.usecases.signup import escalation, signup
from comptexpert_desktop.usecases.token_session import DIED

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.commands import Command
    from comptexpert_desktop.domain.review import Answer as ReviewAnswer
    from comptexpert_desktop.domain.wire_types import Answer
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.usecases.sync.messages import Outgoing, Results

IMPORT_REFUSED = "DEL_IMPORT_REFUSED"


def topics_of(command: Command) -> set[Topic]:
    """Tell what changes with the answer to a command."""
    match command:
        case SignUp() | ResendActivation() | OpenEscalation():
            return {Topic.OUTBOX, Topic.SIGNUPS}
        case AnswerReview():
            return {Topic.OUTBOX, Topic.REVIEWS, Topic.DELEGATIONS}
        case OpenReview():
            return {Topic.OUTBOX, Topic.FIRM, Topic.REVIEWS}
        case ChangeEmail() | CorrectName() | ChooseMails():
            return {Topic.OUTBOX, Topic.SESSION}
        case _ if isinstance(command, FIRM_CHANGES):
            return {Topic.OUTBOX, Topic.FIRM, Topic.DELEGATIONS}
    return {Topic.OUTBOX, Topic.DELEGATIONS}


def success(
    file: PrivateFile, outgoing: Outgoing, *, answer: Answer, answered_at: datetime, now: datetime
) -> set[Topic]:
    """Keep what the server said; the entry is done, unless a table was refused as a whole."""
    entry, command = outgoing.entry, outgoing.command
    if isinstance(answer, ImportAnswer) and not answer.applied:
        lines = [{"place": line.place, "code": line.code} for line in answer.lines]
        code = answer.about_the_person or IMPORT_REFUSED
        return failure(file, outgoing, error=Refused(code, data={"lines": lines}), is_account=True, now=now)
    outcome = outbox_rules.after_success(entry, now=answered_at)
    with file.database.transaction():
        kept = _keep(file, outgoing, answer=answer, now=now)
        outbox_store.settle(file, outbox_id=entry.id, outcome=outcome, answer=kept)
    if not isinstance(command, AnswerReview):  # which erases nothing, and comes by hundreds
        file.database.purge_deleted()
    return topics_of(command)


def _keep(file: PrivateFile, outgoing: Outgoing, *, answer: Answer, now: datetime) -> dict[str, Any]:
    """Keep an answer where it belongs; return what the entry remembers of it."""
    entry, command = outgoing.entry, outgoing.command
    if isinstance(answer, FirmPage):
        firm_pages.keep(file, page=answer, now=now)
        return {"id": answer.id}
    if isinstance(answer, ImportAnswer):
        granted = [line.delegation for line in answer.lines if line.delegation is not None]
        delegation_store.keep(file, delegations=granted)
        return {"granted": len(answer.lines)}
    match command:
        case SignUp():
            _keep_signup(file, outgoing, answer=answer)
            return {name: value for name, value in answer.items() if name != "claim"}
        case ChangeEmail() | CorrectName() | ChooseMails():
            return dict(answer)
        case ResendActivation():
            signup.resent(file, outbox_id=command.signup_outbox_id, answer=answer)
        case OpenEscalation():
            escalation.settle(file, outbox_id=command.signup_outbox_id, answer=answer, now=now)
        case AnswerReview():
            reviews.answered(file, command)
        case _ if entry.again_at is None:  # otherwise the first answer, and the case may have moved since
            keep_delegation(file, answer)
    return {"id": answer.get("id"), "status": answer.get("status")}


def _keep_signup(file: PrivateFile, outgoing: Outgoing, *, answer: Mapping[str, Any]) -> None:
    """Keep what follows a sign-up, and erase its form."""
    _erase_form(file, outgoing)
    file.set_secret(signup.claim_name(outgoing.entry.id), str(answer.get("claim") or ""))
    progress = known_progress(answer.get("status")) or SignupStatus.ACTIVATION_SENT.value
    outbox_store.set_progress(file, outbox_id=outgoing.entry.id, progress=progress)


def _erase_form(file: PrivateFile, outgoing: Outgoing) -> None:
    if isinstance(outgoing.command, SignUp):
        outbox_store.rewrite(file, outbox_id=outgoing.entry.id, command=signup_rules.taken(outgoing.command))


def failure(
    file: PrivateFile, outgoing: Outgoing, *, error: ServerError, is_account: bool, now: datetime
) -> set[Topic]:
    """Write why a command was not carried out, or that nobody knows."""
    entry, command = outgoing.entry, outgoing.command
    if isinstance(error, SessionExpired) and not is_account:
        error = UnexpectedReply()
    if error.code == "ID_TAKEN" and isinstance(command, SignUp) and command.alternates:
        _try_alternate(file, outgoing, command=command)
        return topics_of(command)
    outcome = outbox_rules.after_error(entry, error=error, now=now, jitter=jitter_of(entry.id, entry.attempts))
    is_final = outcome.status is OutboxStatus.NEEDS_YOU
    with file.database.transaction():
        keep_delegation(file, error.data.get("current"))
        if outcome.status is OutboxStatus.SENT:
            _erase_form(file, outgoing)
        outbox_store.settle(file, outbox_id=entry.id, outcome=outcome, answer=_document_of(error) if is_final else None)
        if outcome.pauses_account:
            pause(file, died=error.data.get(DIED), code=error.code)
        if is_final and isinstance(command, OpenEscalation) and not outcome.is_uncertain:
            # The sign-up says it, and what the person can do without the server's help.
            escalation.settle(file, outbox_id=command.signup_outbox_id, answer=error, now=now)
            outbox_store.delete(file, outbox_id=entry.id)
        if is_final and isinstance(command, AnswerReview):
            reviews.refused(file, outbox_id=entry.id, code=error.code)
    return topics_of(command)


def _try_alternate(file: PrivateFile, outgoing: Outgoing, *, command: SignUp) -> None:
    login_id, *others = command.alternates
    key = outbox_rules.next_key(outgoing.entry.id, reason=f"alternate/{login_id}")
    next_one = replace(command, login_id=login_id, alternates=tuple(others))
    with file.database.transaction():
        outbox_store.rewrite(file, outbox_id=outgoing.entry.id, command=next_one, key=key)
        outbox_store.mark(file, outbox_id=outgoing.entry.id, status=OutboxStatus.QUEUED)


def _document_of(error: ServerError) -> dict[str, Any]:
    silent = ("type", "title", "status", "instance", "current")
    return {name: value for name, value in error.data.items() if name not in silent}


def keep_delegation(file: PrivateFile, document: object) -> None:
    """Show at once what an answer holds; anything else comes with the next page of changes."""
    if not isinstance(document, Mapping):
        return
    delegation = understood(lambda: read_delegation(document))
    if delegation is not None:
        delegation_store.keep(file, delegations=[delegation])


def known_progress(value: object) -> str:
    """Return how far a sign-up is, when this version knows the word; else nothing."""
    if value == MAIL_REFUSED:
        return SignupStatus.ACTIVATION_SENT.value
    known = (SignupStatus.ACTIVATION_SENT, SignupStatus.ACTIVATED, SignupStatus.EXPIRED)
    return next((status.value for status in known if status == value), "")


def note_mail(file: PrivateFile, *, outbox_id: str, heard: str | None) -> bool:
    """Keep whether the activation mail is refused where it goes; true when that changed."""
    entry = outbox_store.find(file, outbox_id=outbox_id)
    if entry is None or known_progress(heard) != SignupStatus.ACTIVATION_SENT:
        return False
    is_refused = heard == MAIL_REFUSED
    if bool(entry.answer.get(MAIL_REFUSED)) is is_refused:
        return False
    outbox_store.set_answer(file, outbox_id=outbox_id, answer={**entry.answer, MAIL_REFUSED: is_refused})
    return True


def jitter_of(outbox_id: str, attempts: int) -> float:
    """Spread the attempts of many machines: ids are random, so this is too, and a test can repeat it."""
    digest = hashlib.sha256(f"{outbox_id}/{attempts}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def answers_to_reviews(file: PrivateFile, run: Sequence[Outgoing], *, results: Results) -> None:
    """Write in the reviews that are known, once for all, what a turn came to."""
    answered: list[tuple[AnswerReview, ReviewAnswer | ServerError]] = []
    for outgoing in run:
        command, answer = outgoing.command, results.answers.get(outgoing.entry.id)
        if isinstance(command, AnswerReview) and answer is not None:
            answered.append((command, answer if isinstance(answer, ServerError) else command.answer))
    reviews.lay_over(file, results=answered)
