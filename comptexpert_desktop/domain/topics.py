"""What a write may change, so that the screens that show it read again."""

from __future__ import annotations

from enum import StrEnum


class Topic(StrEnum):
    """One subject that screens show."""

    REGISTRY = "registry"
    DRAFTS = "drafts"
    SIGNUPS = "signups"
    SESSION = "session"
    DELEGATIONS = "delegations"
    OUTBOX = "outbox"
    CATALOGUE = "catalogue"
    NETWORK = "network"
    FIRM = "firm"
    REVIEWS = "reviews"
    NOTICES = "notices"
    SETTINGS = "settings"


Topics = frozenset[Topic]
"""What one write changed."""

NOTHING: Topics = frozenset()
EVERYTHING: Topics = frozenset(Topic)
