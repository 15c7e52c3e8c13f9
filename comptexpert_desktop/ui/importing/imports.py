"""« Importer… »: the button, its key, and the dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.importing.dialog import ImportDialog
from comptexpert_desktop.ui.importing.dropped import DroppedFile
from comptexpert_desktop.ui.widgets.buttons import secondary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.ui.screen import ScreenContext

KEY = "Ctrl+I"


class Imports(QObject):
    """One button, for those who grant."""

    granted = Signal(str)
    """What was granted, in words."""
    sign_in_requested = Signal()

    def __init__(self, context: ScreenContext, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._window = context, parent
        self._firms: tuple[Firm, ...] = ()
        self._labels = Labels()
        self._dialog: ImportDialog | None = None
        self.button = secondary("Importer…", name="importButton", icon="list")
        self.button.setToolTip(f"Accorder des délégations depuis un tableau ({KEY})")
        self.button.clicked.connect(self._ask)
        QShortcut(QKeySequence(KEY), parent).activated.connect(self._press)
        DroppedFile(parent).dropped.connect(self._read_dropped)

    def offer(self, *, firms: Sequence[Firm], catalogue: Catalogue | None, grants: bool) -> None:
        """Offer the import to those who grant, and to nobody else."""
        self._firms, self._labels = tuple(firms), Labels(catalogue)
        self.button.setVisible(grants)

    def clear(self) -> None:
        """Close what another person opened."""
        if self._dialog is not None:
            self._dialog.job.clear()
            self._dialog.reject()

    def _press(self) -> None:
        if self.button.isVisible():
            self.button.click()

    def _read_dropped(self, file: Path) -> None:
        """Preview a table that was dropped here, as if it had been chosen."""
        if self.button.isVisible() and self._dialog is None:
            self._ask()
        if self._dialog is not None:
            self._dialog.open_file(file)

    def _ask(self) -> None:
        dialog = ImportDialog(
            self._window,
            self._context,
            firms=self._firms,
            labels=self._labels,
        )
        dialog.granted.connect(self.granted)
        dialog.sign_in_requested.connect(self.sign_in_requested)
        dialog.finished.connect(self._clear_dialog)
        self._dialog = dialog
        dialog.open()

    def _clear_dialog(self) -> None:
        self._dialog = None
