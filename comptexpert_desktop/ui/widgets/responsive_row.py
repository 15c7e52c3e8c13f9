"""Two parts side by side when there is room, one below the other when there is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QBoxLayout, QFrame, QLayout, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_SIDEWAYS, _DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class TurningBox(QFrame):
    """Turns at a width; never keeps the window from being narrower than that."""

    def __init__(
        self,
        first: QWidget | QLayout,
        second: QWidget | QLayout,
        *,
        turns_at: int | None = None,
        shares: tuple[int, int] = (1, 1),
        parent: QWidget | None = None,
    ) -> None:
        """Lay the parts out; `shares` is how they divide a line that is wide enough.

        Without `turns_at` the parts turn when they do not fit, whatever the size of the letters.
        """
        super().__init__(parent)
        self._turns_at, self._shares = turns_at, shares
        self.line = QBoxLayout(_SIDEWAYS, self)
        self.line.setContentsMargins(0, 0, 0, 0)
        for part in (first, second):
            if isinstance(part, QWidget):
                self.line.addWidget(part)
            else:
                self.line.addLayout(part)
        self._turn(wide=True)

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of the wider part alone."""
        items = [self.line.itemAt(number) for number in range(self.line.count())]
        parts = [item.minimumSize().width() for item in items if item is not None]
        margins = self.line.contentsMargins()
        return QSize(max(parts) + margins.left() + margins.right(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn when the width crosses the limit."""
        self._turn(wide=event.size().width() >= self._needed_width())
        super().resizeEvent(event)

    def fit(self) -> None:
        """Turn if what the parts hold has become too wide, or narrow enough."""
        self._turn(wide=self.width() >= self._needed_width())

    def _needed_width(self) -> int:
        if self._turns_at is not None:
            return self._turns_at
        items = [self.line.itemAt(number) for number in range(self.line.count())]
        parts = [item.sizeHint().width() for item in items if item is not None]
        margins = self.line.contentsMargins()
        return sum(parts) + self.line.spacing() * (len(parts) - 1) + margins.left() + margins.right()

    def _turn(self, *, wide: bool) -> None:
        self.line.setDirection(_SIDEWAYS if wide else _DOWN)
        for number, share in enumerate(self._shares if wide else (0, 1)):
            self.line.setStretch(number, share)
