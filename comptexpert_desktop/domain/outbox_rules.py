"""What an answer, or its absence, does to an entry of the outbox.

Two facts decide: whether an earlier attempt may have had its effect (the entry is UNKNOWN), and what this one says.

| this attempt                                               | QUEUED before       | UNKNOWN before               |
|------------------------------------------------------------|---------------------|------------------------------|
| done, or its first answer again                            | SENT                | SENT                         |
| refused by our server, by a code                           | NEEDS_YOU           | NEEDS_YOU                    |
| nothing happened: not sent, 401, 429, our server's fault   | QUEUED              | UNKNOWN                      |
| the third fault of our server in a row                     | NEEDS_YOU           | NEEDS_YOU, and uncertain     |
| nobody knows: lost, a gateway's word, garbage, in flight   | UNKNOWN             | UNKNOWN                      |

Unreachable costs no attempt; 401 pauses the account's queue; a fault backs that entry off alone. An approval waits at
most 24 hours, a revocation never expires (BR-15).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.outbox import PRIORITY, Kind, OutboxStatus
from comptexpert_desktop.errors import (
    NotAllowed,
    Refused,
    ServerError,
    ServerFault,
    SessionExpired,
    Stale,
    Unreachable,
)

if TYPE_CHECKING:
    from comptexpert_desktop.domain.outbox import OutboxEntry

FIRST_DELAY = 2
MAX_DELAY = 15 * 60.0
_MAX_DOUBLINGS = 20
MAX_RETRY_AFTER = 60 * 60.0
INTENT_TTL = timedelta(hours=24)

MAX_URGENT_DELAY = 30.0
"""Seconds that what cuts a right waits at most, whatever the server asked."""
MAX_FAULTS = 3
"""Faults of our server in a row, over one entry, after which the person is asked."""

UNKNOWN_CODE = "OUTBOX_UNKNOWN"
TOO_OLD_CODE = "INTENT_TOO_OLD"

DONE_CODES = frozenset({"KEY_ANSWER_LOST"})
"""Refusals that say that the key had its effect: only its answer cannot be given again."""
_DOUBT_CODES = frozenset({"KEY_REUSED"})
"""Refusals that say that something was done under the key, and not whether it was this."""
_IN_FLIGHT = "KEY_IN_FLIGHT"
_BUSY = 503
"""The server's word for « later »: no fault over this entry."""

URGENT = frozenset({Kind.REVOKE, Kind.SUSPEND, Kind.NARROW, Kind.LEAVE, Kind.REVIEW_END})
"""What cuts a right."""

DUE = frozenset({OutboxStatus.QUEUED, OutboxStatus.UNKNOWN, OutboxStatus.SENDING})
REPLACEABLE = frozenset({OutboxStatus.QUEUED, OutboxStatus.NEEDS_YOU})
"""A newer decision about the same delegation may take the place of these: nothing of them is on its way."""

