"""A server whose answer can be lost: a proxy on loopback in front of the embedded server."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

from comptexpert_desktop.rehearsal.embedded import EmbeddedServer, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HOST = "127.0.0.1"
NOT_FORWARDED = {"connection", "transfer-encoding", "content-length", "keep-alive"}


PASS, CUT, LOST, GATEWAY, LATE, GARBAGE, CUT_SHORT = "pass", "cut", "lost", "502", "504", "garbage", "short"
KEEPER = "401"
FAULTS = (CUT, LOST, GATEWAY, LATE, GARBAGE, CUT_SHORT, KEEPER)
"""Cut before the server heard; its answer lost; a gateway's word before it heard, and after; another's page in place of
its answer; half of its answer; a gateway that asks for its own sign-in."""
UNHEARD = frozenset({CUT, GATEWAY, KEEPER})
PAGE = b"<html><body><h1>nginx</h1></body></html>"
REFUSAL = b'{"error": "unauthorized", "code": "UNAUTHORIZED"}'


class LosingServer(EmbeddedServer):
    """The embedded server behind the proxy; `loses` names the call whose answer is never given."""

    def __init__(self, folder: Path, *, entries: int, cache: Path) -> None:
        super().__init__(folder, entries=entries, cache=cache)
        self.proxy_port, self.port = self.port, free_port()
        self.direct = f"http://{HOST}:{self.port}"
        """Where the server itself listens, and nobody does while it is down."""
        self.loses = ""
        self.lost: list[int] = []
        """The statuses of the answers that were lost."""
        self.fault: Callable[[str], str] = lambda _request: PASS
        """What happens to a request, one of the faults below."""


@contextmanager
def losing(folder: Path, *, entries: int = 300) -> Iterator[LosingServer]:
    """Yield a server that is not started yet, and its proxy, which is."""
    server = LosingServer(folder, entries=entries, cache=folder)
    server.prepare()

    class Handler(_Forward):
        behind = server

    proxy = ThreadingHTTPServer((HOST, server.proxy_port), Handler)
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
        fault = self.behind.fault(f"{self.command} {self.path}")
        if fault in UNHEARD:
            self._say(fault)
            return
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
        if fault != PASS:
            self._say(fault, content=content)
            return
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in NOT_FORWARDED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def _say(self, fault: str, *, content: bytes = b"") -> None:
        """Answer otherwise than the server did; nothing at all when the answer is lost."""
        if fault in (CUT, LOST):
            return
        status = int(fault) if fault in (GATEWAY, LATE, KEEPER) else 200
        self.send_response_only(status)
        self.send_header("Content-Type", "text/html" if fault in (GATEWAY, LATE, GARBAGE) else "application/json")
        said = content if fault == CUT_SHORT else REFUSAL if fault == KEEPER else PAGE
        self.send_header("Content-Length", str(len(said)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(said[: len(said) // 2] if fault == CUT_SHORT else said)

    do_GET = do_POST = _forward  # noqa: N815 - the names that the library calls

    def log_request(self, *_: object) -> None:
        """Stay silent."""
