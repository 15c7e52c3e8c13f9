"""Take each request through the proxy that its address asks for."""

from __future__ import annotations

import contextlib
import ssl
import threading
from typing import TYPE_CHECKING

import httpx
import truststore

from comptexpert_desktop.adapters.network_proxy import proxy_for

if TYPE_CHECKING:
    from comptexpert_desktop.adapters.network_proxy import Proxy, ProxyAccess
    from comptexpert_desktop.settings import Network


def trusting(ca_file: str) -> ssl.SSLContext:
    """Trust what the system trusts, and the authorities of this file; one that cannot be read adds none."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file:
        with contextlib.suppress(OSError, ssl.SSLError):
            context.load_verify_locations(ca_file)
    return context


class Ways(httpx.BaseTransport):
    """Every way out of this machine: direct, or through a proxy as whoever we are to it now."""

    def __init__(self, network: Network, *, access: ProxyAccess) -> None:
        self._network, self.access = network, access
        self._open: dict[tuple[str, tuple[str, str] | None], httpx.HTTPTransport] = {}
        self._lock = threading.Lock()

    def proxy_of(self, url: str) -> Proxy | None:
        """Return the proxy that leads there."""
        return proxy_for(url, self._network)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request its way."""
        proxy = self.proxy_of(str(request.url))
        return self._way(proxy).handle_request(request)

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for way in self._open.values():
                way.close()
            self._open.clear()

    def _way(self, proxy: Proxy | None) -> httpx.HTTPTransport:
        login = self.access.login_for(proxy) if proxy else None
        key = (proxy.address if proxy else "", login)
        with self._lock:
            if key not in self._open:
                self._open[key] = self._opened(proxy, login=login)
            return self._open[key]

    def _opened(self, proxy: Proxy | None, *, login: tuple[str, str] | None) -> httpx.HTTPTransport:
        context = trusting(self._network.ca_file)
        if proxy is None:
            return httpx.HTTPTransport(verify=context, trust_env=False)
        if proxy.scheme not in {"http", "https"}:
            raise httpx.ProxyError("This kind of proxy is not spoken.")
        own = trusting(self._network.ca_file) if proxy.scheme == "https" else None
        through = httpx.Proxy(proxy.address, auth=login, ssl_context=own)
        return httpx.HTTPTransport(verify=context, trust_env=False, proxy=through)
