"""How long the copies on this machine are worth something without the server.

While a program runs, the silence is counted by a clock that nobody sets: a clock that jumps erases nothing, and one
that is put back prolongs nothing. From one start to the next the clock of the machine is the only witness; what is
erased by it alone, the next exchange brings back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.timestamps import optional_time, to_text
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.usecases.delegations import saved_filters
from comptexpert_desktop.usecases.session.refresh_tokens import REFRESH

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.stores import Stores

CURSOR = "cursor"
"""Up to where an account's file follows the server."""

_LAST_CONTACT = "last_sync"
_EXPIRED = "copies_expired"
_SILENT_FOR, _SILENT_AT = "silent_seconds", "silent_at"
_BETWEEN_NOTES = timedelta(hours=1)
"""How much of a silence a program that is killed may forget."""


def last_contact(stores: Stores) -> datetime | None:
    """Tell when the server was last reached from this machine."""
    return optional_time(stores.device.meta(_LAST_CONTACT))


def has_expired(stores: Stores) -> bool:
    """Tell whether the copies were erased, and not fetched again since."""
    return bool(stores.device.meta(_EXPIRED))


def note_contact(stores: Stores, *, now: datetime) -> None:
    """Remember that the server was reached."""
    with stores.device.database.transaction():
        stores.device.set_meta(_LAST_CONTACT, to_text(now))
        stores.device.set_meta(_EXPIRED, "")
        _note_silence(stores, timedelta(), now=now)


def expire(stores: Stores, *, now: datetime) -> Topics:
    """Erase the registry and the rights of every account once the server was silent for longer than allowed.

    What waits to be sent stays, and so do the session and the person's own views: the next exchange brings the rest
    back.
    """
    if not stores.offline_days or has_expired(stores):
        return NOTHING
    if last_contact(stores) is None or _silence(stores, now=now) <= timedelta(days=stores.offline_days):
        return NOTHING
    stores.directory.clear()
    for known in stores.accounts.known():
        with stores.accounts.file_of(known.account_id, server=known.server) as file:
            if file is not None:
                _delete_rights(file)
    stores.device.set_meta(_EXPIRED, to_text(now))
    return frozenset({Topic.REGISTRY, Topic.DELEGATIONS, Topic.SESSION, Topic.NETWORK})


def _silence(stores: Stores, *, now: datetime) -> timedelta:
    """Return for how long the server has been silent, and note it from time to time."""
    reached = stores.device.meta(_LAST_CONTACT)
    counted = stores.heard.silent_for(reached)
    noted = timedelta(seconds=float(stores.device.meta(_SILENT_FOR) or 0))
    if counted is None:  # another program counted, until it ended or reached the server
        at = optional_time(stores.device.meta(_SILENT_AT)) or last_contact(stores) or now
        counted = noted + max(timedelta(), now - at)
        stores.heard.note_silence(counted, since=reached)
    if counted - noted >= _BETWEEN_NOTES:
        with stores.device.database.transaction():
            _note_silence(stores, counted, now=now)
    return counted


def _note_silence(stores: Stores, silence: timedelta, *, now: datetime) -> None:
    stores.heard.note_silence(silence, since=stores.device.meta(_LAST_CONTACT))
    stores.device.set_meta(_SILENT_FOR, str(silence.total_seconds()))
    stores.device.set_meta(_SILENT_AT, to_text(now))


def _delete_rights(file: PrivateFile) -> None:
    with file.database.transaction():
        delegation_store.delete_all(file)
        file.database.execute(
            "DELETE FROM secret WHERE name <> :session AND name NOT LIKE :views",
            {"session": REFRESH, "views": f"{saved_filters.PREFIX}%"},
        )
        file.set_meta(CURSOR, "")
    file.database.purge_deleted()
