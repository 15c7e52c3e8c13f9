"""Where the keyboard is: it begins somewhere on every screen, and after every change it stands on something named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_TRIES = 20
"""How many times a screen that shows nothing yet is looked at again."""
PAUSE_MS = 60
_GRACE = 3
_ROOM = 24
"""What stays visible round what has the keyboard, in device-independent pixels."""


class Keyboard(QObject):
    """Puts the keyboard back where somebody can find it; one a window."""

    def __init__(self, window: QWidget, *, shown: Callable[[], QWidget]) -> None:
        """`shown` returns the screen, or the page, to which the keyboard belongs."""
        super().__init__(window)
        self._window, self._shown = window, shown
        self._tries = 0
        self._retry = QTimer(self, singleShot=True)
        self._retry.timeout.connect(self._look_again)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def begin(self) -> None:
        """Begin on what is shown, unless the keyboard is there already."""
        self._tries = MAX_TRIES
        self._retry.start(0)

    def _look_again(self) -> None:
        page = self._shown()
        focus = QApplication.focusWidget()
        if focus is not None and focus is not self._window and not self._window.isAncestorOf(focus):
            return  # in a dialog
        is_here = focus is not None and (focus is page or page.isAncestorOf(focus))
        if focus is not None and is_here and is_somewhere(focus):
            return
        if is_here and self._tries > MAX_TRIES - _GRACE:  # it may be about to come on screen
            self._tries -= 1
            self._retry.start(PAUSE_MS)
            return
        start = start_of(page)
        if start is not None:
            start.setFocus(Qt.FocusReason.OtherFocusReason)
        if (start is None or isinstance(start, PlainLabel)) and self._tries > 0:
            self._tries -= 1
            self._retry.start(PAUSE_MS)

    def _follow(self, old: QWidget | None, new: QWidget | None) -> None:
        if new is not None:
            show_whole(new)
        QTimer.singleShot(0, self, lambda: self._mend(old, new))

    def _mend(self, old: QWidget | None, new: QWidget | None) -> None:
        """Bring the keyboard back when it went away with what had it."""
        if not self._window.window().isActiveWindow() or QApplication.activePopupWidget() is not None:
            return
        focus = QApplication.focusWidget()
        page = self._shown()
        if focus is None or not is_somewhere(focus):
            self.begin()
        elif focus is new and old is not None and not page.isAncestorOf(focus) and focus is not page:
            is_gone = not shiboken6.isValid(old) or not (old.isVisible() and old.isEnabled())
            was_here = shiboken6.isValid(old) and page.isAncestorOf(old)
            if is_gone and was_here:
                self.begin()


def is_somewhere(widget: QWidget) -> bool:
    """Tell whether a person who hears would know where they are: it is there, and it has a name."""
    if not (widget.isVisible() and widget.isEnabled()):
        return False
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name) != ""


def start_of(page: QWidget) -> QWidget | None:
    """Return where the keyboard begins: where it was, else on its first stop, else its heading."""
    remembered = _remembered(page)
    if remembered is not None and remembered is not page and is_somewhere(remembered):
        return remembered
    stops = [one for one in page.findChildren(QWidget) if _is_stop(one)]
    if stops:
        return min(stops, key=lambda one: (one.mapTo(page, one.rect().topLeft()).y(), one.x()))
    labels = [one for one in page.findChildren(PlainLabel) if one.isVisible()]
    return next((one for one in labels if one.property(accessible.SPOKEN_AS) == accessible.HEADING), None)


def _remembered(page: QWidget) -> QWidget | None:
    """Return what had the keyboard of a page the last time; the types of the binding forget that nothing may have."""
    return page.focusWidget()


def _is_stop(widget: QWidget) -> bool:
    has_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
    return has_tab and widget.isVisible() and widget.isEnabled() and is_somewhere(widget)


def show_whole(widget: QWidget) -> None:
    """Scroll until what has the keyboard is seen, with what stands round it."""
    parent = widget.parentWidget()
    while parent is not None and not parent.isWindow():
        content = parent.widget() if isinstance(parent, QScrollArea) else None
        if isinstance(parent, QScrollArea) and content is not None and content.isAncestorOf(widget):
            parent.ensureWidgetVisible(widget, _ROOM, _ROOM * 2)
        parent = parent.parentWidget()
