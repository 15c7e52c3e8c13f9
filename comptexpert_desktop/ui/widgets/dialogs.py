"""Ask a question without stopping the application; the dialog returns a value and never does the thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from comptexpert_desktop.ui.widgets.buttons import Button, danger, primary, secondary
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

ActionTone = Literal["primary", "danger"]


class Question(QDialog):
    """A title, a text and two buttons; `confirmButton` acts, `cancelButton` and Esc do nothing."""

    def __init__(self, parent: QWidget, *, title: str, text: str, action: str, tone: ActionTone) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(440)
        self.setMaximumWidth(640)
        make = danger if tone == "danger" else primary
        self.confirm_button: Button = make(action, name="confirmButton")
        self.cancel_button: Button = secondary("Annuler", name="cancelButton")
        self.confirm_button.clicked.connect(self.accept)
        self.cancel_button.clicked.connect(self.reject)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self.body.addWidget(PlainLabel(title, role="heading"))
        self.body.addWidget(PlainLabel(text))
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.confirm_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(20)
        column.addLayout(self.body)
        column.addLayout(buttons)

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
) -> QDialog:
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
) -> QDialog:
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
