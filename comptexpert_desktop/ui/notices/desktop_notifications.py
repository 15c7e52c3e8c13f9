"""Say on the desktop that something happened, without saying of whom: a locked screen may show it.

On Linux through the session bus, elsewhere through the icon of the notification area where there is one. Several at
once are one notification; nothing is said at the first synchronisation, nor while the person looks at the window.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation.notices import words
from comptexpert_desktop.usecases.outbox import notices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comptexpert_desktop.domain.notice import Kind
    from comptexpert_desktop.runtime.changes import Changes
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.usecases.ports import Gateways, Stores

NAME = "Comptexpert"
GATHER_MS = 1500
"""How long what happens together is gathered into one notification."""


class Click(Protocol):
    """A click on a notification."""

    @property
    def token(self) -> str:
        """What lets a window come forward."""


class Bus(Protocol):
    """The gateway to the desktop's notifications."""

    def fileno(self) -> int:
        """Give the socket to watch."""

    def notify(self, title: str, text: str) -> None:
        """Show a notification."""

    def read(self) -> Sequence[Click]:
        """Take what has arrived."""

    def close(self) -> None:
        """Leave."""


class Announcer(QObject):
    """Follows the notices; shows what nobody has seen."""

    clicked = Signal()
    """The person wants to see them."""

    def __init__(
        self,
        tasks: Tasks,
        changes: Changes,
        *,
        open_bus: Callable[[], Bus | None],
        is_enabled: Callable[[], bool],
        is_seen: Callable[[], bool],
        fall_back: Callable[[str, str], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._open_bus = tasks, open_bus
        self._is_enabled, self._is_seen, self._fall_back = is_enabled, is_seen, fall_back
        self._bus: Bus | None = None
        self._watch: QSocketNotifier | None = None
        self._waiting: list[str] = []
        self._timer = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._timer.timeout.connect(self._look)
        changes.listen(self, Topic.NOTICES, call=self._timer.start)

    def end(self) -> None:
        """Leave the bus."""
        self._timer.stop()
        if self._watch is not None:
            self._watch.setEnabled(False)
        if self._bus is not None:
            self._bus.close()
            self._bus = self._watch = None

    def _look(self) -> None:
        """Take what was not said; a write, for it is said once."""
        taken: list[Kind] = []

        def take(stores: Stores) -> frozenset[Topic]:
            taken.extend(notices.take_unshown(stores))
            return frozenset()

        self._tasks.write(self, take, lambda: self._say(taken), wakes=False)

    def _say(self, kinds: Sequence[Kind]) -> None:
        if not kinds or not self._is_enabled() or self._is_seen():
            return
        self._waiting.append(words.group(kinds))
        if self._bus is not None:
            self._send()
        else:
            self._tasks.call(self, self._join, self._joined, channel="session-bus")

    def _join(self, _gateways: Gateways) -> Bus | None:
        return self._open_bus()

    def _joined(self, bus: Bus | None) -> None:
        if bus is not None:
            self._bus = bus
            self._watch = QSocketNotifier(bus.fileno(), QSocketNotifier.Type.Read, self)
            self._watch.activated.connect(self._hear)
        self._send()

    def _send(self) -> None:
        text, self._waiting = " ".join(self._waiting), []
        if not text:
            return
        if self._bus is None:
            self._fall_back(NAME, text)
            return
        try:
            self._bus.notify(NAME, text)
        except OSError:  # the session's bus went away
            self.end()
            self._fall_back(NAME, text)

    def _hear(self) -> None:
        if self._bus is None:
            return
        try:
            clicks = self._bus.read()
        except (OSError, ValueError, EOFError):
            self.end()
            return
        for click in clicks:
            if click.token:
                os.environ["XDG_ACTIVATION_TOKEN"] = click.token  # Qt reads it there, once
            self.clicked.emit()
