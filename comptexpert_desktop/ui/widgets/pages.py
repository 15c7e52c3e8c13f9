"""Several things of which one is shown; by ear they are no thing of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

from comptexpert_desktop.ui import accessible

if TYPE_CHECKING:
    from PySide6.QtCore import QSize


class Pages(QStackedWidget):
    """Shows one of its pages; a screen reader names the page, and not what holds it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        accessible.speak_as(self, accessible.PAGES)
        self.currentChanged.connect(lambda _page: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        """Ask for what the page that is shown needs: a wide one that is hidden makes nobody scroll."""
        shown = self.currentWidget()
        if shown is None:
            return super().minimumSizeHint()
        return shown.minimumSizeHint().expandedTo(shown.minimumSize())
