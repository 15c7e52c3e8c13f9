"""The socket of the one window: whoever knocks may ask that it come forward, and nothing else."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer

from comptexpert_desktop.desktop.single_instance import ANSWER, LEAVES, MAX_WORD, read_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtNetwork import QLocalSocket

    from comptexpert_desktop.desktop.single_instance import Request

log = logging.getLogger(__name__)

IDLE_MS = 2000
MAX_WAITING = 8


class InstanceSocket(QObject):
    """Listens for this user alone; a request comes out as a `Request`."""

    asked = Signal(object)
    left = Signal()
    """The window said that it leaves its place."""

    def __init__(
        self, name: str, parent: QObject | None = None, *, may_leave: Callable[[Request], bool] | None = None
    ) -> None:
        """Listen under this name; `may_leave` puts everything on disk and says whether the window leaves its place."""
        super().__init__(parent)
        self._may_leave = may_leave or (lambda _request: False)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(MAX_WAITING)
        self._server.newConnection.connect(self._welcome)
        QLocalServer.removeServer(name)  # what a crash left: the lock says that nobody is behind it
        if not self._server.listen(name):
            log.info("no single window: its socket cannot be opened (%s)", self._server.serverError().name)

    @property
    def is_open(self) -> bool:
        """Tell whether somebody may knock."""
        return self._server.isListening()

    def close(self) -> None:
        """Listen no more; the name is free again."""
        self._server.close()

    def _welcome(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            caller = _Caller(socket, self, may_leave=self._may_leave)
            caller.asked.connect(self.asked)
            caller.left.connect(self.left)
            caller.hear()  # what came before anybody listened


class _Caller(QObject):
    """Somebody who knocks: one line, an answer, and out; whoever says nothing or too much is sent away."""

    asked = Signal(object)
    left = Signal()

    def __init__(self, socket: QLocalSocket, parent: InstanceSocket, *, may_leave: Callable[[Request], bool]) -> None:
        super().__init__(parent)
        self._may_leave = may_leave
        self._socket = socket
        self._timer = QTimer(self, singleShot=True, interval=IDLE_MS)
        socket.setParent(self)
        socket.readyRead.connect(self.hear)
        socket.disconnected.connect(self.deleteLater)
        self._timer.timeout.connect(self._send_away)
        self._timer.start()

    def hear(self) -> None:
        """Read what has come so far."""
        if not self._socket.canReadLine():
            if self._socket.bytesAvailable() >= MAX_WORD:
                self._send_away()
            return
        request = read_request(bytes(self._socket.readLine(MAX_WORD).data()))
        if request is None:
            self._send_away()
            return
        self._socket.readyRead.disconnect(self.hear)
        leaves = bool(request.version) and self._may_leave(request)
        self._socket.write(LEAVES if leaves else ANSWER)
        if leaves:  # once it is read that we do
            self._socket.disconnected.connect(self.left)
        self._socket.disconnectFromServer()
        if not leaves:
            self.asked.emit(request)

    def _send_away(self) -> None:
        self._socket.abort()
        self.deleteLater()
