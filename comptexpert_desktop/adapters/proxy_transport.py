"""Take each request through the proxy that its address asks for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from comptexpert_desktop.adapters import raw_connect
from comptexpert_desktop.adapters.http_library import httpx
from comptexpert_desktop.adapters.network_proxy import proxy_for
from comptexpert_desktop.adapters.trust import trusting

if TYPE_CHECKING:
    from comptexpert_desktop.adapters.network_proxy import Proxy, ProxyAccess
    from comptexpert_desktop.settings import Network


class Ways(httpx.BaseTransport):
    """Every way out of this machine: direct, or through a proxy as whoever we are to it now."""

    def __init__(self, network: Network, *, access: ProxyAccess) -> None:
        self._network, self.access = network, access
        self._open: dict[tuple[str, tuple[str, str] | None], httpx.HTTPTransport] = {}
        self._takes_passwords: dict[str, bool] = {}
        """By the address of a proxy, whether it asks for a name and a password (Basic) in plain words."""
        self._lock = threading.Lock()

    def proxy_of(self, url: str) -> Proxy | None:
        """Return the proxy that leads there."""
        return proxy_for(url, self._network)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request its way."""
        url = str(request.url)
        proxy = self.proxy_of(url)
        login = self._shown_login(proxy, url=url) if proxy else None
        return self._way(proxy, login=login).handle_request(request)

    def refusal_of(self, proxy: Proxy, *, url: str) -> tuple[str, dict[str, str]]:
        """Return the code of a 407, and the words for it; what was shown and refused is forgotten."""
        if self._takes_passwords.pop(proxy.address, False):
            self.access.refused(proxy)
            return "NET_PROXY_AUTH", {}
        schemes = self._asked(proxy, url=url)
        if raw_connect.BASIC in schemes:
            return "NET_PROXY_AUTH", {}
        return ("NET_PROXY_SCHEME", {"schemes": ", ".join(sorted(schemes))}) if schemes else ("NET_PROXY", {})

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for way in self._open.values():
                way.close()
            self._open.clear()

    def _shown_login(self, proxy: Proxy, *, url: str) -> tuple[str, str] | None:
        """Return who we are to a proxy that asked for a password; one that asks for something else learns nothing."""
        login = self.access.login_for(proxy)
        if login is None:
            return None
        if not self._takes_passwords.get(proxy.address, False):
            self._takes_passwords[proxy.address] = raw_connect.BASIC in self._asked(proxy, url=url)
        return login if self._takes_passwords[proxy.address] else None

    def _asked(self, proxy: Proxy, *, url: str) -> frozenset[str]:
        """Return the ways to sign in that the proxy offers when nobody says who comes; none when it lets us through."""
        parts = urlsplit(url)
        try:
            port = parts.port or raw_connect.PORTS.get(parts.scheme, 0)
            raw_connect.open_to(parts.hostname or "", port, proxy=proxy, ca_file=self._network.ca_file).close()
        except raw_connect.ProxyRefused as error:
            return error.schemes
        except (OSError, ValueError):
            return frozenset()  # the request itself says what is wrong
        return frozenset()

    def _way(self, proxy: Proxy | None, *, login: tuple[str, str] | None) -> httpx.HTTPTransport:
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
