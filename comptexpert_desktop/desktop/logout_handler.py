"""The end of a session is never refused: what was entered reaches the disk within two seconds, and the program ends."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier

if TYPE_CHECKING:
    from PySide6.QtGui import QSessionManager

    from comptexpert_desktop.app.application import RunningApp

log = logging.getLogger(__name__)

MAX_SECONDS = 2.0
_ENDING: tuple[signal.Signals, ...] = (signal.SIGTERM, signal.SIGINT)
if sys.platform != "win32":
    _ENDING = (*_ENDING, signal.SIGHUP)


class SessionEnd(QObject):
    """Keeps what was entered when the system says that the session ends, and ends when it is told to."""

    def __init__(self, running: RunningApp, *, parent: QObject) -> None:
        super().__init__(parent)
        self._running = running
        self._before: dict[int, object] = {}
        self._pair: tuple[socket.socket, socket.socket] | None = None
        running.application.commitDataRequest.connect(self.keep)
        if sys.platform != "win32":
            self._listen()

    def keep(self, _session: QSessionManager | None = None) -> None:
        """Put everything on disk; the session ends whatever comes of it."""
        self._running.timeout = MAX_SECONDS
        if not self._running.keep(seconds=MAX_SECONDS):
            log.info("the session ends before everything was kept")

    def stop(self) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal.signal itself gave us
        self._before = {}
        if self._pair is not None:
            signal.set_wakeup_fd(-1)
            self._bell.setEnabled(False)
            for end in self._pair:
                end.close()
            self._pair = None

    def _listen(self) -> None:
        """Hear SIGTERM, by which desktops end the programs of a session, and Ctrl+C of a terminal.

        Qt's loop runs no Python until something happens: a byte on a socket is something.
        """
        self._pair = heard, rung = socket.socketpair()
        for end in self._pair:
            end.setblocking(False)
        self._bell = QSocketNotifier(heard.fileno(), QSocketNotifier.Type.Read, self)
        self._bell.activated.connect(self._ring)
        signal.set_wakeup_fd(rung.fileno(), warn_on_full_buffer=False)
        for number in _ENDING:
            self._before[number] = signal.signal(number, lambda _number, _frame: None)

    def _ring(self) -> None:
        if self._pair is None:
            return
        self._pair[0].recv(64)
        self.keep()
        self._running.application.quit()
