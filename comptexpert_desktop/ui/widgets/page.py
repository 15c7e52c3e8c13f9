"""Lay out a screen: a title, a sentence, and a column that scrolls and never grows too wide to read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from comptexpert_desktop.ui import theme
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel


class Page(QScrollArea):
    """A scrolling column of a bounded width; put things in `body`."""

    def __init__(
        self,
        title: str = "",
        intro: str = "",
        *,
        width: int = theme.WIDTH_READING,
        centred: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QWidget()
        outer.setProperty("page", "true")
        row = QHBoxLayout(outer)
        row.setContentsMargins(32, 28, 32, 28)
        column = QWidget()
        column.setMaximumWidth(width)
        if centred:
            row.addStretch(1)
        row.addWidget(column, 1000)
        row.addStretch(1)
        whole = QVBoxLayout(column)
        whole.setContentsMargins(0, 0, 0, 0)
        self.body = QVBoxLayout()
        whole.addLayout(self.body)
        whole.addStretch(1)
        self.body.setSpacing(16)
        self.heading = PlainLabel(title, role="title")
        self.intro = PlainLabel(intro, role="muted")
        self.body.addWidget(self.heading)
        self.body.addWidget(self.intro)
        self.heading.setVisible(bool(title))
        self.intro.setVisible(bool(intro))
        self.setWidget(outer)
