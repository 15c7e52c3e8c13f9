"""How often one is written to: a mail for each change, or one a week."""

from __future__ import annotations

from PySide6.QtCore import Signal

from comptexpert_desktop.presentation.account import words
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel


class MailsCard(Card):
    """One box, and what it never holds back."""

    chosen = Signal(bool)

    def __init__(self) -> None:
        super().__init__("Courriels", name="mailsCard")
        self.weekly = Check(words.WEEKLY)
        self.weekly.setObjectName("weeklyMailsBox")
        self.add(self.weekly)
        self.add(PlainLabel(words.MAILS_TEXT))
        self.weekly.clicked.connect(self.chosen)

    def show_choice(self, *, is_weekly: bool) -> None:
        """Show what is chosen."""
        self.weekly.setChecked(is_weekly)
