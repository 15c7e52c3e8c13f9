"""Group what belongs together on a surface of its own."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLayout, QVBoxLayout, QWidget

from comptexpert_desktop.ui.widgets.plain_label import PlainLabel


class Card(QFrame):
    """A bordered surface with an optional heading; put things in `body`."""

    def __init__(self, title: str = "", *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if name:
            self.setObjectName(name)
        self.setProperty("surface", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(24, 20, 24, 20)
        self.body.setSpacing(16)
        if title:
            self.body.addWidget(PlainLabel(title, role="heading"))

    def add(self, item: QWidget | QLayout) -> None:
        """Add a widget or a layout below what is there."""
        if isinstance(item, QWidget):
            self.body.addWidget(item)
        else:
            self.body.addLayout(item)
