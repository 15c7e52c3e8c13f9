"""Notices: what a person is told of changes that concern them and that others, or time, made (BR-17)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Status

if TYPE_CHECKING:
    from datetime import date, datetime

    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.domain.session import Me

MAX_KEPT = 500
LEVELS = (1, 14, 30)
"""How many days before its end a right is announced to end (BR-13)."""


class Kind(StrEnum):
    """What happened."""

    REQUESTED = "requested"
    SECOND_REQUESTED = "second_wanted"
    GRANTED = "granted"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    STARTED = "started"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    REVOKED = "revoked"
    RELINQUISHED = "relinquished"
    REVIEW_ENDED = "review_ended"
    EXPIRED = "expired"
    CEASED = "ceased"
    END_PLANNED = "end_planned"
    TRANSFERRED = "transferred"
    RECEIVED = "received"
    OPERATIONAL = "operational"
    ENDING = "ending"
    SIGNUP_ACTIVATED = "signup_activated"
    FILE_ANSWERED = "file_answered"
    REVIEW_OPENED = "review_opened"
    REVIEW_GRACE = "review_grace"
    ABSENCE_ASKED = "absence_asked"
    COVER_BEGAN = "cover_began"


DECISIONS = frozenset(
    {Kind.REQUESTED, Kind.SECOND_REQUESTED, Kind.REVIEW_OPENED, Kind.REVIEW_GRACE, Kind.ABSENCE_ASKED}
)
"""What waits for a decision of the person: told from the first synchronisation on."""


class Side(StrEnum):
    """What a person is to a delegation that changed."""

    GRANTOR = "grantor"
    GRANTEE = "grantee"
    PEER = "peer"


@dataclass(frozen=True, slots=True)
class About:
    """What a notice is about, in the words of the moment; sealed where it is kept."""

    person: str = ""
    """The other one: the collaborateur for who grants, the expert-comptable for who holds."""
    service: str = ""
    rights: tuple[str, ...] = ()
    firm: str = ""
    firm_id: str = ""
    day: str = ""
    """The day that matters, ISO: an end, the last day of a review or of a cover."""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to know; `id` says the same thing once."""

    id: str
    kind: Kind
    at: datetime
    about: About = field(repr=False)
    delegation_id: str = ""
    is_read: bool = False


def side_of(delegation: Delegation, *, me: Me) -> Side | None:
    """Tell what the person is to a delegation; None when they only may read it."""
    account = me.account
    if delegation.grantee.account_id == account.account_id:
        return Side.GRANTEE
    grantor = delegation.grantor
    is_listed = bool(account.entry_id) and account.entry_id == grantor.entry_id
    is_named = is_listed or account.account_id == grantor.account_id
    covers = any(one.firm_id == delegation.firm.id and one.absent_entry_id == grantor.entry_id for one in me.covers)
    if is_named or covers:
        return Side.GRANTOR
    return Side.PEER if any(firm.id == delegation.firm.id and firm.role == "grantor" for firm in me.firms) else None


def waiting(delegation: Delegation, *, side: Side) -> Kind | None:
    """Tell what of a delegation waits for a decision of this side."""
    if side is Side.GRANTOR and delegation.status is Status.PENDING:
        return Kind.REQUESTED
    if side is Side.PEER and delegation.status is Status.PENDING_SECOND:
        return Kind.SECOND_REQUESTED
    return None


def change(before: Delegation | None, after: Delegation, *, side: Side) -> Kind | None:
    """Tell what a change means to a person who did not make it; None when it is nothing to them."""
    if before is None:
        return waiting(after, side=side) or (_new_to_grantee(after) if side is Side.GRANTEE else None)
    if side is Side.PEER:
        return waiting(after, side=side) if before.status is not after.status else None
    if before.status is after.status:
        return _same_status(before, after, side=side)
    move = _MOVES[side].get(after.status)
    return None if move is None else move(before, after)


def _new_to_grantee(after: Delegation) -> Kind | None:
    return Kind.GRANTED if after.status in {Status.ACTIVE, Status.SCHEDULED} else None


def _same_status(before: Delegation, after: Delegation, *, side: Side) -> Kind | None:
    if before.grantor.entry_id != after.grantor.entry_id or before.grantor.account_id != after.grantor.account_id:
        return Kind.RECEIVED if side is Side.GRANTOR else Kind.TRANSFERRED
    if _lives(after) and before.valid_until != after.valid_until and after.valid_until is not None:
        return Kind.END_PLANNED
    if side is Side.GRANTEE and after.effective and not before.effective and before.missing:
        return Kind.OPERATIONAL
    return None


def _lives(delegation: Delegation) -> bool:
    return delegation.status in {Status.ACTIVE, Status.SCHEDULED, Status.SUSPENDED}


def _begun(before: Delegation, _after: Delegation) -> Kind:
    """Tell how a right came to live: it was asked for, suspended, or planned."""
    if before.status in {Status.PENDING, Status.PENDING_SECOND}:
        return Kind.APPROVED
    return Kind.RESUMED if before.status is Status.SUSPENDED else Kind.STARTED


def _begun_for_grantor(before: Delegation, after: Delegation) -> Kind | None:
    """Tell the same to who grants: a second accord, a colleague and time are news to them, their own accord is not."""
    return None if before.status is Status.PENDING else _begun(before, after)


def _revoked(_before: Delegation, after: Delegation) -> Kind:
    if after.end_cause == "relinquished":
        return Kind.RELINQUISHED
    return Kind.REVIEW_ENDED if after.end_cause.startswith("review_") else Kind.REVOKED


def _is(kind: Kind) -> _Move:
    return lambda _before, _after: kind


if TYPE_CHECKING:
    from collections.abc import Callable

    _Move = Callable[[Delegation, Delegation], Kind | None]

_BOTH: dict[Status, _Move] = {
    Status.LAPSED: _is(Kind.LAPSED),
    Status.SUSPENDED: _is(Kind.SUSPENDED),
    Status.REVOKED: _revoked,
    Status.EXPIRED: _is(Kind.EXPIRED),
    Status.CEASED: _is(Kind.CEASED),
}
_MOVES: dict[Side, dict[Status, _Move]] = {
    Side.GRANTEE: {
        **_BOTH,
        Status.ACTIVE: _begun,
        Status.SCHEDULED: _begun,
        Status.REFUSED: _is(Kind.REFUSED),
        Status.REVOKED: lambda before, after: None if after.end_cause == "relinquished" else _revoked(before, after),
    },
    Side.GRANTOR: {
        **_BOTH,
        Status.ACTIVE: _begun_for_grantor,
        Status.SCHEDULED: _begun_for_grantor,
        Status.WITHDRAWN: _is(Kind.WITHDRAWN),
        Status.REFUSED: lambda before, _after: Kind.REFUSED if before.status is Status.PENDING_SECOND else None,
        Status.PENDING: _is(Kind.REQUESTED),
    },
}


def level_of(delegation: Delegation, *, today: date, since: date) -> int | None:
    """Give the warning that is due, in days before the end; None when it was due before `since` or is not yet."""
    if delegation.status is not Status.ACTIVE or delegation.valid_until is None:
        return None
    left = (delegation.valid_until - today).days
    level = next((days for days in LEVELS if 0 <= left <= days), None)
    if level is None:
        return None
    crossed = delegation.valid_until.toordinal() - level
    begun = delegation.valid_from.toordinal() if delegation.valid_from is not None else 0
    return level if crossed >= since.toordinal() and crossed > begun else None
