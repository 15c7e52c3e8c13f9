"""Notice that nobody touches the window any more, and remember after how long it locks."""

from __future__ import annotations

import time
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class LockDelay:
    """After how long the window locks: what was chosen here, within what the machine's policy allows."""

    data_dir: Path
    default: int = DEFAULT_MINUTES
    most: int = 0
    """The policy's maximum; 0 sets none."""

    def choices(self) -> tuple[int, ...]:
        """List the delays that may be chosen."""
        if not self.most:
            return CHOICES
        return tuple(one for one in CHOICES if 0 < one <= self.most) or (self.most,)

    def minutes(self) -> int:
        """Return the delay that holds, never above the maximum."""
        text = str(_file(self.data_dir).value(_KEY, self.default))
        chosen = int(text) if text.isdecimal() and int(text) in CHOICES else self.default
        return min(chosen or self.most, self.most) if self.most else chosen

    def keep(self, minutes: int) -> None:
        """Keep a choice."""
        kept = _file(self.data_dir)
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
