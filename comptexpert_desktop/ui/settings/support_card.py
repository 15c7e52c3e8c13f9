"""Help for whoever helps: a description of this installation, shown whole before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from comptexpert_desktop.ui.settings.diagnosis import Diagnosis
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.settings import Resolved

_CALM = (
    "Un diagnostic décrit cette installation, les derniers événements et l’accès au serveur, sans nommer personne. "
    "Vous le relisez avant de l’enregistrer."
)


class SupportCard(Card):
    """Gathers in the background, then opens the preview."""

    failed = Signal(object)
    """A ComptexpertError."""

    def __init__(self, tasks: Tasks, *, clock: Callable[[], datetime], resolved: Mapping[str, Resolved]) -> None:
        super().__init__("Assistance", name="supportCard")
        self._diagnosis = Diagnosis(tasks, owner=self, clock=clock, resolved=resolved)
        self.text = PlainLabel(_CALM, role="muted")
        self.button = secondary("Préparer un &diagnostic", name="diagnosticButton", icon="file")
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch(1)
        self.add(self.text)
        self.add(row)
        self.button.clicked.connect(self.prepare)
        self._diagnosis.ended.connect(self._rest)
        self._diagnosis.failed.connect(self._broke)

    def prepare(self) -> None:
        """Gather, then show."""
        self.button.setEnabled(False)
        self.text.setText("Préparation du diagnostic…")
        self._diagnosis.prepare()

    def _broke(self, error: ComptexpertError) -> None:
        self._rest()
        self.failed.emit(error)

    def _rest(self) -> None:
        self.button.setEnabled(True)
        self.text.setText(_CALM)
