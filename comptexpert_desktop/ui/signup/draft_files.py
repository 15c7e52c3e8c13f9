"""Save a sign-up form to a file of the person's choice, and open such a file again."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from comptexpert_desktop.errors import ComptexpertError, InvalidInput, Problem
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.ui.widgets.save_file import ask_file, write
from comptexpert_desktop.usecases.signup import drafts

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.signup import SignupDraft
    from comptexpert_desktop.runtime.tasks import Tasks

_KIND = "Brouillon de Comptexpert (*.json)"
_WARNING = (
    "Le fichier contiendra votre saisie en clair, date de naissance comprise. Gardez-le dans un endroit sûr et "
    "effacez-le après l’envoi."
)


class DraftFiles(QObject):
    """Asks, warns, writes, reads."""

    announced = Signal(str, str)
    """Words, and their tone."""
    opened = Signal(object)
    """The SignupDraft that a file held."""
    failed = Signal(object)
    """A ComptexpertError."""

    def __init__(self, tasks: Tasks, *, new_id: Callable[[], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._tasks, self._new_id, self._window = tasks, new_id, parent

    def save(self, draft: SignupDraft) -> None:
        """Warn that the file is in plain text, then ask where it goes."""
        try:
            content = drafts.to_file(draft)
        except ComptexpertError as error:
            self.failed.emit(error)
            return
        confirm(
            self._window,
            title="Enregistrer dans un fichier\u00a0?",
            text=_WARNING,
            action="Choisir le fichier",
            tone="primary",
            done=partial(self._ask, content),
        )

    def open(self) -> None:
        """Ask for a file that was saved before."""
        dialog = QFileDialog(self._window, "Ouvrir un brouillon enregistré")
        dialog.setObjectName("openDraftDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([_KIND])
        dialog.fileSelected.connect(lambda file: self._read(Path(file)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask(self, content: bytes) -> None:
        ask_file(
            self._window,
            title="Enregistrer le brouillon",
            name="draftFileDialog",
            suggested="comptexpert-brouillon.json",
            kind=_KIND,
            chosen=partial(self._write, content),
        )

    def _write(self, content: bytes, target: Path) -> None:
        self._tasks.call(
            self, lambda _gateways: write(target, content), partial(self._written, target), failed=self.failed.emit
        )

    def _written(self, target: Path, written: bool) -> None:  # noqa: FBT001 - what the work returned
        if written:
            self.announced.emit(f"Le brouillon est enregistré\u00a0: {wording.quoted(target.name)}.", "success")
        else:
            self.announced.emit("Le fichier n’a pas pu être écrit. Choisissez un autre dossier.", "warning")

    def _read(self, source: Path) -> None:
        work = partial(_draft_in, source, draft_id=self._new_id())
        self._tasks.call(self, lambda _gateways: work(), self.opened.emit, failed=self.failed.emit)


def _draft_in(source: Path, *, draft_id: str) -> SignupDraft:
    try:
        with source.open("rb") as opened:
            content = opened.read(drafts.MAX_FILE + 1)
    except OSError:
        raise InvalidInput([Problem("file", "INVALID_INPUT")]) from None
    return drafts.from_file(content, draft_id=draft_id)
