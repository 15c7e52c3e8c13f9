"""What can be done with the rights that are selected, and with what was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.domain.review import Answer, why_not
from comptexpert_desktop.ui import messages, tooltips, wording
from comptexpert_desktop.ui.reviews import words
from comptexpert_desktop.ui.theme import SPACE
from comptexpert_desktop.ui.widgets.buttons import primary, quiet, secondary
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.ui.reviews.model import Row

KEYS = "G garder · F mettre fin · Suppr effacer le choix · Ctrl+Entrée envoyer"
_CHOOSE_FIRST = "Sélectionnez d’abord un droit."
_NOTHING_TO_SEND = "Aucune réponse n’est choisie."
_LEFT = "Cette réponse est partie\u00a0: seul le serveur sait ce qu’elle est devenue. Envoyez-la de nouveau."


class ReviewBar(QWidget):
    """Keep, end, take back, send."""

    answered = Signal(object)
    """An Answer for the selected rights."""
    taken_back = Signal()
    send_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keep_button = secondary("Garder", name="keepButton", icon="check")
        self.end_button = secondary("Mettre fin", name="endButton", icon="ban")
        self.back_button = quiet("Effacer le choix", name="takeBackButton")
        self.send_button = primary("Envoyer", name="sendAnswersButton", icon="outbox")
        self.why = PlainLabel(role="hint")
        self.keys = PlainLabel(KEYS, role="hint")
        self._build()
        self.keep_button.clicked.connect(lambda: self.answered.emit(Answer.KEEP))
        self.end_button.clicked.connect(lambda: self.answered.emit(Answer.END))
        self.back_button.clicked.connect(self.taken_back)
        self.send_button.clicked.connect(self.send_wanted)

    def show_chosen(self, rows: Sequence[Row], *, account_id: str, is_closed: bool, nothing: str = "") -> None:
        """Say what may be done with these rows, and why the rest may not."""
        codes = [why_not(row.item, account_id=account_id, is_closed=is_closed) for row in rows]
        reason = next((messages.for_code(code).body for code in codes if code), "")
        blocked = "" if any(not code for code in codes) else reason or _CHOOSE_FIRST
        for button in (self.keep_button, self.end_button):
            _allow(button, why=blocked)
        own = [row.chosen for row in rows if row.chosen is not None]
        stuck = _LEFT if own else "Aucun choix n’est à effacer ici."
        _allow(self.back_button, why="" if any(not one.was_sent for one in own) else stuck)
        refused = [messages.for_code(one.code).body for one in own if one.code]
        self.why.setText(refused[0] if len(rows) == 1 and refused else blocked if rows else nothing)
        self.why.setVisible(bool(self.why.text()))

    def show_waiting(self, many: int, *, why: str) -> None:
        """Say how many answers can leave, or why none can."""
        self.send_button.setText(words.send_label(many))
        self.send_button.setAccessibleName(words.send_label(many))
        _allow(self.send_button, why=why or ("" if many else _NOTHING_TO_SEND))

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE * 2)
        for button in (self.keep_button, self.end_button, self.back_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.send_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(buttons)
        column.addWidget(self.why)
        column.addWidget(self.keys)
        self.why.hide()


def _allow(button: QWidget, *, why: str) -> None:
    button.setEnabled(not why)
    reason = f"Pourquoi{wording.NBSP}? {why}" if why else ""
    button.setToolTip(tooltips.plain(reason))
    button.setAccessibleDescription(reason)
