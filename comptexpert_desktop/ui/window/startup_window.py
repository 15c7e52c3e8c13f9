"""The window as its first frame shows it: two surfaces, and nothing that takes time to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QMainWindow

from comptexpert_desktop.ui.look import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from comptexpert_desktop.settings.window_state import WindowState
    from comptexpert_desktop.ui.window.main_window import MainWindow

SIZE = QSize(1320, 800)
"""Where the screen has room for it."""
MIN_SIZE = QSize(640, 360)
"""What fits a screen of 1366 by 768 at 200 %."""
FRAME = QSize(16, 40)
"""What the window manager adds, before it has said how much."""
_GEOMETRY = "window"


class BareWindow(QMainWindow):
    """Empty at first; `furnish` puts the main window in."""

    put_away = Signal()
    """The window was closed, and the program lives on."""

    def __init__(self, state: WindowState) -> None:
        super().__init__()
        self._state = state
        self.content: MainWindow | None = None
        self.stays = False
        """Closing puts the window away: the program lives on in the notification area."""
        self.setWindowTitle("Comptexpert")
        self.setMinimumSize(MIN_SIZE)
        if not self.restoreGeometry(_bytes(state.get(_GEOMETRY))):
            room = self.screen().availableGeometry().size() - FRAME
            self.resize(SIZE.boundedTo(room))

    def furnish(self, content: MainWindow) -> None:
        """Put everything in; called after the first frame."""
        self.content = content
        self.setWindowIcon(content.windowIcon())
        self.setCentralWidget(content)

    def come_forward(self) -> None:
        """Show the window to the person who asked for it, wherever it is."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the two surfaces of the window while it is bare."""
        super().paintEvent(event)
        if self.content is None:
            painter = QPainter(self)
            painter.fillRect(0, 0, theme.scaled(theme.WIDTH_RAIL), self.height(), QColor(theme.tokens().rail))
            painter.end()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close what is inside too, unless the window will come back; a person is asked when a revocation would wait.

        The end of the program is never refused to the system, only to the click of a person.
        """
        is_asked_for = event.spontaneous() and not self.stays
        if is_asked_for and self.content is not None and self.content.quitting.asks(self.close):
            event.ignore()
            return
        self._state.put(_GEOMETRY, bytes(self.saveGeometry().toBase64().data()).decode())
        if self.content is not None:
            self.content.save()
            if not self.stays:
                self.content.close()
        super().closeEvent(event)
        if self.stays:
            self.put_away.emit()


def _bytes(text: str) -> QByteArray:
    """Read what was kept as text."""
    return QByteArray.fromBase64(QByteArray(text.encode("ascii", "ignore")))
