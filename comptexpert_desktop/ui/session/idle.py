"""Notice that nobody touches the window any more, and remember after how long it locks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSettings, QTimer, Signal
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QWindow

CHOICES = (5, 15, 30, 60, 0)
"""Minutes; 0 is never."""
DEFAULT_MINUTES = 30
_KEY = "lock/minutes"
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


def allowed_choices(most: int) -> tuple[int, ...]:
    """List the delays that may be chosen under the policy's maximum; 0 sets none."""
    if not most:
        return CHOICES
    return tuple(one for one in CHOICES if 0 < one <= most) or (most,)


def kept_minutes(data_dir: Path, *, most: int = 0) -> int:
    """Return the delay that was chosen, never above the policy's maximum."""
    text = str(_file(data_dir).value(_KEY, DEFAULT_MINUTES))
    chosen = int(text) if text.isdecimal() and int(text) in CHOICES else DEFAULT_MINUTES
    if not most:
        return chosen
    return min(chosen or most, most)


def keep_minutes(data_dir: Path, *, minutes: int) -> None:
    """Keep a choice."""
    kept = _file(data_dir)
    kept.setValue(_KEY, minutes)
    kept.sync()


def _file(data_dir: Path) -> QSettings:
    return QSettings(str(data_dir / "lock.ini"), QSettings.Format.IniFormat)


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
