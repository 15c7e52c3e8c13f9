"""What the window asks of the local files; imported in the background, for it brings the parts of the store with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.ui.notices import words
from comptexpert_desktop.usecases import accounts, notices, status

if TYPE_CHECKING:
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.usecases.ports import Stores
    from comptexpert_desktop.usecases.status import StatusSummary


def summary(stores: Stores) -> StatusSummary:
    """Read the status."""
    return status.summary(stores)


def notices_label(stores: Stores) -> str:
    """Name the notices in the navigation, with how many were not read."""
    return words.label(notices.count_unread(stores))


def switch(stores: Stores, *, account_id: str) -> Topics:
    """Put another account at the desk."""
    return accounts.switch(stores, account_id=account_id)
