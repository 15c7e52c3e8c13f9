"""How each command goes over the wire: its method, its path, its body, `If-Match`, and what travels together.

Nothing else knows. A body holds what its path takes and nothing that is empty, so that a command that waited sends
what it would have sent at first.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, assert_never
from urllib.parse import quote, urlencode

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.commands import (
    AcceptTerms,
    AnswerReview,
    Ask,
    CancelDeparture,
    ChangeEmail,
    ChangeFirm,
    ChooseMails,
    CorrectName,
    Decide,
    DeclareAbsence,
    EndMembership,
    Grant,
    Import,
    KeepUnused,
    OpenEscalation,
    OpenReview,
    ResendActivation,
    SignUp,
    StopAbsence,
    is_one_of_many,
)
from comptexpert_desktop.domain.wire_types import Sending

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from comptexpert_desktop.domain.commands import AccountChange, Command, FirmChange

IMPORTS = "/delegations/imports"
MAX_DECISIONS = 200
"""Decisions, or answers to a review, of one call."""


@dataclass(frozen=True, slots=True)
class Request:
    """One command on the wire; `table` is a body of comma-separated values."""

    method: str
    path: str
    body: Mapping[str, object] | None = field(default=None, repr=False)
    if_match: int | None = None
    claim: str = field(default="", repr=False)
    table: str | None = field(default=None, repr=False)

    def headers(self, key: str) -> dict[str, str]:
        """Return what goes beside the body."""
        headers = {"Idempotency-Key": key}
        if self.if_match is not None:
            headers["If-Match"] = f'"{self.if_match}"'
        if self.claim:
            headers["Comptexpert-Claim"] = self.claim
        return headers


def parcels(sendings: Iterable[Sending]) -> list[tuple[Sending, ...]]:
    """Split into calls, in order: decisions of gestures travel together, and so do the answers to one review."""
    found: list[tuple[Sending, ...]] = []
    for call, group in itertools.groupby(sendings, key=lambda one: _call_of_many(one.command)):
        together = list(group)
        size = MAX_DECISIONS if call else 1
        found += [tuple(together[first : first + size]) for first in range(0, len(together), size)]
    return found


def _call_of_many(command: Command) -> str:
    """Name the call that carries a command with others; empty for one that goes alone."""
    if not is_one_of_many(command):
        return ""
    if isinstance(command, AnswerReview):
        return _review(command.firm_id, command.review_id, "answers")
    return "/delegations/decisions"


def request_of_many(sendings: Sequence[Sending]) -> Request:
    """Write one call that carries many; each item keeps its own key."""
    items = [_item(one.command) | {"key": one.key} for one in sendings]
    return Request("POST", _call_of_many(sendings[0].command), {"items": items})


def _item(command: Command) -> dict[str, object]:
    match command:
        case Decide():
            named = {"id": command.delegation_id, "action": command.action.value, "version": command.version}
            return decision_body(command) | named
        case AnswerReview():
            return {
                "delegation_id": command.delegation_id,
                "version": command.version,
                "answer": command.answer.value,
            }
    raise TypeError(type(command).__name__)


def request_of(command: Command) -> Request:
    """Write one command that goes alone."""
    match command:
        case Decide():
            path = f"/delegations/{_part(command.delegation_id)}/{command.action.value}"
            return Request("POST", path, decision_body(command), if_match=command.version)
        case Ask() | Grant():
            return Request("POST", "/delegations", _asked(command))
        case AnswerReview():
            return request_of_many([Sending("", command)])
        case Import():
            return Request("POST", IMPORTS, table=command.table)
        case SignUp() | ResendActivation() | OpenEscalation() | ChangeEmail() | CorrectName() | ChooseMails():
            return _request_of_account(command)
    return _request_of_firm(command)


def _request_of_account(command: SignUp | ResendActivation | OpenEscalation | AccountChange) -> Request:
    match command:
        case SignUp():
            return Request("POST", "/signups", _signed_up(command))
        case ResendActivation():
            return Request("POST", f"/signups/{_part(command.signup_id)}/resend", {}, claim=command.claim)
        case OpenEscalation():
            named = {"entry_id": command.entry_id, "registration_number": command.registration_number}
            return Request("POST", "/escalations", _given(named) | {"code": command.code})
        case ChangeEmail():
            return Request("POST", "/me/email", {"email": command.email})
        case CorrectName():
            return Request("PATCH", "/me", {"given_name": command.given_name, "surname": command.surname})
        case ChooseMails():
            return Request("PATCH", "/me/mails", {"weekly": command.weekly})
    assert_never(command)


def _request_of_firm(command: FirmChange) -> Request:
    firm = f"/firms/{_part(command.firm_id)}"
    match command:
        case ChangeFirm():
            return Request("PATCH", firm, _changed(command), if_match=command.version)
        case AcceptTerms():
            return Request("POST", f"{firm}/terms", {"service": command.service})
        case DeclareAbsence():
            who = _given({"absent": command.absent, "cover": command.cover})
            when = {**_days(starts_on=command.starts_on, ends_on=command.ends_on), "reason": command.reason}
            return Request("POST", f"{firm}/absences", who | when)
        case StopAbsence() | KeepUnused():
            return Request("POST", f"{firm}/{_stopped_or_kept(command)}", {})
        case EndMembership() | CancelDeparture():
            return Request("DELETE", f"{firm}/members/{_part(command.account_id)}{_departure(command)}", {})
        case OpenReview():
            return Request("POST", f"{firm}/reviews", {"closes_on": command.closes_on.isoformat()})
    assert_never(command)


def _stopped_or_kept(command: StopAbsence | KeepUnused) -> str:
    if isinstance(command, KeepUnused):
        return f"unused/{_part(command.delegation_id)}/keep"
    return f"absences/{_part(command.absence_id)}/{'object' if command.objects else 'end'}"


def _departure(command: EndMembership | CancelDeparture) -> str:
    if isinstance(command, CancelDeparture):
        return "/departure"
    return f"?{urlencode({'on': command.last_day.isoformat()})}" if command.last_day else ""


def gesture_of(command: Decide | Ask | Grant | EndMembership | CancelDeparture) -> dict[str, object]:
    """Write a command that is not sent yet, to ask what it would change."""
    match command:
        case Decide():
            return _item(command)
        case EndMembership():
            last = _days(at=command.last_day)
            return {"firm": command.firm_id, "member": command.account_id, **last}
        case CancelDeparture():
            return {"firm": command.firm_id, "member": command.account_id, "stays": True}
    return _asked(command)


def decision_body(command: Decide) -> dict[str, object]:
    """Write what a decision says."""
    document = _given({"note": command.note, "grantor": command.grantor, "email": command.email})
    document |= _days(valid_from=command.valid_from, valid_until=command.valid_until, at=command.at)
    return document if command.rights is None else document | {"rights": list(command.rights)}


def _asked(command: Ask | Grant) -> dict[str, object]:
    other = {"grantee": command.grantee} if isinstance(command, Grant) else {"grantor": command.grantor}
    return {
        "service": command.service,
        "rights": list(command.rights),
        **other,
        "reason": command.reason,
        **_given({"firm": command.firm}),
        **_days(valid_from=command.valid_from, valid_until=command.valid_until),
    }


def _signed_up(command: SignUp) -> dict[str, object]:
    said = codec.write(replace(command, form=None, first_requests=()))
    return {name: one for name, one in said.items() if one}


def _changed(command: ChangeFirm) -> dict[str, object]:
    document: dict[str, object] = {}
    if command.two_approvers is not None:
        document["two_approvers"] = command.two_approvers
    if command.review_on is not None:
        document["review_on"] = command.review_on
    if command.templates is not None:
        document["templates"] = [codec.write(one) for one in command.templates]
    return document


def _given(texts: Mapping[str, str]) -> dict[str, object]:
    return {name: text for name, text in texts.items() if text}


def _days(**days: date | None) -> dict[str, object]:
    return {name: day.isoformat() for name, day in days.items() if day is not None}


def _review(firm_id: str, review_id: str, rest: str) -> str:
    return f"/firms/{_part(firm_id)}/reviews/{_part(review_id)}/{rest}"


def _part(text: str) -> str:
    return quote(text, safe="")
