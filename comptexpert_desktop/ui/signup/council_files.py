"""Do what the person asks about a file with the Conseil régional: open it, write, copy, save the message."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from comptexpert_desktop.domain.escalation import is_reminder_due
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.signup.council_letter import Letter, letter
from comptexpert_desktop.ui.widgets.save_file import ask_file, write
from comptexpert_desktop.usecases.signup import escalation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.registry import RegionalCouncil
    from comptexpert_desktop.domain.signup import SignupProgress
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.ui.signup.council_card import CouncilCard
    from comptexpert_desktop.ui.widgets.links import Links

COPIED = "Le message est copié. Collez-le dans votre messagerie."
NO_MAIL = "Aucune messagerie ne s’est ouverte. Copiez le message, ou enregistrez-le."


class CouncilFiles(QObject):
    """Serves the card of the request that is shown."""

    announced = Signal(str, str)
    """Words, and their tone."""
    failed = Signal(object)
    """A ComptexpertError."""

    def __init__(
        self,
        tasks: Tasks,
        *,
        card: CouncilCard,
        links: Links,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._links, self._window = tasks, links, parent
        self._clock, self._new_id = clock, new_id
        self.progress: SignupProgress | None = None
        card.open_requested.connect(self._open)
        card.council_chosen.connect(self._choose)
        card.mail_requested.connect(self._mail)
        card.copy_requested.connect(self._copy)
        card.save_requested.connect(self._save)

    def _open(self) -> None:
        if self.progress is not None:
            work = partial(
                escalation.open_file, outbox_id=self.progress.outbox_id, now=self._clock(), new_id=self._new_id()
            )
            self._tasks.write(self, work, failed=self.failed.emit)

    def _choose(self, council: RegionalCouncil) -> None:
        if self.progress is not None:
            work = partial(escalation.choose_council, outbox_id=self.progress.outbox_id, council=council)
            self._tasks.write(self, work, failed=self.failed.emit)

    def _mail(self) -> None:
        ready = self._letter()
        if ready is None:
            return
        if self._links.write_mail(ready.to, subject=ready.subject, body=ready.body):
            self._wrote()
        else:
            self.announced.emit(NO_MAIL, "warning")

    def _copy(self) -> None:
        ready = self._letter()
        if ready is not None:
            QGuiApplication.clipboard().setText(f"{ready.subject}\n\n{ready.body}")
            self.announced.emit(COPIED, "success")
            self._wrote()

    def _save(self) -> None:
        ready = self._letter()
        if ready is not None:
            ask_file(
                self._window,
                title="Enregistrer le message",
                name="letterFileDialog",
                suggested="conseil-regional.eml",
                kind="Courriel (*.eml)",
                chosen=partial(self._save_to, ready),
            )

    def _save_to(self, ready: Letter, target: Path) -> None:
        self._tasks.call(
            self, lambda _gateways: write(target, ready.eml()), partial(self._saved, target), failed=self.failed.emit
        )

    def _saved(self, target: Path, written: bool) -> None:  # noqa: FBT001 - what the work returned
        if written:
            self.announced.emit(f"Le message est enregistré\u00a0: {wording.quoted(target.name)}.", "success")
            self._wrote()
        else:
            self.announced.emit("Le fichier n’a pas pu être écrit. Choisissez un autre dossier.", "warning")

    def _wrote(self) -> None:
        """Let the next reminder count from now, when this was one."""
        shown = self.progress
        if shown is not None and shown.escalation is not None and is_reminder_due(shown.escalation, now=self._clock()):
            work = partial(escalation.reminded, outbox_id=shown.outbox_id, now=self._clock())
            self._tasks.write(self, work, failed=self.failed.emit)

    def _letter(self) -> Letter | None:
        if self.progress is None or self.progress.escalation is None:
            return None
        return letter(self.progress, file=self.progress.escalation, now=self._clock())
