"""The requests that wait on this machine: the server does not know them yet."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.outbox import OutboxEntry


class UnsentRequests(QWidget):
    """A banner for what was asked and not yet transmitted."""

    discard_requested = Signal(str)
    """The outbox id of a request to take back."""
    outbox_requested = Signal()

    def __init__(self, *, kind: Kind = Kind.REQUEST, parent: QWidget | None = None) -> None:
        """Show the requests, or the direct grants."""
        super().__init__(parent)
        self._kind = kind
        self._noun = "Demande" if kind is Kind.REQUEST else "Délégation"
        self.setObjectName("unsentRequests")
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(SPACE * 2)
        self._shown: tuple[OutboxEntry, ...] = ()
        self.hide()

    def show_entries(self, entries: Sequence[OutboxEntry]) -> None:
        """Show the requests among these entries."""
        waiting = tuple(
            entry for entry in entries if entry.kind is self._kind and entry.status is not OutboxStatus.SENT
        )
        if waiting == self._shown:
            return
        self._shown = waiting
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if waiting:
            self._lines.addWidget(self._banner(waiting[0]) if len(waiting) == 1 else self._many(waiting))
        self.setVisible(bool(waiting))

    def _many(self, waiting: Sequence[OutboxEntry]) -> Banner:
        needing = sum(entry.status is OutboxStatus.NEEDS_YOU for entry in waiting)
        banner = Banner(name="unsentRequest", parent=self)
        text = f"Dont {wording.count(needing, self._noun.lower())} à revoir." if needing else ""
        banner.show_message(
            text or "Elles partiront dès que le serveur répondra.",
            title=f"{wording.count(len(waiting), self._noun.lower())} ne sont pas encore transmises",
            tone="danger" if needing else "warning",
            action_text="Ouvrir la boîte d’envoi",
            action=self.outbox_requested.emit,
        )
        return banner

    def _banner(self, entry: OutboxEntry) -> Banner:
        banner = Banner(name="unsentRequest", parent=self)
        undo = partial(self.discard_requested.emit, entry.id)
        about = f"{wording.NBSP}: {entry.subject}" if entry.subject else ""
        if entry.status is OutboxStatus.NEEDS_YOU:
            message = messages.for_code(entry.code, data=entry.answer)
            text = f"{message.title}. {message.body}"
            banner.show_message(
                text, title=f"{self._noun} à revoir{about}", tone="danger", action_text="Abandonner", action=undo
            )
        elif entry.status is OutboxStatus.QUEUED:
            text = "Enregistrée sur ce poste. Elle partira dès que le serveur répondra."
            banner.show_message(
                text, title=f"{self._noun} non transmise{about}", tone="warning", action_text="Annuler", action=undo
            )
        else:
            text = "Envoi en cours. Ne refaites pas cette demande."
            banner.show_message(text, title=f"{self._noun} en route{about}", tone="info")
        return banner
