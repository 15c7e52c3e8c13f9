"""Say why a screen shows nothing, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.icon_view import IconView
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable


class EmptyState(QWidget):
    """An icon, a sentence, an explanation and at most one action, in the middle of the space."""

    def __init__(
        self,
        icon: str,
        title: str,
        text: str,
        action_text: str = "",
        action: Callable[[], None] | None = None,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 48, 24, 48)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(IconView(icon, "muted", size=40), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        self.title, self.text = PlainLabel(title, role="heading"), PlainLabel(text, role="muted")
        for label in (self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        self.button = secondary(action_text)
        if action is not None:
            self.button.clicked.connect(action)
        column.addSpacing(8)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        accessible.speak_as(self, accessible.TEXT)
        self.set_words(title, text)
        self.offer(action_text)

    def set_words(self, title: str, text: str) -> None:
        """Say another reason; the keyboard may stand here where there is no button."""
        self.title.setText(title)
        self.text.setText(text)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)

    def offer(self, action_text: str) -> None:
        """Show the button under this name; without one the keyboard stands on the sentence."""
        self.button.setText(action_text)
        self.button.setVisible(bool(action_text))
        if action_text and self.hasFocus():
            self.button.setFocus()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if action_text else Qt.FocusPolicy.TabFocus)
