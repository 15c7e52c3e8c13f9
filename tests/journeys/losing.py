"""A server whose answer can be lost: a proxy on loopback in front of the embedded server."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

from comptexpert_desktop.rehearsal.embedded import EmbeddedServer, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "127.0.0.1"
NOT_FORWARDED = {"connection", "transfer-encoding", "content-length", "keep-alive"}


class LosingServer(EmbeddedServer):
    """The embedded server behind the proxy; `loses` names the call whose answer is never given."""

    def __init__(self, folder: Path, *, entries: int, cache: Path) -> None:
        super().__init__(folder, entries=entries, cache=cache)
        self.door, self.port = self.port, free_port()
        self.direct = f"http://{HOST}:{self.port}"
        """Where the server itself listens, and nobody does while it is down."""
        self.loses = ""
        self.lost: list[int] = []
        """The statuses of the answers that were lost."""


@contextmanager
def losing(folder: Path, *, entries: int = 300) -> Iterator[LosingServer]:
    """Yield a server that is not started yet, and its proxy, which is."""
    server = LosingServer(folder, entries=entries, cache=folder)
    server.prepare()

    class Handler(_Forward):
        behind = server

    proxy = ThreadingHTTPServer((HOST, server.door), Handler)
    proxy.daemon_threads = True
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        proxy.shutdown()
        proxy.server_close()
        server.stop()


class _Forward(BaseHTTPRequestHandler):
    behind: ClassVar[LosingServer]

    def _forward(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = HTTPConnection(HOST, self.behind.port, timeout=20)
        try:
            connection.request(self.command, self.path, body=body, headers=dict(self.headers))
            answer = connection.getresponse()
            content = answer.read()
        except OSError:
            return
        finally:
            connection.close()
        if self.behind.loses == f"{self.command} {self.path}":
            self.behind.lost.append(answer.status)
            self.behind.kill()
            return
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in NOT_FORWARDED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _forward  # noqa: N815 - the names that the library calls

    def log_request(self, *_: object) -> None:
        """Stay silent."""
