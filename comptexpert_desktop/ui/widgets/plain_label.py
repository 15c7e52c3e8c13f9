"""Show text as it is: the only label of the application, so that no text is ever read as HTML."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.look import theme

Role = Literal["body", "title", "heading", "muted", "strong", "mono", "hint", "label", "error"]

_HEADINGS = frozenset({"title", "heading"})
_WIDEST_WORD = 200
"""A longer word is clipped rather than allowed to widen the window."""


class PlainLabel(QLabel):
    """A label that shows plain text, wraps it, and lets it be selected when asked."""

    def __init__(
        self,
        text: str = "",
        *,
        role: Role = "body",
        wrap: bool = True,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setProperty("role", role)
        if role in _HEADINGS:
            accessible.speak_as(self, accessible.HEADING)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.setText(text)

    def minimumSizeHint(self) -> QSize:
        """Let a very long word be clipped."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), theme.scaled(_WIDEST_WORD)), hint.height()) if self.wordWrap() else hint
