"""Open an address in the system browser, if it is one that may be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices  # noqa: TID251 this module is the one wrapper

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Links:
    """The allow-list: https on known hosts and their subdomains, or loopback http of our own server."""

    def __init__(
        self,
        *,
        server_url: str,
        hosts: Collection[str] = (),
        opener: Callable[[QUrl], bool] = QDesktopServices.openUrl,
    ) -> None:
        self._server = QUrl(server_url)
        self._hosts = frozenset(hosts) | {self._server.host()}
        self._opener = opener

    def is_allowed(self, address: str) -> bool:
        """Tell whether an address may be opened."""
        url = QUrl(address, QUrl.ParsingMode.StrictMode)
        host = url.host().lower()
        if not url.isValid() or not host or url.userInfo():
            return False
        if url.scheme() == "http":
            return host in _LOOPBACK and host == self._server.host() and url.port() == self._server.port()
        known = any(host == each or host.endswith(f".{each}") for each in self._hosts if each)
        return url.scheme() == "https" and known and host not in _LOOPBACK

    def open(self, address: str) -> bool:
        """Open an address; False when it is not allowed or no browser could be started."""
        return self.is_allowed(address) and self._opener(QUrl(address))
