"""How much room the screen leaves to what opens over the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize

from comptexpert_desktop.ui.look import theme

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtWidgets import QWidget

MARGIN = QSize(32, 64)
"""What stays free round a dialog: the edges of the screen and the title bar."""


def available(widget: QWidget) -> QRect:
    """Return what the screen of a widget offers to windows: without task bars."""
    return widget.screen().availableGeometry()


def room(widget: QWidget) -> QSize:
    """Return how large a dialog may be, in points."""
    return available(widget).size() - MARGIN


def resize(dialog: QWidget, width: int, height: int) -> None:
    """Open a dialog at a size that grows with the letters, within the screen."""
    dialog.resize(QSize(theme.scaled(width), theme.scaled(height)).boundedTo(room(dialog)))


def widen(dialog: QWidget, width: int) -> None:
    """Make a dialog at least so wide; the width grows with the letters and never leaves the screen."""
    dialog.setMinimumWidth(min(theme.scaled(width), room(dialog).width()))
