"""Ask a question without stopping the application; the dialog returns a value and never does the thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.buttons import Button, danger, primary, secondary
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.growing_area import GrowingArea
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent, QShowEvent

ActionTone = Literal["primary", "danger"]
WIDTH = 460
"""Of what is asked, where the screen has room for it."""


class Question(QDialog):
    """A title, a text and two buttons; `confirmButton` acts, `cancelButton` and Esc do nothing."""

    changed = Signal()
    """Something else is chosen now."""

    def __init__(self, parent: QWidget, *, title: str, text: str, action: str, tone: ActionTone) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        make = danger if tone == "danger" else primary
        self.confirm_button: Button = make(action, name="confirmButton")
        self.cancel_button: Button = secondary("Annuler", name="cancelButton")
        self.confirm_button.clicked.connect(self.accept)
        self.cancel_button.clicked.connect(self.reject)
        for key in ("Ctrl+Return", "Ctrl+Enter"):  # a button that has the keyboard would take Enter for itself
            QShortcut(QKeySequence(key), self, self.confirm_button.click)
        self._area = GrowingArea(width=theme.scaled(WIDTH))
        self._area.grown.connect(self._follow)
        self.body = self._area.body
        self.body.setSpacing(12)
        self.body.addWidget(PlainLabel(title, role="heading"))
        self.body.addWidget(PlainLabel(text))
        buttons = WrappingRow(spacing=SPACE * 2, ends=(self.cancel_button, self.confirm_button))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(20)
        column.addWidget(self._area, 1)
        column.addLayout(buttons)

    def _follow(self) -> None:
        """Be as high as what is asked, as far as the screen allows; then it scrolls."""
        layout = self.layout()
        if layout is None or not self.isVisible():
            return
        room = screen_room.room(self)
        others = layout.totalSizeHint().height() - self._area.sizeHint().height()
        needed = self._area.needed(self._area.viewport().width()) + others
        self.resize(self.width(), min(max(needed, self.minimumSizeHint().height()), room.height()))

    def showEvent(self, event: QShowEvent) -> None:
        """Open as wide and as high as what is asked, within the screen."""
        room = screen_room.room(self)
        self.setMaximumSize(room)
        self.resize(self.sizeHint().boundedTo(room))
        super().showEvent(event)
        self._follow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Confirm with Ctrl+Enter, wherever the keyboard is."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.confirm_button.click()
            return
        super().keyPressEvent(event)


def confirm(
    parent: QWidget,
    *,
    title: str,
    text: str,
    action: str,
    tone: ActionTone = "danger",
    done: Callable[[], None],
) -> Question:
    """Ask to confirm; `done` is called only when the person does."""
    dialog = Question(parent, title=title, text=text, action=action, tone=tone)
    dialog.accepted.connect(done)
    dialog.cancel_button.setFocus()
    dialog.open()
    return dialog


def ask_note(
    parent: QWidget,
    *,
    title: str,
    text: str,
    label: str,
    action: str,
    done: Callable[[str], None],
    tone: ActionTone = "primary",
    minimum: int = 0,
) -> Question:
    """Ask for a few words (`noteEdit`); the action waits until there are `minimum` characters."""
    dialog = Question(parent, title=title, text=text, action=action, tone=tone)
    edit = QPlainTextEdit()
    edit.setTabChangesFocus(True)
    edit.setMinimumHeight(96)
    hint = f"Au moins {minimum} caractères." if minimum > 1 else ""
    dialog.body.addWidget(Field(label, edit, hint=hint, name="noteEdit"))

    def note() -> str:
        return edit.toPlainText().strip()

    def refresh() -> None:
        dialog.confirm_button.setEnabled(len(note()) >= minimum)

    edit.textChanged.connect(refresh)
    dialog.accepted.connect(lambda: done(note()))
    refresh()
    edit.setFocus()
    dialog.open()
    return dialog
