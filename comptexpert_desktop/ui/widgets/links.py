"""Open an address in the system browser, if it is one that may be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, QUrlQuery
from PySide6.QtGui import QDesktopServices  # noqa: TID251 this module is the one wrapper

from comptexpert_desktop.domain.typed_values import clean_email

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

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

    def open_folder(self, folder: Path) -> bool:
        """Show a folder of this machine in its file manager; never a file, which could be a program."""
        return folder.is_absolute() and folder.is_dir() and self._opener(QUrl.fromLocalFile(str(folder)))

    def write_mail(self, to: str, *, subject: str, body: str) -> bool:
        """Open the mail client on a message that the person sends or not; False when there is none."""
        if clean_email(to) != to.lower() or "?" in to or "%" in to:
            return False
        return self._mail(to, subject=subject, body=body)

    def begin_mail(self, *, subject: str, body: str) -> bool:
        """Open the mail client on a message that nobody is named for yet; False when there is none."""
        return self._mail("", subject=subject, body=body)

    def _mail(self, to: str, *, subject: str, body: str) -> bool:
        url = QUrl()
        url.setScheme("mailto")
        url.setPath(to)
        query = QUrlQuery()
        for name, value in (("subject", " ".join(subject.split())), ("body", body.replace("\n", "\r\n"))):
            query.addQueryItem(name, QUrl.toPercentEncoding(value).toStdString())
        url.setQuery(query)
        return self._opener(url)
