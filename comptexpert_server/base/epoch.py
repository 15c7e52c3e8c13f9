"""The epoch that every answer carries: another one tells clients that the database is not the one they knew."""

from __future__ import annotations

import time
import uuid

from comptexpert_server.base.models import ServerEpoch

CACHE_TTL = 5.0
"""Seconds for which a process trusts what it read: an epoch that changes under it is told soon, by each worker."""

_known: dict[str, tuple[str, float]] = {}


def current_epoch() -> str:
    """Give the epoch of this database."""
    value, read_at = _known.get("epoch", ("", 0.0))
    if value and time.monotonic() - read_at < CACHE_TTL:
        return value
    row, _made = ServerEpoch.objects.get_or_create(id=1)
    return _remember(str(row.value))


def last_known_epoch() -> str:
    """Give the epoch that this process read last, without asking the database; empty before the first answer."""
    return _known.get("epoch", ("", 0.0))[0]


def renew_epoch() -> str:
    """Begin another epoch: after a restore, or in a copy of a template database."""
    row, _made = ServerEpoch.objects.update_or_create(id=1, defaults={"value": uuid.uuid4()})
    return _remember(str(row.value))


def _remember(value: str) -> str:
    _known["epoch"] = (value, time.monotonic())
    return value
