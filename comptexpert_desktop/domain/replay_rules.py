"""What is offered again to a server that went back to an older state: it may have forgotten what it had taken.

Everything goes under the key that it had: a server that remembers gives its first answer again, and nothing happens
twice. What was undone since is not done again on the way: only the newest decision about a delegation leaves, and a
request or a grant that this person ended stays ended.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.outbox import Kind, OutboxStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.outbox import OutboxEntry

RESTORED_CODE = "SERVER_RESTORED"
FORGOTTEN_CODE = "SIGNUP_FORGOTTEN"

REOFFER_TTL = timedelta(days=30)
"""An answer older than this is older than any backup that is put back, and the server keeps its keys 90 days."""

CREATIONS = frozenset({Kind.GRANT, Kind.REQUEST})
_NEVER = frozenset({Kind.SIGNUP, Kind.RESEND, Kind.IMPORT, Kind.EMAIL})
"""What cannot be offered again: a form that was erased, mails of then, a table of which rights were ended since."""
RESTRICTIVE = frozenset({Kind.REVOKE, Kind.SUSPEND, Kind.NARROW, Kind.REFUSE, Kind.WITHDRAW, Kind.RELINQUISH})
"""What took a right or a request away: what it was taken from is not given again."""


def to_offer(entries: Iterable[OutboxEntry], *, now: datetime) -> list[OutboxEntry]:
    """Choose, among all entries of a file, those that the server answered and may have forgotten."""
    known = list(entries)
    last = _last_decisions(known)
    return [entry for entry in known if _is_recent(entry, now=now) and _still_holds(entry, last=last)]


def to_verify(entries: Iterable[OutboxEntry], *, now: datetime) -> list[OutboxEntry]:
    """Choose the sign-ups of which the server is asked whether it still knows them: they cannot be sent again."""
    return [
        entry
        for entry in entries
        if entry.kind is Kind.SIGNUP and entry.status is OutboxStatus.SENT and now - answered_at(entry) <= REOFFER_TTL
    ]


def answered_at(entry: OutboxEntry) -> datetime:
    """Tell when the server took an entry: the moment of its last attempt."""
    return entry.next_attempt_at


def _is_recent(entry: OutboxEntry, *, now: datetime) -> bool:
    is_taken = entry.status is OutboxStatus.SENT and entry.kind not in _NEVER
    return is_taken and now - answered_at(entry) <= REOFFER_TTL


def _last_decisions(entries: Sequence[OutboxEntry]) -> dict[str, OutboxEntry]:
    """Give the newest decision about each delegation; one that has not left yet is newer than any that did."""
    decided = [entry for entry in entries if entry.delegation_id]
    decided.sort(key=_age)
    return {entry.delegation_id: entry for entry in decided}


def _age(entry: OutboxEntry) -> tuple[bool, datetime, datetime, bool]:
    """Rank from the oldest to the newest; of two of one moment, what takes a right away counts."""
    is_waiting = entry.status is not OutboxStatus.SENT
    return is_waiting, answered_at(entry), entry.created_at, entry.kind in RESTRICTIVE


def _still_holds(entry: OutboxEntry, *, last: dict[str, OutboxEntry]) -> bool:
    if entry.delegation_id:
        return last[entry.delegation_id] is entry
    later = last.get(str(entry.answer.get("id") or "")) if entry.kind in CREATIONS else None
    return later is None or later.kind not in RESTRICTIVE
