"""Show an icon that keeps the right colour when the theme changes."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from comptexpert_desktop.ui.look import icons, theme


class IconView(QWidget):
    """An icon as high as the letters beside it; decoration only, the words stand beside it."""

    def __init__(self, name: str, tone: str = "text", *, size: int = icons.SIZE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._tone, self._size = name, tone, theme.scaled(size)
        self.setFixedSize(self._size, self._size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_icon(self, name: str, tone: str) -> None:
        """Show another icon."""
        self._name, self._tone = name, tone
        self.update()

    def sizeHint(self) -> QSize:
        """Take the size of the icon."""
        return QSize(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw in the colours shown now."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, icons.pixmap(self._name, self._tone, size=self._size))
        painter.end()
