"""What every question of the cabinet's screen stands on: the page now shown, and where a change is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from comptexpert_desktop.ui.firm.submission import Gesture

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.commands import FirmChange
    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.presentation.firm.view import View
    from comptexpert_desktop.ui.firm.submission import Sending


class Gestures(QObject):
    """Questions about what is on screen."""

    def __init__(self, owner: QWidget, *, sending: Sending) -> None:
        super().__init__(owner)
        self.owner = owner
        self._sending = sending
        self._view: View | None = None

    @property
    def shown(self) -> View:
        """What is on screen."""
        assert self._view is not None  # nothing can be pressed before a page is shown
        return self._view

    @property
    def page(self) -> FirmPage:
        """The page on screen."""
        return self.shown.page

    def take(self, view: View) -> None:
        """Remember what is on screen: every question is about it."""
        self._view = view

    def send(self, make: Callable[[FirmPage], FirmChange], *, title: str, done: str) -> None:
        """Send a change of the page on screen."""
        self._sending.send(Gesture(make, title, done), page=self.page, account_id=self.shown.account_id)
