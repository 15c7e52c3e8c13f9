"""Tell something across the width of a screen: an error, a warning, a success; with its age, and a way to close it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.buttons import icon_button, secondary
from comptexpert_desktop.ui.widgets.icon_view import IconView
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.restyle import set_style

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.presentation.tone import Tone

ICONS: dict[Tone, str] = {
    "neutral": "info",
    "info": "info",
    "success": "check-circle",
    "warning": "alert-triangle",
    "danger": "alert-circle",
}


AGE_MS = 20_000
"""How often the age of a message is said again."""
_RED = "isRed"
_SIDEWAYS, _DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
NARROW = SPACE * 140
"""Below this width the action stands under the words."""


def show_red(content: QWidget, *, is_red: bool) -> None:
    """Say whether something waits for the person or has not left: no message of the window is green meanwhile."""
    window = content.window()
    window.setProperty(_RED, is_red)
    if is_red:
        for banner in window.findChildren(Banner):
            banner.leave_green()


class Banner(QFrame):
    """A message with an icon, an optional title and an optional action; hidden while it has nothing to say.

    It belongs to the screen that shows it: a success is not said any more once the person has left that screen.
    """

    closed = Signal()
    """The person closed the message."""

    def __init__(self, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if name:
            self.setObjectName(name)
        self.setProperty("surface", "banner")
        self._icon = IconView("info", "info")
        self._title = PlainLabel(role="strong")
        self._text = PlainLabel(selectable=True)
        self._age = PlainLabel(role="hint", wrap=False)
        self._clock, self._ticker = QElapsedTimer(), QTimer(self, interval=AGE_MS)
        self._ticker.timeout.connect(self._show_age)
        self._tone: Tone = "info"
        self._button = secondary("")
        self.close_button = icon_button("close", "Fermer le message", name="closeMessageButton")
        self.close_button.clicked.connect(self._close)
        self._action: Callable[[], object] | None = None
        self._unsaid, self._is_grave = "", False
        accessible.speak_as(self, accessible.ALERT)
        self._button.clicked.connect(self._act)
        self._middle = QBoxLayout(_SIDEWAYS)
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
        if tone == "success" and self.window().property(_RED):
            tone = "info"
        self._tone = tone
        self._is_grave = tone in {"warning", "danger"}
        if is_news or self.isHidden():
            self._clock.start()
        self._show_age()
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
        self._ticker.stop()
        self.hide()

    def leave_green(self) -> None:
        """Go on saying a success, but not as one: something else is not done."""
        if self._tone == "success" and not self.isHidden():
            self._tone = "info"
            self._icon.set_icon(ICONS["info"], "info")
            set_style(self, tone="info")

    def showEvent(self, event: QShowEvent) -> None:
        """Say what could not be heard while the screen around was hidden."""
        super().showEvent(event)
        self._ticker.start()
        self._show_age()
        self._say()

    def hideEvent(self, event: QHideEvent) -> None:
        """Say a success no more when the screen is left; what the window system hides is not left."""
        super().hideEvent(event)
        self._ticker.stop()
        if self._tone == "success" and not event.spontaneous() and not self.isHidden():
            self.clear()

    def _close(self) -> None:
        self.clear()
        self.closed.emit()

    def _show_age(self) -> None:
        self._age.setText(wording.ago(self._clock.elapsed() / 1000) if self._clock.isValid() else "")

    def _say(self) -> None:
        if self._unsaid and self.isVisible():
            text, self._unsaid = self._unsaid, ""
            accessible.tell(self, text, at_once=self._is_grave)

    def _act(self) -> None:
        if self._action is not None:
            self._action()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the age and the action under the words where these would be a narrow column beside them."""
        is_narrow = event.size().width() < theme.scaled(NARROW)
        self._middle.setDirection(_DOWN if is_narrow else _SIDEWAYS)
        super().resizeEvent(event)

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._text)
        beside = QHBoxLayout()
        beside.setSpacing(12)
        beside.addWidget(self._age)
        beside.addWidget(self._button)
        beside.addStretch()
        self._middle.setSpacing(12)
        self._middle.addLayout(words, 1)
        self._middle.addLayout(beside)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._middle, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
