"""Show text as it is: the only label of the application, so that no text is ever read as HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QWidget

from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.look import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent

Role = Literal["body", "title", "heading", "muted", "strong", "mono", "hint", "label", "error"]

_HEADINGS = frozenset({"title", "heading"})
_WIDEST_WORD = 200
"""A longer word is clipped rather than allowed to widen the window."""
_LONG_WORD = re.compile(r"\S{30,}")
_JOINT = re.compile(r"(?<=[/\\._=&?])(?=\w)")
_MAY_BREAK = "\u200b"
"""Between the parts of a long path or address, where a line may end: a path of Windows has no such place of its own."""


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
        self._said = ""
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show a text; a long path may wrap between its parts."""
        self._said = text
        shown = text
        if self.wordWrap():
            shown = _LONG_WORD.sub(lambda word: _JOINT.sub(_MAY_BREAK, word[0]), text)
        super().setText(shown)
        if shown != text or self.accessibleName():
            self.setAccessibleName(text if shown != text else "")

    def text(self) -> str:
        """Return the text that was given."""
        return self._said

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy what was said, without the places where a line may end."""
        if event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            self._copy()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy what is selected; other labels leave the menu to what they stand in."""
        if not self.hasSelectedText():
            event.ignore()
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copier", self._copy)
        menu.popup(event.globalPos())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.selectedText().replace(_MAY_BREAK, ""))

    def minimumSizeHint(self) -> QSize:
        """Let a very long word be clipped."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), theme.scaled(_WIDEST_WORD)), hint.height()) if self.wordWrap() else hint
