"""Hands and eyes for the real window: find what a person sees, click, type, wait, take a picture.

A robot only does what a person can: it looks for visible, enabled widgets, sends mouse and key events, and waits for
what appears. It never calls a method of a screen.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TIMEOUT = 15.0
"""How long a robot waits for what must appear, in seconds."""

W = TypeVar("W", bound=QWidget)

_FRAME = QColor(120, 130, 145)
"""Stands for the frame that a window manager draws around a dialog."""


class RobotError(AssertionError):
    """What a person would have seen did not appear."""


class Robot:
    """Works on whatever windows of this application are open."""

    def __init__(self, window: QWidget) -> None:
        self.window = window

    def wait_until(self, condition: Callable[[], object], what: str, *, seconds: float = TIMEOUT) -> None:
        """Let the application live until the condition holds."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise RobotError(f"Waited {seconds:.0f} s in vain for: {what}")
            _live(15)

    def all(self, kind: type[W]) -> list[W]:
        """List the visible widgets of a kind, in every open window."""
        found: list[W] = []
        for top in QApplication.topLevelWidgets():
            if not top.isVisible():
                continue
            if isinstance(top, kind):
                found.append(top)
            found.extend(widget for widget in top.findChildren(kind) if widget.isVisible())
        return found

    def text_of(self, name: str) -> str:
        """Read what a widget and its parts say."""
        widget = self.find(QWidget, name)
        return " ".join(filter(None, map(_said, (widget, *widget.findChildren(QWidget)))))

    def settle(self, milliseconds: int = 120) -> None:
        """Let pending events and repaints happen."""
        _live(milliseconds)
        QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))

    def find(self, kind: type[W], name: str) -> W:
        """Wait for a visible widget with this object name."""
        self.wait_until(lambda: self._look(kind, name) is not None, f"{kind.__name__} {name}")
        found = self._look(kind, name)
        assert found is not None
        return found

    def is_shown(self, kind: type[QWidget], name: str) -> bool:
        """Tell whether a visible widget has this object name."""
        return self._look(kind, name) is not None

    def button(self, text: str) -> QAbstractButton:
        """Wait for a visible button with this text, mnemonics aside, or with this object name."""

        def look() -> QAbstractButton | None:
            for button in self.all(QAbstractButton):
                if text in (button.text().replace("&", ""), button.accessibleName(), button.objectName()):
                    return button
            return None

        self.wait_until(lambda: look() is not None, f"le bouton «\u00a0{text}\u00a0»")
        found = look()
        assert found is not None
        return found

    def click(self, target: QWidget | str) -> None:
        """Click a widget, or the button with this text or object name."""
        if isinstance(target, str):
            named = self._look(QAbstractButton, target)
            target = named if named is not None else self.button(target)
        widget = target
        self.wait_until(widget.isEnabled, f"{widget.objectName() or widget.accessibleName()} enabled")
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())
        self.settle(30)

    def enter(self, target: QWidget | str, text: str) -> None:
        """Replace the content of an input by typing."""
        widget = self.find(QWidget, target) if isinstance(target, str) else target
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(widget, Qt.Key.Key_Delete)
        for letter in text:
            # QTest.keyClicks ends the program at the first letter with an accent.
            for moment in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(moment, 0, Qt.KeyboardModifier.NoModifier, letter)
                QApplication.sendEvent(widget, event)
        self.settle(30)

    def press(self, *keys: Qt.Key, on: QWidget | None = None) -> None:
        """Press keys where the focus is, or on a widget."""
        for key in keys:
            target = on or QApplication.focusWidget() or self.window
            if not target.isActiveWindow():
                target.activateWindow()
                self.settle(20)
            QTest.keyClick(target, key)
            self.settle(20)

    def sees(self, text: str) -> bool:
        """Tell whether a visible widget shows this text."""
        return any(text in shown for shown in self.texts())

    def wait_for_text(self, text: str, *, seconds: float = TIMEOUT) -> None:
        """Wait until a visible widget shows this text."""
        self.wait_until(lambda: self.sees(text), f"le texte «\u00a0{text}\u00a0»", seconds=seconds)

    def texts(self) -> list[str]:
        """Read everything that a visible widget says."""
        return [said for widget in self.all(QWidget) if (said := _said(widget))]

    def picture(self, path: Path) -> None:
        """Save what the window shows, with the dialog over it if there is one."""
        self.settle()
        image = self.window.grab()
        for dialog in self.all(QDialog):
            if dialog.isWindow() and dialog.isVisible():
                painter = QPainter(image)
                painter.fillRect(image.rect(), QColor(0, 0, 0, 90))
                shown = dialog.grab()
                ratio = image.devicePixelRatio()
                left = (image.width() / ratio - dialog.width()) / 2
                top = (image.height() / ratio - dialog.height()) / 3
                painter.fillRect(int(left) - 1, int(top) - 1, dialog.width() + 2, dialog.height() + 2, _FRAME)
                painter.drawPixmap(int(left), int(top), shown)
                painter.end()
        if not image.save(str(path)):
            raise RobotError(f"The picture {path.name} could not be written.")

    def _look(self, kind: type[W], name: str) -> W | None:
        for widget in self.all(kind):
            if widget.objectName() == name:
                return widget
        return None


def _said(widget: QWidget) -> str:
    for name in ("text", "toPlainText", "currentText"):
        method = getattr(widget, name, None)
        if callable(method):
            return str(method())
    return ""


def _live(milliseconds: int) -> None:
    """Run the event loop; QTest.qWait would keep the interpreter’s lock and stop the other threads."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
