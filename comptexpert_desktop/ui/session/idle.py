"""Notice that nobody touches the window any more."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QWindow

_LOOK_MS = 10_000
_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class Idle(QObject):
    """Looks at what reaches the windows of the application; widgets are not slowed down."""

    noticed = Signal()
    """Nobody touched anything for as long as `minutes` says."""

    def __init__(
        self, *, minutes: Callable[[], int], clock: Callable[[], float] = time.monotonic, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._minutes, self._clock = minutes, clock
        self._touched_at = clock()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self.follow)
            self.follow(application.focusWindow())
        self._timer.start()

    def follow(self, window: QWindow | None) -> None:
        """Look at a window too: coming back to one is a touch."""
        self._touched_at = self._clock()
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remember a touch, and let it go where it goes."""
        if event.type() in _TOUCHES:
            self._touched_at = self._clock()
        return super().eventFilter(watched, event)

    def look(self) -> None:
        """Tell when the last touch is too long ago."""
        minutes = self._minutes()
        if minutes and self._clock() - self._touched_at >= minutes * 60:
            self._touched_at = self._clock()
            self.noticed.emit()
