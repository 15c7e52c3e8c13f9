"""The settings of one run: built-in values, then the person's file, then the machine's policy, then arguments."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from comptexpert_desktop.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_SERVER = "https://comptexpert.example"
CLIENT_ID = "comptexpert-desktop"
POLICY_FILE = Path("/etc/comptexpert/policies.json")
"""Read on Linux only when root alone may write it; nothing on the command line relocates it."""

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_OTHERS_MAY_WRITE = 0o022


@dataclass(frozen=True, slots=True)
class Settings:
    """What does not change while the program runs."""

    server_url: str
    data_dir: Path
    server_is_locked: bool = False
    """The machine's policy chose the server."""
    server_source: str = "built-in"
    """`policy`, `argument`, `user` or `built-in`."""
    data_dir_source: str = "built-in"


def load(*, server: str | None = None, data_dir: str | None = None) -> Settings:
    """Read the settings once; raises InvalidInput when an argument contradicts them or cannot be used."""
    folder = Path(data_dir).expanduser().absolute() if data_dir else default_data_dir()
    machine = _read_policy(POLICY_FILE)
    user = _read_json(folder / "settings.json")
    imposed = _text(machine, "server_url")
    offered = {"policy": imposed, "argument": server, "user": _text(user, "server_url"), "built-in": DEFAULT_SERVER}
    source, chosen = next((source, value) for source, value in offered.items() if value)
    url = server_address(chosen)
    if imposed and server and server_address(server) != url:
        raise InvalidInput([Problem("server", "SERVER_LOCKED")])
    return Settings(
        server_url=url,
        data_dir=folder,
        server_is_locked=bool(imposed),
        server_source=source,
        data_dir_source="argument" if data_dir else "built-in",
    )


def policy(settings: Settings) -> dict[str, dict[str, object]]:
    """Tell each setting: its value, where it comes from, whether the machine's policy locks it."""
    return {
        "server_url": {
            "value": settings.server_url,
            "source": settings.server_source,
            "locked": settings.server_is_locked,
        },
        "data_dir": {
            "value": str(settings.data_dir),
            "source": settings.data_dir_source,
            "locked": False,
        },
    }


def default_data_dir() -> Path:
    """Return the person's own folder for this application."""
    # Imported here: most runs are given no folder only when a person starts them.
    import platformdirs  # noqa: PLC0415

    return Path(platformdirs.user_data_dir("comptexpert", appauthor=False, roaming=False))


def server_address(text: str) -> str:
    """Return a server's address in one form; https, or http on the machine itself."""
    parts = urlsplit(text.strip())
    host = parts.hostname or ""
    try:
        port = parts.port
    except ValueError:
        raise InvalidInput([Problem("server", "SERVER_INVALID")]) from None
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if not host or not is_safe or parts.username or parts.query or parts.fragment:
        raise InvalidInput([Problem("server", "SERVER_INVALID")])
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    return host in _LOOPBACK


def _read_policy(path: Path) -> Mapping[str, object]:
    if sys.platform != "linux":
        return {}
    try:
        found = os.stat(path)  # noqa: PTH116  (one call: owner and mode must be of the same moment)
    except OSError:
        return {}
    if found.st_uid != 0 or found.st_mode & _OTHERS_MAY_WRITE:
        return {}
    return _read_json(path)


def _read_json(path: Path) -> Mapping[str, object]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _text(document: Mapping[str, object], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""
