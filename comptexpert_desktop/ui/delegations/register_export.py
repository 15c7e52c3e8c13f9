"""Save the register of a firm to a file, with the proof that lets anybody verify it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from comptexpert_desktop.ui import wording
from comptexpert_desktop.ui.widgets.buttons import quiet
from comptexpert_desktop.usecases import register

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.usecases.ports import Doors

_FORMS = {"json": "Registre vérifiable (*.json)", "csv": "Tableau (*.csv)"}


class RegisterExport(QObject):
    """A button; which firm, when there are several; where to; then the file is written in the background."""

    saved = Signal(str)
    """What was written, in words."""
    failed = Signal(object)
    """A ComptexpertError."""

    def __init__(self, tasks: Tasks, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._tasks, self._window = tasks, parent
        self._firms: tuple[Firm, ...] = ()
        self.button = quiet("Exporter le registre", name="exportRegisterButton", icon="file")
        self.button.clicked.connect(self._ask_firm)

    def offer(self, firms: Sequence[Firm]) -> None:
        """Offer the firms whose register this person may read."""
        self._firms = tuple(firms)
        self.button.setVisible(bool(firms))

    def _ask_firm(self) -> None:
        if len(self._firms) == 1:
            self._ask_file(self._firms[0])
            return
        menu = QMenu(self._window)
        for firm in self._firms:
            menu.addAction(firm.name.replace("&", "&&"), partial(self._ask_file, firm))
        menu.popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))

    def _ask_file(self, firm: Firm) -> None:
        dialog = QFileDialog(self._window, f"Registre de {firm.name}")
        dialog.setObjectName("registerFileDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(_FORMS.values()))
        dialog.setDefaultSuffix("json")
        dialog.selectFile(f"registre-{firm.siren}.json")
        dialog.fileSelected.connect(partial(self._save, firm))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save(self, firm: Firm, file: str) -> None:
        target = Path(file)
        form: register.Form = "csv" if target.suffix.lower() == ".csv" else "json"
        work = partial(_write, firm_id=firm.id, form=form, target=target)
        self._tasks.call(self, work, partial(self._tell, firm, target), failed=self._fail)

    def _tell(self, firm: Firm, target: Path, written: bool) -> None:  # noqa: FBT001 - what the work returned
        if written:
            self.saved.emit(f"Le registre de {firm.name} est enregistré\u00a0: {wording.quoted(target.name)}.")
        else:
            self.saved.emit(
                f"Le fichier {wording.quoted(target.name)} n’a pas pu être écrit. Choisissez un autre dossier."
            )

    def _fail(self, error: ComptexpertError) -> None:
        self.failed.emit(error)


def _write(doors: Doors, *, firm_id: str, form: register.Form, target: Path) -> bool:
    content = register.export(doors, firm_id=firm_id, form=form)
    try:
        target.write_bytes(content)
    except OSError:
        return False
    return True
