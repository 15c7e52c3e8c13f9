"""Print a paper: the system's own dialog asks where and how, and the same drawing as the PDF goes to the printer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.documents import pdf

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.report import Paper
    from comptexpert_desktop.presentation.tone import Tone


def ask_and_print(parent: QWidget, *, paper: Paper, announce: Callable[[str, Tone], object]) -> QPrintDialog:
    """Ask for a printer (`printDialog`); `announce` is called with a sentence and its tone, printed or not."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(paper.title)
    dialog = QPrintDialog(printer, parent)
    dialog.setObjectName("printDialog")
    dialog.setWindowTitle(f"Imprimer{wording.NBSP}: {paper.title}")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: _print(printer, paper=paper, announce=announce))
    if sys.platform == "win32":
        dialog.exec()  # the system's dialog cannot be opened beside the event loop
    else:
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.show()
    return dialog


def _print(printer: QPrinter, *, paper: Paper, announce: Callable[[str, Tone], object]) -> None:
    if pdf.draw(paper, on=printer):
        announce(f"Le document est envoyé à l’impression{wording.NBSP}: {wording.quoted(paper.title)}.", "success")
    else:
        announce("L’imprimante n’a pas pris le document. Choisissez-en une autre, ou enregistrez un PDF.", "danger")
