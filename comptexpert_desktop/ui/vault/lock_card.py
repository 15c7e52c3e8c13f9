"""After how long the window locks by itself, and the button that locks it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout

from comptexpert_desktop.ui import wording
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from comptexpert_desktop.ui.session.idle import LockDelay


class LockCard(Card):
    """The choice is kept at once; a policy takes the longer ones away."""

    lock_wanted = Signal()

    def __init__(self, delay: LockDelay) -> None:
        super().__init__("Verrouillage")
        self._delay = delay
        self.choice = QComboBox()
        for minutes in delay.choices():
            self.choice.addItem(_words(minutes), minutes)
        self.choice.setCurrentIndex(max(0, self.choice.findData(delay.minutes())))
        self.lock_button = secondary("Verrouiller maintenant", name="lockNowButton", icon="lock")
        hint = (
            f"Votre service informatique a fixé un maximum de {wording.count(delay.most, 'minute')}."
            if delay.most
            else "Un poste verrouillé ne montre plus rien. Vous reprenez en vous connectant à nouveau."
        )
        self.add(Field("&Verrouiller sans activité après", self.choice, hint=hint, name="lockDelayChoice"))
        row = QHBoxLayout()
        row.addWidget(self.lock_button)
        row.addStretch(1)
        self.add(row)
        self.choice.activated.connect(self._keep)
        self.lock_button.clicked.connect(self.lock_wanted)

    def _keep(self, index: int) -> None:
        self._delay.keep(int(self.choice.itemData(index)))


def _words(minutes: int) -> str:
    return wording.count(minutes, "minute") if minutes else "Jamais"
