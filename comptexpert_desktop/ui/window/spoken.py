"""Tie the window to assistive technology: what opened, how things turned out, where the keyboard is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.window.keyboard import Keyboard
from comptexpert_desktop.ui.window.outcomes import Outcomes

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.ui.screen import Screen, ScreenContext
    from comptexpert_desktop.usecases.support.status import StatusSummary

LOCKED = "Verrouillé"


class Spoken(QObject):
    """One a window; the window says what it shows, this says it aloud."""

    def __init__(self, context: ScreenContext, *, window: QWidget, screen: Callable[[], Screen]) -> None:
        super().__init__(window)
        self._window, self._screen = window, screen
        self._page: QWidget | None = None
        self.keyboard = Keyboard(window, shown=lambda: self._page or screen())
        self._outcomes = Outcomes(context, window=window)

    def begin(self) -> None:
        """Begin to listen, and put the keyboard on the first screen."""
        self._outcomes.read()
        self.keyboard.begin()

    def screen_opened(self) -> None:
        """Name the window after the screen, say so, and let the keyboard begin there."""
        self.keyboard.begin()
        self.rename(is_opening=True)

    def rename(self, *, is_opening: bool = False) -> None:
        """Name the window after what it shows; the first screen leaves it the name of the application."""
        if self._page is not None:
            return
        screen = self._screen()
        title = "" if screen.objectName() == "homeScreen" else screen.title
        accessible.name_window(self._window, title)
        if is_opening:
            accessible.screen_opened(screen, screen.title)

    def page_shown(self, page: QWidget | None, *, is_locked: bool) -> None:
        """Say nothing any more of what a page now covers."""
        self._page = page
        if page is None:
            self.rename()
        else:
            accessible.voice_of(self._window).clear()
            accessible.name_window(self._window, LOCKED if is_locked else "")
        self.keyboard.begin()

    def follow(self, summary: StatusSummary) -> None:
        """Say what became of the session and of the network."""
        self._outcomes.follow(summary)
