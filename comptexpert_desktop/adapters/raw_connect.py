"""Open a plain connection to a server, through a proxy where one stands; for looking, not for the API."""

from __future__ import annotations

import base64
import queue
import re
import socket
import threading
from typing import TYPE_CHECKING

from comptexpert_desktop.adapters.trust import trusting

if TYPE_CHECKING:
    from comptexpert_desktop.adapters.network_proxy import Proxy

TIMEOUT = 5.0
_MAX_HEAD = 16 * 1024
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]*)(?=\s*(?:,|$)|\s+[^\s=,])")
"""A word alone, or one that parameters or a token follow; a parameter has an equals sign of its own."""
_PROXY_AUTH_REQUIRED = 407
PORTS = {"https": 443, "http": 80}
BASIC = "basic"
"""The scheme by which a name and a password are shown as they are."""


class ProxyRefused(OSError):
    """The proxy answered and opened nothing; `status` is its own."""

    def __init__(self, status: int, schemes: frozenset[str] = frozenset()) -> None:
        super().__init__(f"proxy {status}")
        self.status, self.schemes = status, schemes
        """`schemes` are the ways to sign in that it offers, in small letters."""

    @property
    def wants_login(self) -> bool:
        """Tell whether it asks who we are."""
        return self.status == _PROXY_AUTH_REQUIRED

    @property
    def takes_password(self) -> bool:
        """Tell whether a name and a password may answer it."""
        return self.wants_login and BASIC in self.schemes


def addresses(host: str, *, timeout: float = TIMEOUT) -> list[str]:
    """Resolve a name, on a thread of its own: a system that waits for its servers is not waited for."""
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(one[4][0]) for one in found)))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        found = answers.get(timeout=timeout)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, OSError):
        raise found
    return found


def open_to(
    host: str,
    port: int,
    *,
    proxy: Proxy | None,
    login: tuple[str, str] | None = None,
    ca_file: str = "",
    timeout: float = TIMEOUT,
) -> socket.socket:
    """Connect to a server; raises OSError, or ProxyRefused when a proxy did not let us through.

    The login is shown to a proxy that asks for a password, once it asked, and to no other.
    """
    if proxy is None:
        return socket.create_connection((host, port), timeout=timeout)
    try:
        return _through(host, port, proxy=proxy, login=None, ca_file=ca_file, timeout=timeout)
    except ProxyRefused as error:
        if login is None or BASIC not in error.schemes:
            raise
    return _through(host, port, proxy=proxy, login=login, ca_file=ca_file, timeout=timeout)


def _through(
    host: str, port: int, *, proxy: Proxy, login: tuple[str, str] | None, ca_file: str, timeout: float
) -> socket.socket:
    connection = socket.create_connection((proxy.host, proxy.port), timeout=timeout)
    try:
        if proxy.scheme == "https":
            connection = trusting(ca_file).wrap_socket(connection, server_hostname=proxy.host)
        status, schemes = _connect(connection, host=host, port=port, login=login)
    except BaseException:
        connection.close()
        raise
    if status not in range(200, 300):
        connection.close()
        raise ProxyRefused(status, schemes)
    return connection


def _connect(
    connection: socket.socket, *, host: str, port: int, login: tuple[str, str] | None
) -> tuple[int, frozenset[str]]:
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if login is not None:
        proof = base64.b64encode(":".join(login).encode()).decode("ascii")
        lines.append(f"Proxy-Authorization: Basic {proof}")
    connection.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _MAX_HEAD:
        part = connection.recv(1)  # not a byte beyond the head: what follows belongs to the server
        if not part:
            break
        head += part
    words = head.partition(b"\r\n")[0].split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():  # noqa: PLR2004  (version, status)
        raise ProxyRefused(0)
    return int(words[1]), _schemes(head)


def _schemes(head: bytes) -> frozenset[str]:
    """Read the ways to sign in: one a header, or several in one, each with its parameters (RFC 9110, 11.6.1)."""
    found = set()
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        if name.strip().lower() == "proxy-authenticate":
            plain = _QUOTED.sub("", value)
            found |= {word.lower() for word in _SCHEME.findall(plain)}
    return frozenset(found)
