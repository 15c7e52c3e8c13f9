"""Lay out a screen: a title, a sentence, and a column that scrolls and never grows too wide to read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel


class Page(QScrollArea):
    """A scrolling column of a bounded width; put things in `body`."""

    keeps_entries = True
    """What is entered is written down as it is, or nothing is; False for a form that is lost unless it is sent."""

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
        column.setMaximumWidth(theme.scaled(width))
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


def begun_form(window: QWidget) -> str:
    """Return the title of a form that was begun and that nobody writes down, shown or not; empty without one."""
    forms = (page for page in window.findChildren(Page) if not page.keeps_entries)
    return next((page.heading.text() for page in forms if _is_begun(page)), "")


def _is_begun(page: Page) -> bool:
    typed = (edit for edit in page.findChildren(QLineEdit) if not isinstance(edit.parent(), QAbstractSpinBox))
    texts = [edit.text() for edit in typed] + [edit.toPlainText() for edit in page.findChildren(QPlainTextEdit)]
    return any(text.strip() for text in texts)
