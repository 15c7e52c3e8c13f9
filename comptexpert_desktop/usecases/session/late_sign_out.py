"""A sign-out that the server could not hear: its token is sealed in the file of the machine until it does.

The token ends its session and opens nothing here any more; it goes to the server that gave it, and to no other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import SealBroken
from comptexpert_desktop.usecases.token_session import digest_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from comptexpert_desktop.store.stores import Stores

PREFIX = "sign_out/"
TTL = timedelta(days=14)
"""After which a token that nobody used is dead by itself; by the server's clock too."""


@dataclass(frozen=True, slots=True)
class LateSignOut:
    """One sign-out that the server is still to hear."""

    name: str
    token: str = field(repr=False)


def keep(stores: Stores, *, token: str, now: datetime) -> bool:
    """Seal the token of a session that ended here; False when the key of the machine's file is out of reach."""
    if not token or not stores.device.is_open:
        return False
    value = json.dumps({"token": token, "server": stores.server_url, "at": now.isoformat()})
    stores.device.set_secret(PREFIX + digest_of(token), value)
    return True


def waiting(stores: Stores, *, now: datetime) -> tuple[LateSignOut, ...]:
    """List what this server is still to hear, and delete what both clocks call too old to matter.

    What cannot be opened stays: the vault may have another keyring today.
    """
    if not stores.device.is_open:
        return ()
    found = []
    for name in stores.device.secret_names(PREFIX):
        try:
            kept = json.loads(stores.device.secret(name))
        except SealBroken:
            continue
        if _is_old(stores, at=datetime.fromisoformat(kept["at"]).astimezone(UTC), now=now):
            stores.device.delete_secret(name)
        elif kept["server"] == stores.server_url:
            found.append(LateSignOut(name=name, token=kept["token"]))
    return tuple(found)


def _is_old(stores: Stores, *, at: datetime, now: datetime) -> bool:
    """Return whether the server was heard and nobody took a sign-out for so long, by its clock and by this one."""
    server_time = stores.heard.server_time(now)
    return server_time is not None and min(now, server_time) - at > TTL


def settle(stores: Stores, *, names: Collection[str]) -> None:
    """Delete what the server heard."""
    for name in names:
        stores.device.delete_secret(name)
