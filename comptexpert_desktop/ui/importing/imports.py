"""« Importer… »: the button, its key, and the dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from comptexpert_desktop.ui.importing.dialog import ImportDialog
from comptexpert_desktop.ui.labels import Labels
from comptexpert_desktop.ui.widgets.buttons import secondary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.ui.tasks import Tasks

KEY = "Ctrl+I"


class Imports(QObject):
    """One button, for those who grant."""

    granted = Signal(str)
    """What was granted, in words."""
    sign_in_wanted = Signal()

    def __init__(
        self, tasks: Tasks, *, clock: Callable[[], datetime], new_id: Callable[[], str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._tasks, self._clock, self._new_id, self._window = tasks, clock, new_id, parent
        self._firms: tuple[Firm, ...] = ()
        self._labels = Labels()
        self._dialog: ImportDialog | None = None
        self.button = secondary("Importer…", name="importButton", icon="list")
        self.button.setToolTip(f"Accorder des délégations depuis un tableau ({KEY})")
        self.button.clicked.connect(self._ask)
        QShortcut(QKeySequence(KEY), parent).activated.connect(self._press)

    def offer(self, *, firms: Sequence[Firm], catalogue: Catalogue | None, grants: bool) -> None:
        """Offer the import to those who grant, and to nobody else."""
        self._firms, self._labels = tuple(firms), Labels(catalogue)
        self.button.setVisible(grants)

    def forget(self) -> None:
        """Close what another person opened."""
        if self._dialog is not None:
            self._dialog.job.forget()
            self._dialog.reject()

    def _press(self) -> None:
        if self.button.isVisible():
            self.button.click()

    def _ask(self) -> None:
        dialog = ImportDialog(
            self._window,
            self._tasks,
            firms=self._firms,
            labels=self._labels,
            clock=self._clock,
            new_id=self._new_id,
        )
        dialog.granted.connect(self.granted)
        dialog.sign_in_wanted.connect(self.sign_in_wanted)
        dialog.finished.connect(self._forget_dialog)
        self._dialog = dialog
        dialog.open()

    def _forget_dialog(self) -> None:
        self._dialog = None
