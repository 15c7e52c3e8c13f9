"""The rules of a firm's settings in plain Python: what weakens a control is not one person's to do at once.

A change that strengthens, or that concerns nobody else, holds at once. One that weakens a control waits until a second
person of the firm asks for the same, or until the notice to the peers has passed without an objection.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

NOTICE = timedelta(hours=72)
"""How long the peers may object to a change that weakens a control."""


class Verdict(StrEnum):
    """What becomes of a change that somebody asks for."""

    APPLY = "apply"
    WAIT = "wait"


def weakens(setting: str, *, before: object, after: object, today: date) -> bool:
    """Return whether a change takes a control away: the second approver, or the yearly review when it was due."""
    if setting == "two_approvers":
        return bool(before) and not after
    if setting == "review_on":
        return bool(before) and (not after or next_day(str(after), today=today) > next_day(str(before), today=today))
    return False


def verdict(*, is_weaker: bool, has_peers: bool, asked_by: UUID | None, actor: UUID) -> Verdict:
    """Decide about a change; `asked_by` is who already asked for the very same, if anybody did."""
    if not is_weaker or not has_peers:
        return Verdict.APPLY
    return Verdict.APPLY if asked_by is not None and asked_by != actor else Verdict.WAIT


def is_due(*, asked_at: datetime, now: datetime) -> bool:
    """Return whether the notice has passed."""
    return now >= asked_at + NOTICE


def next_day(month_day: str, *, today: date) -> date:
    """Return the next day that `MM-DD` names, today included."""
    this_year = date.fromisoformat(f"{today.year}-{month_day}")
    return this_year if this_year >= today else date.fromisoformat(f"{today.year + 1}-{month_day}")
