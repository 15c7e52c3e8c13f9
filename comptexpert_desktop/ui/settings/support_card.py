"""Help for whoever helps: a description of this installation, shown whole before anything is written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from comptexpert_desktop.ui.settings import bundle_dialog
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.usecases import diagnostics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.settings import Told
    from comptexpert_desktop.ui.tasks import Tasks

_CALM = (
    "Un diagnostic décrit cette installation, les derniers événements et l’accès au serveur, sans nommer personne. "
    "Vous le relisez avant de l’enregistrer."
)


class SupportCard(Card):
    """Gathers in the background, then opens the preview."""

    failed = Signal(object)
    """A ComptexpertError."""

    def __init__(self, tasks: Tasks, *, clock: Callable[[], datetime], told: Mapping[str, Told]) -> None:
        super().__init__("Assistance", name="supportCard")
        self._tasks, self._clock, self._told = tasks, clock, told
        self.text = PlainLabel(_CALM, role="muted")
        self.button = secondary("Préparer un &diagnostic", name="diagnosticButton", icon="file")
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch(1)
        self.add(self.text)
        self.add(row)
        self.button.clicked.connect(self.prepare)

    def prepare(self) -> None:
        """Gather what is on this machine, then look at the way to the server."""
        self.button.setEnabled(False)
        self.text.setText("Préparation du diagnostic…")
        work = partial(diagnostics.gather, told=self._told, now=self._clock())
        self._tasks.read(self, work, self._gathered, failed=self._broke)

    def _gathered(self, document: dict[str, Any]) -> None:
        self._tasks.call(self, diagnostics.look, partial(self._looked, document), failed=self._broke)

    def _looked(self, document: dict[str, Any], found: list[dict[str, str]]) -> None:
        self._rest()
        bundle_dialog.show(self.window(), diagnostics.text(document | {"network": found}))

    def _broke(self, error: ComptexpertError) -> None:
        self._rest()
        self.failed.emit(error)

    def _rest(self) -> None:
        self.button.setEnabled(True)
        self.text.setText(_CALM)
