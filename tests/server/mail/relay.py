"""A relay on loopback that refuses, hangs up or waits where a test asks it to."""

from __future__ import annotations

import contextlib
import socket
import threading
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class StubRelay:
    """What a relay received, and how it behaves."""

    def __init__(self, port: int) -> None:
        self.url = f"smtp://127.0.0.1:{port}"
        self.received: list[tuple[str, bytes]] = []
        self.refused: dict[str, int] = {}
        self.hang_up_at: set[str] = set()
        self.offered = 0
        self.connections = 0
        self.hold = threading.Event()
        self.hold.set()
        self.holding = threading.Event()
        self.after: Callable[[], object] = bool
        self._mails_before_holding = 0

    def refuse(self, recipient: str, code: int) -> None:
        """Refuse a recipient with a code."""
        self.refused[recipient] = code

    def hold_after(self, number: int) -> None:
        """Take some mails, then wait in the middle of the next one until `let_go`."""
        self.holding.clear()
        self._mails_before_holding = number
        self.hold.clear()

    def let_go(self) -> None:
        """Wait no more."""
        self._mails_before_holding = 0
        self.hold.set()

    def recipients(self) -> list[str]:
        """Return whom mails were taken for."""
        return [recipient for recipient, _content in self.received]

    def message_ids(self) -> list[str]:
        """Return the Message-ID of each mail taken."""
        return [str(message_from_bytes(content)["Message-ID"]) for _recipient, content in self.received]

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        self.offered += 1
        if address in self.hang_up_at:
            server.transport.abort()
            return "421 Closing"
        if address in self.refused:
            return f"{self.refused[address]} Refused"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if not self.hold.is_set() and self._mails_before_holding > 0:
            self._mails_before_holding -= 1
        else:
            self.holding.set()
            self.hold.wait(20)
        self.received.extend((recipient, envelope.content) for recipient in envelope.rcpt_tos)
        self.after()
        return "250 OK"


def free_port() -> int:
    """Return a port of loopback where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextlib.contextmanager
def running_relay(port: int = 0) -> Iterator[StubRelay]:
    """Run a relay."""
    port = port or free_port()
    stub = StubRelay(port)
    controller = Controller(stub, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield stub
    finally:
        stub.hold.set()
        controller.stop()
