"""The services of the Ordre and their rights, kept for when there is no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.documents import read_catalogue, understood
from comptexpert_desktop.domain.topics import Topic

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.stores import Stores
    from comptexpert_desktop.usecases.ports import Gateways

CATALOGUE = "catalogue"


def current(stores: Stores) -> Catalogue | None:
    """Read the catalogue that was last fetched."""
    kept = stores.directory.document(CATALOGUE)
    return None if kept is None else understood(lambda: read_catalogue(kept[0]))


def fetched_at(stores: Stores) -> datetime | None:
    """Tell when the catalogue was last fetched."""
    kept = stores.directory.document(CATALOGUE)
    return None if kept is None else kept[1]


def fetch(gateways: Gateways) -> Catalogue:
    """Fetch the catalogue."""
    return gateways.server.catalogue()


def keep(stores: Stores, *, catalogue: Catalogue, now: datetime) -> Topics:
    """Keep the catalogue."""
    before = current(stores)
    stores.directory.keep_document(CATALOGUE, body=codec.write(catalogue), now=now)
    return frozenset() if before == catalogue else frozenset({Topic.CATALOGUE})
