"""Build the long-lived objects of one run; the only module that knows the adapters."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import StoreError
from comptexpert_desktop.usecases import offline
from comptexpert_desktop.usecases.access import Session
from comptexpert_desktop.usecases.ports import Doors, Stores

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.settings import Settings
    from comptexpert_desktop.usecases.ports import Vault

__all__ = ["open_doors", "open_stores", "open_vault", "vault_of"]


def open_vault() -> Vault:
    """Build the door to the keyring; nothing is asked of it yet."""
    # Imported here, as below: the libraries behind the doors must not delay the first window.
    from comptexpert_desktop.adapters.vault import KeyringVault  # noqa: PLC0415

    return KeyringVault()


def vault_of(settings: Settings) -> Vault:
    """Build the door to the keyring, or the wall that a policy puts there."""
    if settings.saves_credentials:
        return open_vault()
    from comptexpert_desktop.adapters.vault import ForbiddenVault  # noqa: PLC0415

    return ForbiddenVault()


def open_stores(settings: Settings, *, vault: Vault, now: datetime | None = None) -> Stores:
    """Build the local files; each is opened at its first use, on the thread that uses it.

    Told what time it is, nothing is read that the machine's settings call too old.
    """
    stores = Stores(settings.data_dir, server_url=settings.server_url, vault=vault, offline_days=settings.offline_days)
    if now is not None:
        with suppress(StoreError):  # said by whoever reads that file
            offline.expire(stores, now=now)
    return stores


def open_doors(settings: Settings, *, vault: Vault) -> Doors:
    """Build the doors to the network; call it away from the window's thread."""
    from comptexpert_desktop.adapters import browser, network_probe, network_proxy, server  # noqa: PLC0415

    url, ways = settings.server_url, settings.network
    access = network_proxy.ProxyAccess(ways, vault=vault)
    return Doors(
        server=server.HttpServer(url, network=ways, access=access, pins=settings.data_dir / "pins.json"),
        vault=vault,
        browser=browser.SystemBrowser(url, network=ways, access=access),
        session=Session(clock=time.monotonic),
        network=network_probe.NetworkProbe(url, network=ways, access=access),
    )
