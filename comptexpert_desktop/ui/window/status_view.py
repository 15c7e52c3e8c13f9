"""Show the honest status, and a button that asks for an exchange now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.buttons import icon_button
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.presentation.status_words import Status


class StatusView(QWidget):
    """The badge, a line below it, and a button that asks for an exchange now."""

    sync_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.badge = Badge("clock", "Démarrage", "neutral")
        self.badge.setObjectName("syncBadge")
        self.detail = PlainLabel(role="hint")
        self.sync_button = icon_button("refresh", "Actualiser maintenant", name="syncButton")
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.detail, 1)
        row.addWidget(self.sync_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.badge)
        column.addLayout(row)
        self.sync_button.clicked.connect(self.sync_requested)

    def show_status(self, status: Status) -> None:
        """Show another state."""
        self.badge.set_badge(status.icon, status.word, status.tone)
        self.detail.setText(status.detail)

    def fold(self, *, folded: bool) -> None:
        """Leave the icon of the state, whose words the tip says, and the button."""
        self.badge.fold(folded=folded)
        self.detail.setHidden(folded)

    def show_turning(self, *, turning: bool) -> None:
        """Say that an exchange is under way."""
        self.sync_button.setEnabled(not turning)
