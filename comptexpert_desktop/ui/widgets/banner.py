"""Tell something across the width of a screen: an error, a warning, a success."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.presentation import messages
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.icon_view import IconView
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.restyle import set_style

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QShowEvent

    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.presentation.tone import Tone

ICONS: dict[Tone, str] = {
    "neutral": "info",
    "info": "info",
    "success": "check-circle",
    "warning": "alert-triangle",
    "danger": "alert-circle",
}


class Banner(QFrame):
    """A message with an icon, an optional title and an optional action; hidden while it has nothing to say."""

    def __init__(self, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if name:
            self.setObjectName(name)
        self.setProperty("surface", "banner")
        self._icon = IconView("info", "info")
        self._title = PlainLabel(role="strong")
        self._text = PlainLabel(selectable=True)
        self._button = secondary("")
        self._action: Callable[[], object] | None = None
        self._unsaid, self._is_grave = "", False
        accessible.speak_as(self, accessible.ALERT)
        self._button.clicked.connect(self._act)
        self._build()
        self.hide()

    @property
    def action_button(self) -> QWidget:
        """The button of the action, hidden when there is none."""
        return self._button

    def text(self) -> str:
        """Return what is shown, title first; empty when nothing is."""
        if self.isHidden():
            return ""
        return "\n".join(part for part in (self._title.text(), self._text.text()) if part)

    def show_message(
        self,
        text: str,
        *,
        tone: Tone,
        title: str = "",
        action_text: str = "",
        action: Callable[[], object] | None = None,
        is_news: bool = True,
    ) -> None:
        """Show a message in plain text; say it aloud, unless it merely stays, once it is on screen."""
        self._is_grave = tone in {"warning", "danger"}
        self._icon.set_icon(ICONS[tone], tone)
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._action = action
        self._button.setText(action_text)
        self._button.setVisible(bool(action_text))
        self.setAccessibleName(f"{title} {text}".strip())
        set_style(self, tone=tone)
        self._unsaid = self.accessibleName() if is_news else ""
        self.show()
        self._say()

    def show_error(
        self, error: ComptexpertError, *, action_text: str = "", action: Callable[[], object] | None = None
    ) -> None:
        """Say in words what went wrong."""
        message = messages.for_error(error)
        self.show_message(message.body, tone=message.tone, title=message.title, action_text=action_text, action=action)

    def clear(self) -> None:
        """Say nothing any more."""
        self._action = None
        self._unsaid = ""
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Say what could not be heard while the screen around was hidden."""
        super().showEvent(event)
        self._say()

    def _say(self) -> None:
        if self._unsaid and self.isVisible():
            text, self._unsaid = self._unsaid, ""
            accessible.tell(self, text, at_once=self._is_grave)

    def _act(self) -> None:
        if self._action is not None:
            self._action()

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(12)
        icon_column = QVBoxLayout()
        icon_column.addWidget(self._icon)
        icon_column.addStretch()
        row.addLayout(icon_column)
        row.addLayout(words, 1)
        row.addWidget(self._button)
