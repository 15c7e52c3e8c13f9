"""Choose one of a few lines: the one drop-down list of the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QStyle, QWidget

from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.look import tooltips
from comptexpert_desktop.ui.widgets.list_popup import fit_width, rows_that_fit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QResizeEvent, QWheelEvent

_BESIDE = 50
"""What the arrow and the edges take of the width, in points."""


class Choice(QComboBox):
    """A drop-down list that the wheel never changes, and whose list is seen whole."""

    def __init__(self, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if name:
            self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.currentTextChanged.connect(self._tell_value)
        self.currentTextChanged.connect(lambda _text: self._show_whole())

    def offer(self, choices: Iterable[tuple[str, object]], *, selected: object = None) -> None:
        """Replace the lines without a word; the selected value, else the one selected before, else the first, stays."""
        kept = self.currentData() if selected is None else selected
        lines = list(choices)
        with QSignalBlocker(self):
            if lines != [(self.itemText(row), self.itemData(row)) for row in range(self.count())]:  # else unsaid
                self.clear()
                for text, value in lines:
                    self.addItem(text, value)
            self.setCurrentIndex(max(self.findData(kept), 0) if self.count() else -1)
        self._show_whole()

    def value(self) -> object:
        """Return the value of the selected line."""
        return self.currentData()

    def select(self, value: object) -> bool:
        """Select the line of a value; False when none has it."""
        row = self.findData(value)
        if row >= 0:
            self.setCurrentIndex(row)
        return row >= 0

    def _tell_value(self, text: str) -> None:
        if not self.view().isVisible():  # its lines are read one by one
            accessible.tell_value(self, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the whole line in a tooltip where it has no room."""
        super().resizeEvent(event)
        self._show_whole()

    def _show_whole(self) -> None:
        text = self.currentText()
        has_room = self.fontMetrics().horizontalAdvance(text) <= self.width() - _BESIDE
        self.setToolTip("" if has_room else tooltips.plain(text))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page: it must not change a value that somebody scrolls past."""
        event.ignore()

    def showPopup(self) -> None:
        """Open the list as wide as its longest line and as high as its lines, within the screen."""
        view = self.view()
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        self.setMaxVisibleItems(rows_that_fit(view, beside=self))
        fit_width(view, beside=self, extra=bar)
        super().showPopup()
