"""Whether requests may be sent here, and what is missing when they may not."""

from __future__ import annotations

import os
import tempfile

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.models import F

from comptexpert_server.base.migration_status import is_migrated
from comptexpert_server.base.models import ServerEpoch

PROBE_SIZE = 65_536
"""Bytes: several pages of a database, the least that a request may have to write."""


def missing_parts() -> list[str]:
    """Name what does not answer: `database`, `migrations`, `cache`, `keys`, `disk`."""
    try:
        if not is_migrated():
            return ["migrations"]
        _touch_database()
    except DatabaseError:
        return ["database"]
    missing = []
    try:
        cache.get("readyz")
    except Exception:  # noqa: BLE001 - each kind of cache has errors of its own
        missing.append("cache")
    if not all(os.access(path, os.R_OK) for path in (settings.ENVIRONMENT.data_dir / "secrets").glob("*")):
        missing.append("keys")
    if not _has_room():
        missing.append("disk")
    return missing


def _touch_database() -> None:
    """Write a row as it is: a database that only reads refuses every request that matters.

    SQLite has one writer, for whom a probe must not wait: its file lies where `_has_room` writes.
    """
    if connection.vendor == "sqlite":
        ServerEpoch.objects.exists()
    else:
        ServerEpoch.objects.update(value=F("value"))


def _has_room() -> bool:
    """Tell whether the data folder takes a few pages more."""
    try:
        with tempfile.TemporaryFile(dir=settings.ENVIRONMENT.data_dir) as file:
            file.write(b"\0" * PROBE_SIZE)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True
