"""Show two facts in two places: the connection, and what has not left or came back."""

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
    """The connection with a button that asks for an exchange now; above it, what is to be sent or reviewed."""

    sync_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.badge = Badge("clock", "Démarrage", "neutral")
        self.badge.setObjectName("syncBadge")
        self.detail = PlainLabel(role="hint")
        self.work = Badge("outbox", "", "info")
        self.work.setObjectName("workBadge")
        self.work_detail = PlainLabel(role="hint")
        self._is_folded = False
        self.sync_button = icon_button("refresh", "Actualiser maintenant", name="syncButton")
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.detail, 1)
        row.addWidget(self.sync_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.work)
        column.addWidget(self.work_detail)
        column.addWidget(self.badge)
        column.addLayout(row)
        self.show_work(None)
        self.sync_button.clicked.connect(self.sync_requested)

    def show_status(self, status: Status) -> None:
        """Show another state of the connection."""
        self.badge.set_badge(status.icon, status.word, status.tone)
        self.detail.setText(status.detail)

    def show_work(self, status: Status | None) -> None:
        """Show what is to be sent or reviewed; nothing when nothing is."""
        self.work.setHidden(status is None)
        if status is not None:
            self.work.set_badge(status.icon, status.word, status.tone)
        self.work_detail.setText(status.detail if status is not None else "")
        self._show_work_detail()

    def _show_work_detail(self) -> None:
        self.work_detail.setHidden(self._is_folded or not self.work_detail.text())

    def fold(self, *, folded: bool) -> None:
        """Leave the icon of the state, whose words the tip says, and the button."""
        self.badge.fold(folded=folded)
        self.detail.setHidden(folded)
        self.work.fold(folded=folded)
        self._is_folded = folded
        self._show_work_detail()

    def show_turning(self, *, turning: bool) -> None:
        """Say that an exchange is under way."""
        self.sync_button.setEnabled(not turning)
