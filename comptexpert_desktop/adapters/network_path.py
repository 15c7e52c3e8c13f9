"""Open a plain connection to a server, through a proxy where one stands; for looking, not for the API."""

from __future__ import annotations

import base64
import queue
import socket
import threading
from typing import TYPE_CHECKING

from comptexpert_desktop.adapters.network_ways import trusting

if TYPE_CHECKING:
    from comptexpert_desktop.adapters.network_proxy import Proxy

PATIENCE = 5.0
_MOST_HEAD = 16 * 1024
_AUTH_WANTED = 407


class ProxyRefused(OSError):
    """The proxy answered and opened nothing; `status` is its own."""

    def __init__(self, status: int) -> None:
        super().__init__(f"proxy {status}")
        self.status = status

    @property
    def wants_login(self) -> bool:
        """Tell whether it asks who we are."""
        return self.status == _AUTH_WANTED


def addresses(host: str, *, patience: float = PATIENCE) -> list[str]:
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
        found = answers.get(timeout=patience)
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
    patience: float = PATIENCE,
) -> socket.socket:
    """Connect to a server; raises OSError, or ProxyRefused when a proxy did not let us through."""
    if proxy is None:
        return socket.create_connection((host, port), timeout=patience)
    connection = socket.create_connection((proxy.host, proxy.port), timeout=patience)
    try:
        if proxy.scheme == "https":
            connection = trusting(ca_file).wrap_socket(connection, server_hostname=proxy.host)
        status = _connect(connection, host=host, port=port, login=login)
    except BaseException:
        connection.close()
        raise
    if status not in range(200, 300):
        connection.close()
        raise ProxyRefused(status)
    return connection


def _connect(connection: socket.socket, *, host: str, port: int, login: tuple[str, str] | None) -> int:
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if login is not None:
        proof = base64.b64encode(":".join(login).encode()).decode("ascii")
        lines.append(f"Proxy-Authorization: Basic {proof}")
    connection.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _MOST_HEAD:
        part = connection.recv(1)  # not a byte beyond the head: what follows belongs to the server
        if not part:
            break
        head += part
    words = head.partition(b"\r\n")[0].split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():  # noqa: PLR2004  (version, status)
        raise ProxyRefused(0)
    return int(words[1])
