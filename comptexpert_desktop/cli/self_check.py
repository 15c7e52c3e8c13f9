"""Check everything that the application stands on, one line each."""

from __future__ import annotations

import secrets
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import ComptexpertError, ServerError, StoreError
from comptexpert_desktop.usecases.support import local_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.settings import Settings
    from comptexpert_desktop.usecases.ports import Gateways, Stores

MAX_SKEW = timedelta(minutes=5)


def every(
    settings: Settings, *, stores: Callable[[], Stores], gateways: Callable[[], Gateways]
) -> list[dict[str, object]]:
    """Run each check, whatever the others found; under a policy that refuses the start, that one alone."""
    shown = _one("policy", lambda: _policy(settings))
    if settings.refusal is not None:
        return [shown]
    checks: dict[str, Callable[[], str]] = {
        "store": lambda: _store(settings, stores),
        "vault": lambda: _vault(gateways()),
        "qt": _qt,
        "tls": lambda: _tls(settings),
        "server": lambda: _server(gateways()),
        "clock": lambda: _clock(gateways()),
    }
    return [shown, *(_one(name, check) for name, check in checks.items())]


def _one(name: str, check: Callable[[], str]) -> dict[str, object]:
    try:
        return {"check": name, "ok": True, "detail": check()}
    except ComptexpertError as error:
        return {"check": name, "ok": False, "detail": " ".join([error.code, *_files(error)])}
    except (ImportError, OSError) as error:
        return {"check": name, "ok": False, "detail": type(error).__name__}


def _files(error: ComptexpertError) -> list[str]:
    found = error.data.get("file") or error.data.get("name")
    return [] if found is None else [str(found)]


def _store(settings: Settings, stores: Callable[[], Stores]) -> str:
    """Read every page of every file; what was put aside, or is not there any more, is said too."""
    local_files.check(settings.data_dir)
    opened = stores()
    shown = local_files.troubles(opened)
    if shown:
        raise StoreError(shown[0].code, data={"file": ", ".join(one.file for one in shown)})
    return f"registry {opened.directory.version}, {opened.directory.count()} entries"


def _policy(settings: Settings) -> str:
    """Say how many settings are imposed, or the first thing that is wrong with what files say."""
    if settings.refusal is not None:
        raise settings.refusal
    for name, one in settings.resolved.items():
        if one.problem:
            raise ComptexpertError(one.problem, data={"name": name})
    return f"{sum(one.source == 'policy' for one in settings.resolved.values())} imposed"


def _vault(gateways: Gateways) -> str:
    name, secret = "self-check", secrets.token_hex(16).encode()
    gateways.vault.write(name, secret)
    kept = gateways.vault.read(name)
    gateways.vault.delete(name)
    if kept != secret:
        raise ComptexpertError("KEYRING_UNREADABLE")
    return gateways.vault.backend()


def _qt() -> str:
    # Imported here: no other command needs Qt.
    from comptexpert_desktop.cli import qt_check  # noqa: PLC0415

    return qt_check.check()


def _tls(settings: Settings) -> str:
    if settings.network.ca_file:
        ssl.create_default_context().load_verify_locations(settings.network.ca_file)
    if settings.server_url.startswith("http:"):
        return "loopback, none needed"
    return ssl.OPENSSL_VERSION


def _server(gateways: Gateways) -> str:
    gateways.server.ping()
    return "answers"


def _clock(gateways: Gateways) -> str:
    try:
        skew = datetime.now(UTC) - gateways.server.clock()
    except ServerError:
        return "not compared, the server does not answer"  # which is said once, by its own line
    if abs(skew) > MAX_SKEW:
        raise ComptexpertError("CLOCK_SKEW")
    return f"{abs(skew).total_seconds():.0f} s from the server"
