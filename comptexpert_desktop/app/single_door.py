"""The door of the one window: whoever knocks may ask that it come forward, and nothing else."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer

from comptexpert_desktop.app.single import ANSWER, LONGEST_WORD, read_request

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalSocket

log = logging.getLogger(__name__)

IDLE_MS = 2000
MOST_WAITING = 8


class Door(QObject):
    """Listens for this user alone; a request comes out as a `Request`."""

    asked = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(MOST_WAITING)
        self._server.newConnection.connect(self._welcome)
        QLocalServer.removeServer(name)  # what a crash left: the lock says that nobody is behind it
        if not self._server.listen(name):
            log.info("no single window: the door cannot be opened (%s)", self._server.serverError().name)

    @property
    def is_open(self) -> bool:
        """Tell whether somebody may knock."""
        return self._server.isListening()

    def close(self) -> None:
        """Listen no more; the name is free again."""
        self._server.close()

    def _welcome(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            caller = _Caller(socket, self)
            caller.asked.connect(self.asked)
            caller.hear()  # what came before anybody listened


class _Caller(QObject):
    """Somebody who knocks: one line, an answer, and out; whoever says nothing or too much is sent away."""

    asked = Signal(object)

    def __init__(self, socket: QLocalSocket, door: Door) -> None:
        super().__init__(door)
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
            if self._socket.bytesAvailable() >= LONGEST_WORD:
                self._send_away()
            return
        request = read_request(bytes(self._socket.readLine(LONGEST_WORD).data()))
        if request is None:
            self._send_away()
            return
        self._socket.readyRead.disconnect(self.hear)
        self._socket.write(ANSWER)
        self._socket.disconnectFromServer()
        self.asked.emit(request)

    def _send_away(self) -> None:
        self._socket.abort()
        self.deleteLater()
