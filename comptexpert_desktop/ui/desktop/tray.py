"""The icon of the notification area, where there is one: the program lives on there when its window is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from comptexpert_desktop.ui.look import icons, theme

if TYPE_CHECKING:
    from comptexpert_desktop.presentation.status_words import Status

NAME = "Comptexpert"
STAYS = (
    "Comptexpert reste ouvert ici et envoie ce qui attend. Pour l’arrêter, choisissez «\u00a0Quitter\u00a0» "
    "dans son menu."
)
STAYS_MS = 8000
OPENS = frozenset({QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick})


def is_available() -> bool:
    """Tell whether this desktop shows a notification area now."""
    return QSystemTrayIcon.isSystemTrayAvailable()


class Tray(QObject):
    """The icon, its menu, and the state in words."""

    open_requested = Signal()
    sync_requested = Signal()
    quit_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.menu = QMenu(NAME)
        theme.dress(self.menu)
        self.icon = QSystemTrayIcon(icons.icon("logo", "accent", size=64), self)
        self._has_said_that_it_stays = False
        for text, requested in (
            ("&Ouvrir", self.open_requested),
            ("&Synchroniser", self.sync_requested),
            ("&Quitter", self.quit_requested),
        ):
            action = QAction(text, self.menu)
            action.triggered.connect(requested)
            self.menu.addAction(action)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self.open_requested)
        self.icon.setToolTip(NAME)

    def show(self) -> None:
        """Show the icon."""
        self.icon.show()

    def hide(self) -> None:
        """Take the icon away: a program that ends leaves none behind."""
        self.icon.hide()

    def show_status(self, status: Status) -> None:
        """Say in words what the badge of the window says."""
        tip = ", ".join(part for part in (status.word, status.detail) if part)
        self.icon.setToolTip(f"{NAME}\n{tip}")

    def say_that_it_stays(self) -> None:
        """Tell once where the program is, to somebody who has just closed its window."""
        if not self._has_said_that_it_stays and self.icon.supportsMessages():
            self._has_said_that_it_stays = True
            self.icon.showMessage(NAME, STAYS, self.icon.icon(), STAYS_MS)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in OPENS:
            self.open_requested.emit()
