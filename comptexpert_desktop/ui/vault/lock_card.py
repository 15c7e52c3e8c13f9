"""After how long the window locks by itself, and the button that locks it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.settings.definitions import BY_NAME
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from comptexpert_desktop.settings import Preferences


class LockCard(Card):
    """The choice is kept at once; a policy takes the longer ones away."""

    lock_requested = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__(BY_NAME["lock_after"].french[0])
        self._preferences = preferences
        self.choice = Choice()
        for minutes in preferences.lock_choices():
            self.choice.addItem(_words(minutes), minutes)
        self.choice.setCurrentIndex(max(0, self.choice.findData(preferences.lock_minutes())))
        self.lock_button = secondary("Verrouiller maintenant", name="lockNowButton", icon="lock")
        maximum = preferences.lock_maximum()
        hint = (
            f"Votre service informatique a fixé un maximum de {wording.count(maximum, 'minute')}."
            if maximum
            else "Un poste verrouillé ne montre plus rien. Vous continuez après vous être connecté de nouveau."
        )
        self.add(Field("&Verrouiller sans activité après", self.choice, hint=hint, name="lockDelayChoice"))
        row = QHBoxLayout()
        row.addWidget(self.lock_button)
        row.addStretch(1)
        self.add(row)
        self.choice.activated.connect(self._keep)
        self.lock_button.clicked.connect(self.lock_requested)

    def _keep(self, index: int) -> None:
        self._preferences.choose_lock_minutes(int(self.choice.itemData(index)))


def _words(minutes: int) -> str:
    return wording.count(minutes, "minute") if minutes else "Jamais"
