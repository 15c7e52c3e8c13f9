"""What every screen is: what it is given, how it is opened, how it says an error, what can be done on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QWidget

from comptexpert_desktop.settings.window_state import WindowState
from comptexpert_desktop.ui.widgets.actions import ActionRegistry
from comptexpert_desktop.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.changes import Changes
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.settings.preferences import Preferences
    from comptexpert_desktop.ui.destinations import Destination
    from comptexpert_desktop.ui.widgets.links import Links


class Navigator(Protocol):
    """How a screen leads elsewhere, without knowing the window."""

    def open(self, destination: Destination) -> object:
        """Open a screen, and show there what the destination says."""

    def rename(self, screen: str, title: str) -> None:
        """Call a screen by another name in the navigation."""

    def sign_in(self) -> None:
        """Open the browser, and the screen that waits for it."""

    def switch_done(self) -> None:
        """Show what another account sees, from the start."""

    def lock(self) -> None:
        """Lock the window."""

    def synchronise(self) -> None:
        """Send and fetch now."""


@dataclass(frozen=True, slots=True)
class ScreenContext:
    """What every screen is built with."""

    tasks: Tasks
    changes: Changes
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    links: Links
    preferences: Preferences
    navigator: Navigator
    window_state: WindowState = field(default_factory=WindowState)
    """How the person left the window the last time."""


class Screen(QWidget):
    """One screen of the window."""

    def __init__(self, context: ScreenContext, *, title: str, name: str) -> None:
        super().__init__()
        self.context = context
        self.title = title
        self.setObjectName(name)
        self.banner = Banner(name="errorBanner")
        self.actions_here = ActionRegistry(self)

    def activate(self) -> None:
        """Read again what is shown, and take the keyboard."""
        raise NotImplementedError

    def arrive(self, destination: Destination) -> None:
        """Show what a destination says; a screen that only opens has nothing more to show."""
        del destination
        self.activate()

    def save(self) -> None:
        """Write down what was entered; a screen without a form has nothing to write."""

    def show_error(self, error: ComptexpertError) -> None:
        """Say what went wrong, in words."""
        self.banner.show_error(error)
