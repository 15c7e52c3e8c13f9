"""The search as a visitor has it, in the application and on pages: on closed lists few people, and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_server.registry import closed_lists, selectors
from comptexpert_server.registry.profiles import PROFILES, list_of

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_server.registry.models import RegistryEntry


def find(text: str, *, profile: str, limit: int, address: str, at: datetime) -> list[RegistryEntry] | int:
    """Return the people of a profile's list whom a text names; the seconds to wait for who has seen too many."""
    if profile not in PROFILES:
        return []
    if not closed_lists.is_closed(list_of(profile)):
        return selectors.search(text, profile=profile, limit=limit)
    found = selectors.search(text, profile=profile, limit=max(limit, closed_lists.MAX_SHOWN + 1))
    found = closed_lists.narrowed(found, typed=text)[:limit]
    return closed_lists.count_shown(found, limits=closed_lists.FOUND, address=address, now=at) or found
