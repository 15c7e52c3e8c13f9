"""The rules of the outbox: what leaves first, and what an answer does to an entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from datetime import datetime

OutboxId = NewType("OutboxId", str)
"""A UUID made when the person acts: the idempotency key."""

MOVES = "bulk/move/"
"""With what the group of somebody's move begins: decisions of several kinds that are one act."""


class Kind(StrEnum):
    """What an entry asks of the server, in the order in which entries leave (BR-16)."""

    REVOKE = "revoke"
    SUSPEND = "suspend"
    NARROW = "narrow"
    """Some of the rights of a delegation are taken."""
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    RELINQUISH = "relinquish"
    LEAVE = "leave"
    """The end of somebody's membership of a firm."""
    REVIEW_END = "review_end"
    """A right that a yearly review ends."""
    ABSENCE_END = "absence_end"
    """The end of a cover, or an objection to it."""
    APPROVE = "approve"
    RESUME = "resume"
    GRANT = "grant"
    RENEW = "renew"
    BROADEN = "broaden"
    TRANSFER = "transfer"
    EDIT = "edit"
    """What a request asks for, the end of a right, or the address of an invitation, changed."""
    PROLONG = "prolong"
    """A request for more time."""
    REVIEW_KEEP = "review_keep"
    FIRM = "firm"
    """A rule of a firm."""
    TERMS = "terms"
    ABSENCE = "absence"
    UNUSED_KEEP = "unused_keep"
    """A right that stays though nobody uses it."""
    STAY = "stay"
    """A planned departure that is cancelled."""
    REVIEW = "review"
    """The opening of a yearly review."""
    REQUEST = "request"
    ESCALATION = "escalation"
    """A file with the Conseil régional."""
    RESEND = "resend"
    """The activation mail once more."""
    EMAIL = "email"
    """Another address of one's own account."""
    NAME = "name"
    """One's own name, corrected."""
    MAILS = "mails"
    """How often one is written to."""
    IMPORT = "import"
    """Many grants of one table."""
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
    faults: int = 0
    """How many times in a row the server failed over it."""
    is_uncertain: bool = False
    """It came back to the person, and an attempt before may have had its effect."""
    group: str = ""
    """The decision about many delegations that it is part of; empty when it stands alone."""
