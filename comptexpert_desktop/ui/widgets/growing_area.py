"""A part that is as high as what it holds, and scrolls once there is no more room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from comptexpert_desktop.ui.look.theme import SPACE


class GrowingArea(QScrollArea):
    """A column that asks for the height of its content."""

    grown = Signal()
    """The content needs another height."""

    def __init__(self, *, width: int) -> None:
        super().__init__()
        self._width = width
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setProperty("page", "true")
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.setWidget(inner)
        inner.installEventFilter(self)

    def needed(self, width: int) -> int:
        """Return the height of the content at a width."""
        height = self.body.totalHeightForWidth(width) if self.body.hasHeightForWidth() else -1
        return max(height, self.body.totalSizeHint().height())

    def sizeHint(self) -> QSize:
        """Ask for all the content."""
        width = max(self._width, self.body.totalMinimumSize().width())
        return QSize(width, self.needed(width))

    def minimumSizeHint(self) -> QSize:
        """Be content with a few lines, and scroll."""
        hint = self.sizeHint()
        return QSize(min(self.body.totalMinimumSize().width(), hint.width()), min(hint.height(), SPACE * 20))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the content."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self.grown.emit()
        return super().eventFilter(watched, event)
