"""F1: what the guide says of the open screen, and a way to its other parts and to the keys; no network is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from comptexpert_desktop.presentation import guide
from comptexpert_desktop.ui.look import resources
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow
from comptexpert_desktop.ui.window import keys_page

if TYPE_CHECKING:
    from comptexpert_desktop.presentation.guide import Part
    from comptexpert_desktop.ui.window.main_window import MainWindow

KEY = "F1"


def add_shortcut(window: MainWindow) -> None:
    """Let F1 open the guide."""
    QShortcut(QKeySequence(KEY), window, lambda: open_guide(window))


def open_guide(window: MainWindow) -> GuideDialog:
    """Show what the guide says of the open screen, to those who grant or to the others."""
    name = guide.EXPERT if window.may_grant else guide.STAFF
    found = guide.parts(resources.guide(name))
    dialog = GuideDialog(window, found=found, shown=guide.part_of(found, window.stack.key))
    dialog.keys_button.clicked.connect(lambda: _open_keys(window, dialog))
    dialog.open()
    return dialog


def _open_keys(window: MainWindow, dialog: QDialog) -> None:
    dialog.accept()
    keys_page.open_keys(window)


class GuideDialog(QDialog):
    """One part at a time."""

    def __init__(self, parent: QWidget, *, found: tuple[Part, ...], shown: Part) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("guideDialog")
        self.setWindowTitle("Guide")
        self._found = found
        self.parts = Choice()
        self.parts.offer([(part.title, row) for row, part in enumerate(found)], selected=found.index(shown))
        self.page = Page(shown.title)
        self.page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the arrows scroll it
        self.page.setAccessibleName("Guide")
        self._texts = QVBoxLayout()
        self._texts.setSpacing(SPACE * 3)
        self.page.body.addLayout(self._texts)
        self.keys_button = secondary("&Touches du clavier", name="guideKeysButton")
        close = secondary("&Fermer", name="closeGuideButton")
        close.clicked.connect(self.accept)
        foot = WrappingRow(self.keys_button, spacing=SPACE * 2, ends=(close,))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 6, SPACE * 5, SPACE * 6, SPACE * 5)
        column.addWidget(Field("&Partie du guide", self.parts, name="guideParts"))
        column.addWidget(self.page, 1)
        column.addLayout(foot)
        self.parts.currentIndexChanged.connect(self._show_part)
        self._show_part(found.index(shown))
        screen_room.resize(self, SPACE * 160, SPACE * 140)
        close.setFocus()

    def _show_part(self, row: int) -> None:
        while (item := self._texts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        part = self._found[row]
        self.page.heading.setText(part.title)
        for text in part.paragraphs:
            self._texts.addWidget(PlainLabel(text, selectable=True))
        self.page.verticalScrollBar().setValue(0)
