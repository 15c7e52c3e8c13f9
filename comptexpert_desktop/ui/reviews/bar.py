"""What can be done with the rights that are selected, and with what was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.domain.review import why_not
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.presentation.reviews import words
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.buttons import primary, quiet, secondary
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.ui.reviews.model import Row
    from comptexpert_desktop.ui.widgets.actions import ScreenAction

KEYS = "G garder · F mettre fin · Suppr effacer le choix · Ctrl+Entrée envoyer"
_CHOOSE_FIRST = "Sélectionnez d’abord un droit."
_NOTHING_TO_SEND = "Aucune réponse n’est choisie."
_LEFT = "Cette réponse est partie\u00a0: seul le serveur sait ce qu’elle est devenue. Envoyez-la de nouveau."


class ReviewBar(QWidget):
    """Keep, end, take back, send."""

    def __init__(self, *, keep: ScreenAction, end: ScreenAction, take_back: ScreenAction, send: ScreenAction) -> None:
        super().__init__()
        self._keep, self._end, self._take_back, self._send = keep, end, take_back, send
        self.keep_button = secondary("", name="keepButton", icon="check")
        self.end_button = secondary("", name="endButton", icon="ban")
        self.back_button = quiet("", name="takeBackButton")
        self.send_button = primary("", name="sendAnswersButton", icon="outbox")
        self.keep_button.follow(keep)
        self.end_button.follow(end)
        self.back_button.follow(take_back)
        self.send_button.follow(send)
        self.why = PlainLabel(role="hint")
        self.keys = PlainLabel(KEYS, role="hint")
        self._build()

    def show_selected(self, rows: Sequence[Row], *, account_id: str, is_closed: bool, nothing: str = "") -> None:
        """Say what may be done with these rows, and why the rest may not."""
        codes = [why_not(row.item, account_id=account_id, is_closed=is_closed) for row in rows]
        reason = next((messages.for_code(code).body for code in codes if code), "")
        blocked = "" if any(not code for code in codes) else reason or _CHOOSE_FIRST
        self._keep.allow(blocked)
        self._end.allow(blocked)
        own = [row.chosen for row in rows if row.chosen is not None]
        stuck = _LEFT if own else "Aucun choix n’est à effacer ici."
        self._take_back.allow("" if any(not one.was_sent for one in own) else stuck)
        refused = [messages.for_code(one.code).body for one in own if one.code]
        self.why.setText(refused[0] if len(rows) == 1 and refused else blocked if rows else nothing)
        self.why.setVisible(bool(self.why.text()))

    def show_waiting(self, many: int, *, why: str) -> None:
        """Say how many answers can leave, or why none can."""
        self._send.setText(words.send_label(many))
        self._send.allow(why or ("" if many else _NOTHING_TO_SEND))

    def _build(self) -> None:
        buttons = WrappingRow(
            self.keep_button, self.end_button, self.back_button, spacing=SPACE * 2, ends=(self.send_button,)
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(buttons)
        column.addWidget(self.why)
        column.addWidget(self.keys)
        self.why.hide()
