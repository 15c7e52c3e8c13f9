"""Where the mandate of a head of an AGC stands, and the page on which it is asked for again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from comptexpert_desktop.presentation.account import words
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.domain.session import Mandate
    from comptexpert_desktop.ui.widgets.links import Links


class MandateCard(Card):
    """Says in words where a mandate stands; hidden for who has none."""

    def __init__(self, *, links: Links, server_url: str) -> None:
        super().__init__("Mandat d’AGC", name="mandateCard")
        self._links, self._page = links, f"{server_url.rstrip('/')}/compte/mandat/"
        self.standing = PlainLabel()
        self.open_button = secondary("Ouvrir mon mandat", name="mandateButton", icon="external-link")
        self.failure = PlainLabel(role="error", selectable=True)
        self.failure.hide()
        row = QHBoxLayout()
        row.addWidget(self.open_button)
        row.addStretch(1)
        self.add(self.standing)
        self.add(row)
        self.add(self.failure)
        self.open_button.clicked.connect(self._open)
        self.hide()

    def show_mandate(self, mandate: Mandate | None) -> None:
        """Show where a mandate stands; None hides the card."""
        self.setVisible(mandate is not None)
        if mandate is not None:
            self.standing.setText(words.mandate(mandate))

    def _open(self) -> None:
        is_open = self._links.open(self._page)
        self.failure.setText("" if is_open else words.not_opened(self._page))
        self.failure.setVisible(not is_open)
