"""Several things of which one is shown; by ear they are no thing of their own."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from comptexpert_desktop.ui import accessible


class Pages(QStackedWidget):
    """Shows one of its pages; a screen reader names the page, and not what holds it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        accessible.speak_as(self, accessible.PAGES)
