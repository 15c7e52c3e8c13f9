"""What was granted to one's address before one was known: it is accepted on the page of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from comptexpert_desktop.presentation.account import words
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.ui.widgets.links import Links


class InvitationsCard(Card):
    """Leads to the page on which the owner of an address accepts, and to nothing else."""

    def __init__(self, *, links: Links, server_url: str) -> None:
        super().__init__("Invitations reçues")
        self._links, self._page = links, words.page_of_account(server_url)
        self.open_button = secondary("Voir et accepter", name="openInvitationsButton", icon="mail")
        self.failure = PlainLabel(role="error", selectable=True)
        self.failure.hide()
        row = QHBoxLayout()
        row.addWidget(self.open_button)
        row.addStretch(1)
        self.add(PlainLabel(words.INVITATIONS_TEXT))
        self.add(row)
        self.add(self.failure)
        self.open_button.clicked.connect(self._open)

    def _open(self) -> None:
        is_open = self._links.open(self._page)
        self.failure.setText("" if is_open else words.not_opened(self._page))
        self.failure.setVisible(not is_open)
