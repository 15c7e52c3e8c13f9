"""A named way to look at the review table, kept for next time."""

from __future__ import annotations

from dataclasses import dataclass

MAX_NAME = 60
MAX_VIEWS = 20
"""Views that one account may keep."""


@dataclass(frozen=True, slots=True)
class Look:
    """What narrows the table: words, states, a firm, a service, an end that is near."""

    group: str
    """The states that are looked at together, by the key of their group."""
    text: str = ""
    status: str = ""
    """One state of the group alone."""
    firm_id: str = ""
    service: str = ""
    ends_within: int | None = None
    """In days."""
    right: str = ""
    effect: str = ""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A look and its name."""

    name: str
    look: Look
