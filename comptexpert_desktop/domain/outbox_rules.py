"""What an answer, or its absence, does to an entry of the outbox.

Unreachable costs no attempt; 401 pauses the account's queue; other 4xx wait for the person; 5xx back that
entry off alone. An approval waits at most 24 hours, a revocation never expires (BR-15).
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
    SessionExpired,
    Stale,
    Unreachable,
)

if TYPE_CHECKING:
    from comptexpert_desktop.domain.outbox import OutboxEntry

FIRST_DELAY = 2.0
LONGEST_DELAY = 15 * 60.0
LONGEST_RETRY_AFTER = 60 * 60.0
INTENT_LIFE = timedelta(hours=24)

UNKNOWN_CODE = "OUTBOX_UNKNOWN"
TOO_OLD_CODE = "INTENT_TOO_OLD"

DUE = frozenset({OutboxStatus.QUEUED, OutboxStatus.UNKNOWN, OutboxStatus.SENDING})
REPLACEABLE = frozenset({OutboxStatus.QUEUED, OutboxStatus.NEEDS_YOU})
"""A newer decision about the same delegation takes the place of these: nothing of them is on its way."""

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


def order(entry: OutboxEntry) -> tuple[int, datetime, str]:
    """Rank an entry: revocations first, then age (BR-16)."""
    return (PRIORITY[entry.kind], entry.created_at, entry.id)


def is_due(entry: OutboxEntry, *, now: datetime) -> bool:
    """Tell whether an entry may leave; a clock that was set back does not strand it."""
    if entry.status not in DUE:
        return False
    wait = entry.next_attempt_at - now
    return wait <= timedelta(0) or wait > timedelta(seconds=LONGEST_RETRY_AFTER)


def is_too_old(entry: OutboxEntry, *, now: datetime) -> bool:
    """Tell whether an approval waited so long that the person must confirm it; one on its way never is."""
    since = entry.again_at or entry.created_at
    return entry.kind is Kind.APPROVE and entry.status is OutboxStatus.QUEUED and now - since > INTENT_LIFE


def delay(attempts: int, *, jitter: float, retry_after: float = 0.0) -> float:
    """Return the seconds before the next attempt: full jitter, never sooner than the server asked."""
    ceiling = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(attempts, 20))
    return max(ceiling * jitter, min(retry_after, LONGEST_RETRY_AFTER))


def after_success(entry: OutboxEntry, *, now: datetime) -> Outcome:
    """Close an entry that the server carried out."""
    return Outcome(OutboxStatus.SENT, "", entry.attempts + 1, now)


def after_error(entry: OutboxEntry, *, error: ServerError, now: datetime, jitter: float) -> Outcome:
    """Decide by what the error class asks for (errors.py)."""
    match error:
        case Unreachable():
            left = bool(error.data.get("sent")) or entry.status is OutboxStatus.UNKNOWN
            status, code = (OutboxStatus.UNKNOWN, UNKNOWN_CODE) if left else (OutboxStatus.QUEUED, error.code)
            return Outcome(status, code, entry.attempts, now, stops_turn=True)
        case SessionExpired():
            return Outcome(OutboxStatus.QUEUED, error.code, entry.attempts, now, pauses_account=True)
        case Refused() | Stale():
            return Outcome(OutboxStatus.NEEDS_YOU, error.code, entry.attempts + 1, now)
        case _:
            asked = error.data.get("retry_after")
            wait = delay(
                entry.attempts,
                jitter=jitter,
                retry_after=float(asked) if isinstance(asked, int | float) else 0.0,
            )
            later = now + timedelta(seconds=wait)
            return Outcome(OutboxStatus.QUEUED, error.code, entry.attempts + 1, later)


def next_key(outbox_id: str, *, reason: str) -> str:
    """Make the key of a write that is asked again after a definite refusal.

    Derived from the entry, so that a crash in between cannot make two.
    """
    return str(uuid.uuid5(uuid.UUID(outbox_id), reason))


def check_discardable(entry: OutboxEntry) -> None:
    """Refuse to forget what may already have had its effect."""
    if entry.status not in DISCARDABLE:
        raise NotAllowed(UNKNOWN_CODE)
