"""What assistive technology is told: what each part is, which screen opened, how what was asked turned out.

Nothing else in the application speaks to it. On Linux a text is said by a part of role Notification that comes on
screen, which Orca reads since long; elsewhere by the announcement of the platform. Never both: it would be heard twice.
"""

from __future__ import annotations

import sys
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleActionInterface,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleInterface,
)
from PySide6.QtWidgets import QAbstractButton, QAccessibleWidget, QApplication, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QMenu

SPOKEN_AS = "spokenAs"
"""The property by which a widget names its role, where Qt would say another."""
HEADING, TAB, TABS, ALERT, TEXT, VOICE, PAGES = "heading", "tab", "tabs", "alert", "text", "voice", "pages"
_ROLES = {
    HEADING: QAccessible.Role.Heading,
    TAB: QAccessible.Role.PageTab,
    TABS: QAccessible.Role.PageTabList,
    ALERT: QAccessible.Role.AlertMessage,
    TEXT: QAccessible.Role.StaticText,
    VOICE: QAccessible.Role.Notification,
    PAGES: QAccessible.Role.Client,
}
APPLICATION = "Comptexpert"
ECHO_MS = 1500
"""The same text again within so long is the same outcome."""
SHOWN_MS = 30_000
"""How long a text stays where a screen reader fetches it: one that is behind fetches it late."""
PAUSE_MS = 350
"""How long what changes on screen goes first: a screen reader that is flooded drops what comes in the middle."""
_VOICES = 6
"""How many texts may wait at once to be fetched."""
_INSTALLED = "comptexpertSpoken"


def install() -> None:
    """Give the widgets that name a role that role; once an application."""
    application = QCoreApplication.instance()
    if application is not None and not application.property(_INSTALLED):
        application.setProperty(_INSTALLED, True)
        QAccessible.installFactory(_interface_of)


def speak_as(widget: QWidget, role: str, *, name: str = "") -> None:
    """Be told as this role, under this name when one is given."""
    widget.setProperty(SPOKEN_AS, role)
    if QAccessible.isActive():  # somebody may have asked already, and would hear the role of then
        QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(QAccessible.queryAccessibleInterface(widget)))
    if name:
        widget.setAccessibleName(name)


def name_window(widget: QWidget, title: str) -> None:
    """Name the window after what it shows."""
    widget.window().setWindowTitle(f"{title} – {APPLICATION}" if title else APPLICATION)


def screen_opened(widget: QWidget, title: str) -> None:
    """Say which screen or step opened, once the keyboard stands there."""
    QTimer.singleShot(0, widget, lambda: tell(widget, title))


def tell(widget: QWidget, text: str, *, at_once: bool = False) -> None:
    """Say an outcome, without moving the keyboard; nothing of what is not on screen.

    `at_once` is for what hinders the person: it may interrupt what is being read.
    """
    if text and widget.isVisible():
        voice_of(widget).say(text, at_once=at_once)


def tell_value(widget: QWidget, text: str) -> None:
    """Say the new value of what has the keyboard, where the platform leaves it to the application to say it.

    Orca takes the change of name of a closed drop-down list for a repetition, and the other screen readers do not.
    """
    if sys.platform == "linux" and widget.hasFocus():
        tell(widget, text)


def come_back_from(menu: QMenu) -> None:
    """Say where the keyboard is once a menu is closed: Qt gives it back without a word."""
    menu.aboutToHide.connect(lambda: QTimer.singleShot(0, menu.parent() or menu, _say_focus))


def _say_focus() -> None:
    focus = QApplication.focusWidget()
    if focus is not None:
        QAccessible.updateAccessibility(QAccessibleEvent(focus, QAccessible.Event.Focus))


def voice_of(widget: QWidget) -> Voice:
    """Return the voice of the window in which a widget stands, made at the first need."""
    window = widget.window()
    found = next((child for child in window.children() if isinstance(child, Voice)), None)
    return found or Voice(window)


class Voice(QWidget):
    """What a window says aloud; one point in a corner, seen by nobody."""

    said = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("voice")
        self.setFixedSize(1, 1)
        self._since = QElapsedTimer()
        self._last = ""
        self.heard: deque[str] = deque(maxlen=20)
        """What was said lately, the latest last."""
        self._texts = deque(_Text(self) for _ in range(_VOICES))
        self._waiting: deque[str] = deque()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._speak)
        self.show()

    def say(self, text: str, *, at_once: bool) -> None:
        """Say a text, unless it was said a moment ago."""
        if text == self._last and self._since.isValid() and self._since.elapsed() < ECHO_MS:
            return
        self._last = text
        self._since.start()
        self.heard.append(text)
        self.said.emit(text)
        if not QAccessible.isActive():
            return
        if sys.platform == "linux":
            self._waiting.append(text)
            self._pause.start()
        else:
            event = QAccessibleAnnouncementEvent(self, text)
            if at_once:
                event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
            QAccessible.updateAccessibility(event)

    @property
    def is_waiting(self) -> bool:
        """Tell whether a text has not come on screen yet."""
        return bool(self._waiting)

    def _speak(self) -> None:
        while self._waiting:
            self._texts.rotate(1)
            self._texts[0].show_text(self._waiting.popleft())

    def clear(self) -> None:
        """Keep no word of what was said: somebody else may sit here now."""
        self._pause.stop()
        self._waiting.clear()
        self._last = ""
        self.heard.clear()
        for text in self._texts:
            text.clear()


class _Text(QWidget):
    """A text where a screen reader fetches it, for a while."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(1, 1)
        self.setProperty(SPOKEN_AS, VOICE)
        self._end = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._end.timeout.connect(self.clear)
        self.hide()

    def show_text(self, text: str) -> None:
        """Come on screen with this name: that is what is heard."""
        self.hide()
        self.setAccessibleName(text)
        self.show()
        self._end.start()

    def clear(self) -> None:
        """Leave the screen and lose the name."""
        self._end.stop()
        self.hide()
        self.setAccessibleName("")


class _Spoken(QAccessibleWidget):
    """A widget under the role that it names; a label is called by what it shows."""

    def text(self, kind: QAccessible.Text) -> str:
        """Say what is shown where no other name was given."""
        found = super().text(kind)
        if not found and kind == QAccessible.Text.Name:
            return str(self.widget().property("text") or "").replace("&", "")
        return found


class _Tab(_Spoken):
    """A button that shows one of several things: the one that is pressed is the one that is shown."""

    def state(self) -> QAccessible.State:
        """Add whether it is the one that is shown."""
        state = super().state()
        button = self.widget()
        state.selectable = True
        state.selected = isinstance(button, QAbstractButton) and button.isChecked()
        return state

    def actionNames(self) -> list[str]:
        """Let it be pressed by assistive technology too."""
        return [QAccessibleActionInterface.pressAction(), *super().actionNames()]

    def doAction(self, name: str) -> None:
        """Press it, or give it the keyboard."""
        button = self.widget()
        if name == QAccessibleActionInterface.pressAction() and isinstance(button, QAbstractButton):
            button.click()
        else:
            super().doAction(name)


def _interface_of(_class_name: str, subject: QObject) -> QAccessibleInterface | None:
    if not isinstance(subject, QWidget):
        return None
    role = str(subject.property(SPOKEN_AS) or "")
    if role not in _ROLES:
        return None
    kind = _Tab if role == TAB else _Spoken
    return kind(subject, _ROLES[role])
