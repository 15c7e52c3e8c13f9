"""The epoch that every answer carries."""

from __future__ import annotations

import uuid

from comptexpert_server.config.models import ServerEpoch

_known: dict[str, str] = {}


def current_epoch() -> str:
    """Give the epoch of this database; read once a process, since a restore restarts the server."""
    if "epoch" not in _known:
        row, _made = ServerEpoch.objects.get_or_create(id=1)
        _known["epoch"] = str(row.value)
    return _known["epoch"]


def renew_epoch() -> str:
    """Begin another epoch: after a restore, or in a copy of a template database."""
    value = uuid.uuid4()
    ServerEpoch.objects.update_or_create(id=1, defaults={"value": value})
    _known["epoch"] = str(value)
    return str(value)