DISCARDABLE = frozenset({OutboxStatus.QUEUED, OutboxStatus.NEEDS_YOU, OutboxStatus.SENT})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of an entry, and of the queue behind it."""

    status: OutboxStatus
    code: str
    attempts: int
    next_attempt_at: datetime
    pauses_account: bool = False
    stops_turn: bool = False
    faults: int = 0
    is_uncertain: bool = False


def order(entry: OutboxEntry) -> tuple[int, datetime, str]:
    """Rank an entry: revocations first, then age (BR-16)."""
    return (PRIORITY[entry.kind], entry.created_at, entry.id)


def is_due(entry: OutboxEntry, *, now: datetime) -> bool:
    """Tell whether an entry may leave; a clock that was set back does not strand it."""
    if entry.status not in DUE:
        return False
    wait = entry.next_attempt_at - now
    return wait <= timedelta(0) or wait > timedelta(seconds=MAX_RETRY_AFTER)


def is_too_old(entry: OutboxEntry, *, now: datetime) -> bool:
    """Tell whether an approval waited so long that the person must confirm it; one on its way never is."""
    since = entry.again_at or entry.created_at
    return entry.kind is Kind.APPROVE and entry.status is OutboxStatus.QUEUED and now - since > INTENT_TTL


def delay(attempts: int, *, jitter: float, retry_after: float = 0.0) -> float:
    """Return the seconds before the next attempt: full jitter, never sooner than the server asked."""
    doublings = min(max(attempts, 0), _MAX_DOUBLINGS)  # what a damaged row counts is no number to compute with
    ceiling = min(MAX_DELAY, FIRST_DELAY << doublings)
    return max(ceiling * jitter, min(retry_after, MAX_RETRY_AFTER))


def after_success(entry: OutboxEntry, *, now: datetime) -> Outcome:
    """Close an entry that the server carried out."""
    return Outcome(OutboxStatus.SENT, "", entry.attempts + 1, now)


def after_error(entry: OutboxEntry, *, error: ServerError, now: datetime, jitter: float) -> Outcome:
    """Decide by the table above; the class of the error says which line it is (errors.py)."""
    was_unknown = entry.status is OutboxStatus.UNKNOWN
    if error.code in DONE_CODES:
        return Outcome(OutboxStatus.SENT, error.code, entry.attempts + 1, now)
    match error:
        case Unreachable():
            left = was_unknown or bool(error.data.get("sent"))
            status, code = (OutboxStatus.UNKNOWN, UNKNOWN_CODE) if left else (OutboxStatus.QUEUED, error.code)
            return Outcome(status, code, entry.attempts, now, stops_turn=True, faults=entry.faults)
        case SessionExpired():
            return Outcome(_untouched(entry), error.code, entry.attempts, now, pauses_account=True, faults=entry.faults)
        case Refused() | Stale():
            doubt = error.code in _DOUBT_CODES
            return Outcome(OutboxStatus.NEEDS_YOU, error.code, entry.attempts + 1, now, is_uncertain=doubt)
    faults = entry.faults + 1 if _is_fault(error) else 0
    if faults >= MAX_FAULTS:
        return Outcome(
            OutboxStatus.NEEDS_YOU, error.code, entry.attempts + 1, now, faults=faults, is_uncertain=was_unknown
        )
    is_known = isinstance(error, ServerFault) and error.code != _IN_FLIGHT
    status = _untouched(entry) if is_known else OutboxStatus.UNKNOWN
    later = now + timedelta(seconds=_wait(entry, error=error, jitter=jitter))
    return Outcome(status, error.code, entry.attempts + 1, later, faults=faults)


def _untouched(entry: OutboxEntry) -> OutboxStatus:
    """Return where an entry stands when this attempt did nothing: an earlier one may still have."""
    return OutboxStatus.UNKNOWN if entry.status is OutboxStatus.UNKNOWN else OutboxStatus.QUEUED


def _is_fault(error: ServerError) -> bool:
    """Tell whether our server failed over this very entry, as it may again."""
    return (
        isinstance(error, ServerFault) and error.code == ServerFault.default_code and error.data.get("status") != _BUSY
    )


def _wait(entry: OutboxEntry, *, error: ServerError, jitter: float) -> float:
    asked = error.data.get("retry_after")
    wait = delay(entry.attempts, jitter=jitter, retry_after=float(asked) if isinstance(asked, int | float) else 0.0)
    return min(wait, MAX_URGENT_DELAY) if entry.kind in URGENT else wait


def next_key(outbox_id: str, *, reason: str) -> str:
    """Make the key of a write that is asked again after a definite refusal.

    Derived from the entry, so that a crash in between cannot make two.
    """
    return str(uuid.uuid5(uuid.UUID(outbox_id), reason))


def is_replaceable(entry: OutboxEntry) -> bool:
    """Tell whether a newer decision about the same delegation may take its place: nothing of it can have happened."""
    return entry.status in REPLACEABLE and not entry.is_uncertain


def check_discardable(entry: OutboxEntry, *, accepts_doubt: bool = False) -> None:
    """Refuse to forget what may already have had its effect.

    `accepts_doubt` is a person's word that they know: it holds for what came back to them, not for what is on its way.
    """
    if not is_discardable(entry, accepts_doubt=accepts_doubt):
        raise NotAllowed(UNKNOWN_CODE)


def is_discardable(entry: OutboxEntry, *, accepts_doubt: bool = False) -> bool:
    """Tell whether an entry may be forgotten: nothing of it is on its way, or in doubt unless that is accepted."""
    return entry.status in DISCARDABLE and (accepts_doubt or not entry.is_uncertain)
