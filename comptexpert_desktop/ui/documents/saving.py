"""Ask where a paper goes, draw it in the background, and say what came of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.documents import pdf
from comptexpert_desktop.ui.widgets import save_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QFileDialog, QWidget

    from comptexpert_desktop.domain.report import Paper
    from comptexpert_desktop.presentation.tone import Tone
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.usecases.ports import Gateways


def ask_and_write(
    parent: QWidget, tasks: Tasks, *, paper: Paper, suggested: str, announce: Callable[[str, Tone], object]
) -> QFileDialog:
    """Ask for a PDF file (`paperFileDialog`); `announce` is called with a sentence and its tone, written or not."""

    def chosen(target: Path) -> None:
        tasks.call(parent, partial(_write, paper=paper, target=target), partial(_tell, target, announce))

    return save_file.ask_file(
        parent,
        title=paper.title,
        name="paperFileDialog",
        suggested=suggested,
        kind="Document PDF (*.pdf)",
        chosen=chosen,
    )


def _write(_gateways: Gateways, *, paper: Paper, target: Path) -> bool:
    return save_file.write(target, pdf.content(paper))


def _tell(target: Path, announce: Callable[[str, Tone], object], written: bool) -> None:  # noqa: FBT001 - what the work gave
    name = wording.quoted(target.name)
    if written:
        announce(f"Le document est enregistré{wording.NBSP}: {name}.", "success")
    else:
        announce(f"Le fichier {name} n’a pas pu être écrit. Choisissez un autre dossier.", "danger")
