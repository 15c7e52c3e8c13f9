"""What the window asks of the local files; imported in the background, for it brings the parts of the store with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.presentation.labels import Labels, named_entries
from comptexpert_desktop.presentation.notices import words
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.outbox import notices, outbox
from comptexpert_desktop.usecases.session import accounts
from comptexpert_desktop.usecases.support import status

if TYPE_CHECKING:
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.usecases.ports import Stores
    from comptexpert_desktop.usecases.support.status import StatusSummary


def summary(stores: Stores) -> StatusSummary:
    """Read the status."""
    return status.summary(stores)


def named_outbox(stores: Stores) -> tuple[OutboxEntry, ...]:
    """List what was written here and where it stands, with the names of the services."""
    return named_entries(outbox.entries(stores), labels=Labels(catalogue.current(stores)))


def notices_label(stores: Stores) -> str:
    """Name the notices in the navigation, with how many were not read."""
    return words.label(notices.count_unread(stores))


def switch(stores: Stores, *, account_id: str) -> Topics:
    """Put another account at the desk."""
    return accounts.switch(stores, account_id=account_id)
