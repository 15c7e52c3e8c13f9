"""The rules of the outbox: what leaves first, and what an answer does to an entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from datetime import datetime

OutboxId = NewType("OutboxId", str)
"""A UUID made when the person acts: the idempotency key."""


class Kind(StrEnum):
    """What an entry asks of the server, in the order in which entries leave (BR-16)."""

    REVOKE = "revoke"
    SUSPEND = "suspend"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    RELINQUISH = "relinquish"
    LEAVE = "leave"
    """The end of somebody's membership of a firm."""
    APPROVE = "approve"
    RESUME = "resume"
    GRANT = "grant"
    RENEW = "renew"
    TRANSFER = "transfer"
    REQUEST = "request"
    SIGNUP = "signup"


PRIORITY = {kind: rank for rank, kind in enumerate(Kind)}


class OutboxStatus(StrEnum):
    """Where an entry stands."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    NEEDS_YOU = "needs_you"


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One write of a person, on its way to the server; its payload is read only to send it."""

    id: OutboxId
    kind: Kind
    account: str
    """The account's id, or empty for a sign-up made before any account."""
    subject: str
    """What it is about, in words that hold no secret: a name, a service code."""
    delegation_id: str
    created_at: datetime
    status: OutboxStatus
    code: str
    attempts: int
    next_attempt_at: datetime
    answer: dict[str, object] = field(default_factory=dict, repr=False)
    """What the server said: the members of its refusal (`council`, `suggestions`, `current`, `firms`,
    `masked_email`) or of its answer (`id`, `login_id`, `masked_email`); empty while the vault is locked."""
    again_at: datetime | None = None
    """Since when the server is asked again about what it had taken: it went back to an older state."""


@dataclass(frozen=True, slots=True)
class Write:
    """What an entry sends, kept sealed until the server answered."""

    method: str
    path: str
    body: dict[str, object] = field(repr=False)
    if_match: int | None = None
    extra: dict[str, object] = field(default_factory=dict, repr=False)
    """What stays on this machine: alternates, the first delegation requests."""
