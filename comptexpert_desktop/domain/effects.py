"""« Ce qui changera »: what people keep, lose and gain by what is not decided yet, as the server works it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from comptexpert_desktop.domain.codec import document
from comptexpert_desktop.domain.commands import Ask, CancelDeparture, Decide, EndMembership, Grant
from comptexpert_desktop.domain.delegation import Firm
from comptexpert_desktop.domain.vocabulary import Status

__all__ = ["MAX_GESTURES", "Effect", "Effects", "Gesture", "Outcome"]

Gesture = Decide | Ask | Grant | EndMembership | CancelDeparture
"""The command itself that will leave, so that what is shown is what is done."""

MAX_GESTURES = 50
"""Of one question to the server."""


@document
@dataclass(frozen=True, slots=True)
class Effect:
    """A right that a person holds on some days, in one firm, by one grantor."""

    service: str
    right: str
    firm: Firm
    first: date
    until: date | None
    """The last day; None without one."""
    by: str
    holder: str
    missing: tuple[str, ...] = ()
    """Codes of what still keeps the right from working on those days."""


@document
@dataclass(frozen=True, slots=True)
class Outcome:
    """What one gesture would come to."""

    status: Status | None = None
    """Where the delegation would stand; None for a departure, or where the gesture would be refused."""
    code: str = ""
    """Why it would be refused; empty when it would be done."""


@document
@dataclass(frozen=True, slots=True)
class Effects:
    """What the gestures of one question would change, over all the rights of those whom they touch."""

    gestures: tuple[Outcome, ...] = ()
    keeps: tuple[Effect, ...] = ()
    loses: tuple[Effect, ...] = ()
    gains: tuple[Effect, ...] = ()
