"""Buttons in a row that goes on below where they have no room, whatever the size of the letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtWidgets import QLayoutItem, QWidget


class WrappingRow(QLayout):
    """Lays widgets out from left to right in lines; never asks for more width than its widest widget needs."""

    def __init__(self, *widgets: QWidget, spacing: int, ends: Sequence[QWidget] = ()) -> None:
        """Hold some widgets, `spacing` points apart; those of `ends` come last and stand at the right."""
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)
        for widget in (*widgets, *ends):
            self.addWidget(widget)
        self._ends = tuple(self._items[len(self._items) - len(ends) :])

    def addItem(self, item: QLayoutItem) -> None:
        """Add one item at the end (called by `addWidget`)."""
        self._items.append(item)

    def count(self) -> int:
        """Count the items, hidden ones included."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return one item, or None past the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove one item and return it, or None past the last."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Return no direction: lines end where their widgets do."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Tell that a narrow row is a high one."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines at a width, in points."""
        heights = [height for _line, height in self._lines(width)]
        return sum(heights) + self.spacing() * max(len(heights) - 1, 0)

    def sizeHint(self) -> QSize:
        """Ask for one line."""
        hints = [item.sizeHint() for item in self._shown()]
        width = sum(hint.width() for hint in hints) + self.spacing() * max(len(hints) - 1, 0)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        """Ask for the widest widget."""
        sizes = [item.sizeHint() for item in self._shown()]
        return QSize(max((one.width() for one in sizes), default=0), max((one.height() for one in sizes), default=0))

    def setGeometry(self, rect: QRect) -> None:
        """Place the widgets line by line."""
        super().setGeometry(rect)
        top = rect.top()
        for line, height in self._lines(rect.width()):
            self._place(line, QRect(rect.left(), top, rect.width(), height))
            top += height + self.spacing()

    def _shown(self) -> Iterator[QLayoutItem]:
        return (item for item in self._items if not item.isEmpty())

    def _lines(self, width: int) -> Iterator[tuple[list[QLayoutItem], int]]:
        """Yield the items of each line and its height."""
        line: list[QLayoutItem] = []
        used = height = 0
        for item in self._shown():
            hint = item.sizeHint()
            if line and used + self.spacing() + hint.width() > width:
                yield line, height
                line, used, height = [], 0, 0
            used += hint.width() + (self.spacing() if line else 0)
            height = max(height, hint.height())
            line.append(item)
        if line:
            yield line, height

    def _place(self, line: Sequence[QLayoutItem], room: QRect) -> None:
        """Place the items of one line, those of the end at its right."""
        widths = [min(item.sizeHint().width(), room.width()) for item in line]
        left = room.left()
        spare = room.width() - sum(widths) - self.spacing() * (len(line) - 1)
        for item, width in zip(line, widths, strict=True):
            if spare and item in self._ends:
                left, spare = left + spare, 0
            item.setGeometry(QRect(QPoint(left, room.top()), QSize(width, room.height())))
            left += width + self.spacing()
