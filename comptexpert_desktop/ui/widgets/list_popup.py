"""How large a list that opens over the window is: all of it is seen, within the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.ui.widgets import screen_room

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractItemView, QWidget

_MARGIN = 24
"""The room between a list and the edges of the screen, in device-independent pixels."""


def rows_that_fit(view: QAbstractItemView, *, beside: QWidget) -> int:
    """Return how many rows of a list can be seen at once, above or below the widget that opens it."""
    screen = screen_room.available(beside)
    top = beside.mapToGlobal(beside.rect().topLeft()).y()
    below = screen.bottom() - top - beside.height()
    room = max(below, top - screen.top()) - _MARGIN
    height = max(view.sizeHintForRow(0), 1)
    return max(room // height, 1)


def fit_width(view: QAbstractItemView, *, beside: QWidget, extra: int = 0) -> None:
    """Make a list as wide as its longest line, at least as wide as the widget that opens it."""
    width = view.sizeHintForColumn(0) + 2 * view.frameWidth() + extra
    view.setMinimumWidth(min(max(width, beside.width()), screen_room.available(beside).width() - 2 * _MARGIN))
