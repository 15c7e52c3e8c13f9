"""The files of an import: the one to read, the model to fill in, and the lines to correct."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.importing import tables
from comptexpert_desktop.ui.widgets import save_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.importing import Checked


class ImportFiles(QObject):
    """Asks where, and writes."""

    chosen = Signal(Path)
    """The file to read."""
    said = Signal(str, str)
    """A sentence for the person, and its tone."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner

    def ask_file(self) -> None:
        """Ask which file to read."""
        dialog = QFileDialog(self._owner, "Importer un fichier")
        dialog.setObjectName("importFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Tableau (*.csv *.txt *.xlsx)", "Tous les fichiers (*)"])
        dialog.fileSelected.connect(lambda file: self.chosen.emit(Path(file)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_model(self, *, siren: str, today: date) -> None:
        """Write a model to fill in."""
        self._ask_place("importModelDialog", tables.MODEL_NAME, tables.model(siren=siren, today=today))

    def save_faults(self, lines: Sequence[Checked]) -> None:
        """Write the lines to correct."""
        self._ask_place("importFaultsDialog", "lignes-a-corriger.csv", tables.to_correct(lines))

    def _ask_place(self, name: str, suggested: str, content: bytes) -> None:
        save_file.ask_file(
            self._owner,
            title="Enregistrer",
            name=name,
            suggested=suggested,
            kind="Tableau CSV (*.csv)",
            chosen=partial(self._write, content),
        )

    def _write(self, content: bytes, target: Path) -> None:
        name = wording.quoted(target.name)
        if save_file.write(target, content):
            self.said.emit(f"Le fichier est enregistré{wording.NBSP}: {name}.", "success")
        else:
            self.said.emit(f"Le fichier {name} n’a pas pu être écrit. Choisissez un autre dossier.", "danger")
