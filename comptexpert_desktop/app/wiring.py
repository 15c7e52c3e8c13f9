"""Build the long-lived objects of one run; the only module that knows the adapters."""

from __future__ import annotations

import logging
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import StoreError
from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.usecases.ports import Gateways, Stores
from comptexpert_desktop.usecases.session.refresh_tokens import StoredRefreshTokens
from comptexpert_desktop.usecases.sync import cache_expiry
from comptexpert_desktop.usecases.token_session import Session

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.adapters import (
        browser,
        connectivity_check,
        desktop_notices,
        network_proxy,
        server,
        updates,
    )
    from comptexpert_desktop.adapters import (
        vault as vaults,
    )
    from comptexpert_desktop.adapters.desktop_notices import SessionBus
    from comptexpert_desktop.domain.release import Release
    from comptexpert_desktop.settings import Network, Settings
    from comptexpert_desktop.usecases.ports import Vault
    from comptexpert_desktop.usecases.session.refresh_tokens import InStore

if not TYPE_CHECKING:  # the libraries behind the gateways must not delay the first window
    browser = lazy("comptexpert_desktop.adapters.browser")
    connectivity_check = lazy("comptexpert_desktop.adapters.connectivity_check")
    desktop_notices = lazy("comptexpert_desktop.adapters.desktop_notices")
    network_proxy = lazy("comptexpert_desktop.adapters.network_proxy")
    server = lazy("comptexpert_desktop.adapters.server")
    updates = lazy("comptexpert_desktop.adapters.updates")
    vaults = lazy("comptexpert_desktop.adapters.vault")

log = logging.getLogger(__name__)


def open_vault() -> Vault:
    """Build the gateway to the keyring; nothing is asked of it yet."""
    return vaults.KeyringVault()


def vault_of(settings: Settings) -> Vault:
    """Build the gateway to the keyring, or the wall that a policy puts there."""
    return open_vault() if settings.saves_credentials else vaults.ForbiddenVault()


def open_stores(settings: Settings, *, vault: Vault, now: datetime | None = None) -> Stores:
    """Build the local files; each is opened at its first use, on the thread that uses it.

    Told what time it is, nothing is read that the machine's settings call too old.
    """
    stores = Stores(
        settings.data_dir,
        server_url=settings.server_url,
        vault=vault,
        offline_days=settings.offline_days,
        offline_unlock=settings.offline_unlock,
    )
    if now is not None:
        with suppress(StoreError):  # said by whoever reads that file
            cache_expiry.expire(stores, now=now)
    return stores


def open_gateways(settings: Settings, *, vault: Vault, in_store: InStore) -> Gateways:
    """Build the gateways to the network; call it away from the window's thread.

    `in_store` does a piece of work where the store is: the session is shared with every program on this folder.
    """
    url, ways = settings.server_url, settings.network
    access = network_proxy.ProxyAccess(ways, vault=vault)
    api = server.HttpServer(
        url, network=ways, access=access, pins=settings.data_dir / "pins.json", snapshot_key=settings.snapshot_key
    )
    system_browser = browser.SystemBrowser(url, network=ways, access=access)

    def close() -> None:
        api.close()
        system_browser.close()

    return Gateways(
        server=api,
        vault=vault,
        browser=system_browser,
        session=Session(
            clock=time.monotonic,
            refresh_tokens=StoredRefreshTokens(in_store=in_store, folder=settings.data_dir),
        ),
        network=connectivity_check.NetworkProbe(url, network=ways, access=access),
        close=close,
    )


def find_release(gateways: Gateways, *, address: str, key: str, network: Network) -> Release | None:
    """Ask the publisher which version is the latest; None when the publisher has no key to verify the answer with."""
    publisher = updates.public_key(key)
    if publisher is None:
        log.info("update notice: the publisher has no key")
        return None
    access = gateways.network.access if isinstance(gateways.network, connectivity_check.NetworkProbe) else None
    return updates.fetch(address, key=publisher, network=network, access=access)


def open_notification_bus() -> SessionBus | None:
    """Open the desktop's notification service, which Linux alone has."""
    return desktop_notices.open_bus() if sys.platform == "linux" else None
