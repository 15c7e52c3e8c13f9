"""Tie the notices to the desktop: its notification service, or the icon of the notification area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.app import wiring
from comptexpert_desktop.ui.destinations import NOTICES, Destination
from comptexpert_desktop.ui.notices.desktop_notifications import Announcer

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.app.application import RunningApp
    from comptexpert_desktop.ui.desktop.tray import Tray
    from comptexpert_desktop.ui.notices.desktop_notifications import Bus
    from comptexpert_desktop.ui.window.main_window import MainWindow

SHOWN_MS = 8000


def announce(running: RunningApp, content: MainWindow, *, tray: Callable[[], Tray | None]) -> Announcer:
    """Say on the desktop what arrives while nobody looks; a click brings the window forward."""
    window = running.window

    def fall_back(title: str, text: str) -> None:
        shown = tray()
        if shown is not None and shown.icon.supportsMessages():
            shown.icon.showMessage(title, text, shown.icon.icon(), SHOWN_MS)

    def come() -> None:
        window.come_forward()
        if not content.cover().is_on:  # the desk is locked: nothing opens behind the cover
            content.open(Destination(NOTICES))

    made = Announcer(
        running.tasks,
        running.changes,
        open_bus=_open_bus,
        is_enabled=lambda: running.preferences.settings.desktop_notifications,
        is_seen=lambda: window.isVisible() and window.isActiveWindow(),
        fall_back=fall_back,
        parent=content,
    )
    made.clicked.connect(come)
    return made


def _open_bus() -> Bus | None:
    return wiring.open_notification_bus()
