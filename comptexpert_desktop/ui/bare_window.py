"""The window as its first frame shows it: two surfaces, and nothing that takes time to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QMainWindow

from comptexpert_desktop.ui import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from comptexpert_desktop.ui.main_window import MainWindow

SIZE = (1200, 780)


class BareWindow(QMainWindow):
    """Empty at first; `furnish` puts the main window in."""

    put_away = Signal()
    """The window was closed, and the program lives on."""

    def __init__(self) -> None:
        super().__init__()
        self.content: MainWindow | None = None
        self.stays = False
        """Closing puts the window away: the program lives on in the notification area."""
        self.setWindowTitle("Comptexpert")
        self.resize(*SIZE)

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
            painter.fillRect(0, 0, theme.WIDTH_RAIL, self.height(), QColor(theme.tokens().rail))
            painter.end()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close what is inside too, unless the window will come back.

        It is never refused: a system that ends its session asks every window to close.
        """
        if self.content is not None and not self.stays:
            self.content.close()
        super().closeEvent(event)
        if self.stays:
            self.put_away.emit()
