"""Check everything that the application stands on, one line each."""

from __future__ import annotations

import secrets
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import ComptexpertError, ServerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.settings import Settings
    from comptexpert_desktop.usecases.ports import Doors, Stores

MOST_SKEW = timedelta(minutes=5)


def every(settings: Settings, *, stores: Callable[[], Stores], doors: Callable[[], Doors]) -> list[dict[str, object]]:
    """Run each check, whatever the others found."""
    checks: dict[str, Callable[[], str]] = {
        "store": lambda: _store(stores()),
        "vault": lambda: _vault(doors()),
        "qt": _qt,
        "tls": lambda: _tls(settings),
        "server": lambda: _server(doors()),
        "clock": lambda: _clock(doors()),
    }
    return [_one(name, check) for name, check in checks.items()]


def _one(name: str, check: Callable[[], str]) -> dict[str, object]:
    try:
        return {"check": name, "ok": True, "detail": check()}
    except ComptexpertError as error:
        return {"check": name, "ok": False, "detail": error.code}
    except (ImportError, OSError) as error:
        return {"check": name, "ok": False, "detail": type(error).__name__}


def _store(stores: Stores) -> str:
    stores.device.database.rows("PRAGMA quick_check")
    return f"registry {stores.directory.version}, {stores.directory.count()} entries"


def _vault(doors: Doors) -> str:
    name, secret = "self-check", secrets.token_hex(16).encode()
    doors.vault.write(name, secret)
    kept = doors.vault.read(name)
    doors.vault.delete(name)
    if kept != secret:
        raise ComptexpertError("KEYRING_UNREADABLE")
    return doors.vault.backend()


def _qt() -> str:
    # Imported here: no other command needs Qt.
    from PySide6.QtCore import QLibraryInfo  # noqa: PLC0415

    return QLibraryInfo.version().toString()


def _tls(settings: Settings) -> str:
    if settings.network.ca_file:
        ssl.create_default_context().load_verify_locations(settings.network.ca_file)
    if settings.server_url.startswith("http:"):
        return "loopback, none needed"
    return ssl.OPENSSL_VERSION


def _server(doors: Doors) -> str:
    doors.server.ping()
    return "answers"


def _clock(doors: Doors) -> str:
    try:
        skew = datetime.now(UTC) - doors.server.clock()
    except ServerError:
        return "not compared, the server does not answer"  # which is said once, by its own line
    if abs(skew) > MOST_SKEW:
        raise ComptexpertError("CLOCK_SKEW")
    return f"{abs(skew).total_seconds():.0f} s from the server"
