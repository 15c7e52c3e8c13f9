"""What support needs to help, and nothing of anybody: versions, settings, states, counts and codes."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections import Counter
from typing import TYPE_CHECKING

from comptexpert_desktop import __version__
from comptexpert_desktop.errors import StoreError
from comptexpert_desktop.settings import policy
from comptexpert_desktop.usecases import outbox, status

if TYPE_CHECKING:
    from pathlib import Path

    from comptexpert_desktop.settings import Settings
    from comptexpert_desktop.usecases.ports import Stores


def gather(settings: Settings, *, stores: Stores, checks: list[dict[str, object]]) -> dict[str, object]:
    """Describe this installation without a name, an address, an identifiant, a token or a path of the person."""
    return {
        "version": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "is_packaged": bool(getattr(sys, "frozen", False)),
        "server_url": settings.server_url,
        "server_source": settings.server_source,
        "settings": _settings(settings),
        "checks": checks,
        "state": _state(stores),
    }


def _settings(settings: Settings) -> dict[str, object]:
    """Tell where each setting comes from; its value only when it is one of a few words."""
    told = policy(settings)
    return {
        name: {"source": one["source"], "locked": one["locked"], "problem": one.get("problem", "")}
        | ({"value": one["value"]} if isinstance(one["value"], bool) or name == "proxy_mode" else {})
        for name, one in told.items()
        if not name.startswith("/")
    }


def _state(stores: Stores) -> dict[str, object]:
    try:
        told = status.summary(stores)
        entries = outbox.entries(stores)
    except StoreError as error:
        return {"store": error.code}
    counted = Counter((entry.kind.value, entry.status.value, entry.code) for entry in entries)
    return {
        "signed_in": told.is_signed_in,
        "session": told.session_code,
        "vault": told.vault,
        "in_memory": told.in_memory,
        "last_sync": told.last_sync.isoformat() if told.last_sync else None,
        "snapshot_date": told.snapshot_date.isoformat() if told.snapshot_date else None,
        "outbox": [
            {"kind": kind, "status": state, "code": code, "count": count}
            for (kind, state, code), count in sorted(counted.items())
        ],
    }


def write(path: Path, *, found: dict[str, object]) -> None:
    """Write the description to a file that only the person can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(found, stream, ensure_ascii=False, indent=2)
