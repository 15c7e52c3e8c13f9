"""The honest status: what has left this machine, what waits, what does not work."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.ui import messages, wording
from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.buttons import icon_button
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.ui.theme_tokens import Tone
    from comptexpert_desktop.usecases.status import StatusSummary

OFFLINE = frozenset({"NET_OFFLINE", "NET_PROXY", "NET_TLS"})


class Status(NamedTuple):
    """A word, an icon, a tone and a line that explains."""

    word: str
    icon: str
    tone: Tone
    detail: str


def status_of(summary: StatusSummary, *, now: datetime) -> Status:
    """Word the state of the application; what is grave hides what is not."""
    waiting = wording.count(summary.waiting, "envoi en attente", many="envois en attente") if summary.waiting else ""
    pressing = _pressing(summary, waiting=waiting)
    if pressing is not None:
        return pressing
    if summary.network in OFFLINE:
        return Status("Hors ligne", "cloud-off", "warning", waiting or _last(summary, now=now))
    if summary.network:
        return Status(messages.for_code(summary.network).title, "alert-triangle", "warning", waiting)
    if summary.waiting:
        return Status(waiting, "outbox", "info", "Envoi en cours.")
    if summary.network is None:
        return Status("Démarrage", "clock", "neutral", "")
    return Status("À jour", "cloud-check", "success", _last(summary, now=now))


def _pressing(summary: StatusSummary, *, waiting: str) -> Status | None:
    """Word what the person must know or do before anything else."""
    if summary.unsent_revocations:
        return Status("Révocation non transmise", "alert-circle", "danger", "PAS ENCORE EFFECTIF")
    if summary.session_code:
        return Status("Reconnexion demandée", "sign-in", "warning", waiting or "Rien n’est perdu.")
    if summary.needs_you:
        words = wording.count(summary.needs_you, "envoi à revoir", many="envois à revoir")
        return Status(words, "alert-triangle", "warning", "Voir la boîte d’envoi.")
    return None


def _last(summary: StatusSummary, *, now: datetime) -> str:
    if summary.last_sync is None:
        return ""
    return f"Dernier échange {wording.moment(summary.last_sync, now=now)}"


class StatusView(QWidget):
    """The badge, a line below it, and a button that asks for an exchange now."""

    sync_wanted = Signal()

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
        self.sync_button.clicked.connect(self.sync_wanted)

    def show_status(self, status: Status) -> None:
        """Show another state."""
        self.badge.set_badge(status.icon, status.word, status.tone)
        self.detail.setText(status.detail)

    def show_turning(self, *, turning: bool) -> None:
        """Say that an exchange is under way."""
        self.sync_button.setEnabled(not turning)
