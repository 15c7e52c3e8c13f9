"""The lists that are not public: people find themselves there, and nobody copies them.

Few people are shown at once, and an address and its neighbourhood see so many different ones in thirty days that a
list of 300 takes longer than that (docs/adr/0027-limits.md has the arithmetic). Whoever signs up gives their own back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_server.registry.name_folding import fold
from comptexpert_server.registry.profiles import PUBLIC_LISTS
from comptexpert_server.web.limits import MAX_WINDOW, Limit, consume_items, give_back_item, network_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from comptexpert_server.registry.models import RegistryEntry

MAX_SHOWN = 3
"""People shown for a name that is not whole; when more match, one types on."""
FOUND = (
    Limit(name="found", count=60, window=MAX_WINDOW, by_address=True),
    Limit(name="found-network", count=100, window=MAX_WINDOW, by_address=True),
)
"""Different people found by name, by an address and by its neighbourhood."""
LOOKED_UP = (
    Limit(name="looked-up", count=60, window=MAX_WINDOW, by_address=True),
    Limit(name="looked-up-network", count=100, window=MAX_WINDOW, by_address=True),
)
"""Different people found by number, apart: whoever has a number is not held up by what was searched around them."""


def is_closed(list_code: str) -> bool:
    """Tell whether a list is shown person by person only."""
    return list_code not in PUBLIC_LISTS


def narrowed(found: Sequence[RegistryEntry], *, typed: str) -> list[RegistryEntry]:
    """Keep few people; of many, those alone whose whole name was typed."""
    if len(found) <= MAX_SHOWN:
        return list(found)
    letters = "".join(fold(typed))
    return [entry for entry in found if letters == "".join(fold(f"{entry.surname} {entry.given_name}"))]


def count_shown(entries: Sequence[RegistryEntry], *, limits: tuple[Limit, Limit], address: str, now: datetime) -> int:
    """Count who is shown to an address; return 0, or the seconds to wait when it has seen too many."""
    items = [str(entry.pk) for entry in entries if is_closed(entry.list)]
    by_address, by_network = limits
    wait = consume_items(by_network, subject=network_of(address), items=items, now=now)
    return wait or consume_items(by_address, subject=address, items=items, now=now)


def give_back(entry: RegistryEntry, *, address: str) -> None:
    """Forget that an address was shown an entry: it was the person's own."""
    if is_closed(entry.list):
        for by_address, by_network in (FOUND, LOOKED_UP):
            give_back_item(by_address, subject=address, item=str(entry.pk))
            give_back_item(by_network, subject=network_of(address), item=str(entry.pk))
