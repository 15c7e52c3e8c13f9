"""Ask where a paper goes, draw it in the background, and say what came of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.ui import wording
from comptexpert_desktop.ui.documents import pdf
from comptexpert_desktop.ui.widgets import save_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QFileDialog, QWidget

    from comptexpert_desktop.domain.paper import Paper
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.ui.theme_tokens import Tone
    from comptexpert_desktop.usecases.ports import Doors


def ask_and_write(
    parent: QWidget, tasks: Tasks, *, paper: Paper, suggested: str, told: Callable[[str, Tone], object]
) -> QFileDialog:
    """Ask for a PDF file (`paperFileDialog`); `told` hears one sentence and its tone once it is written, or is not."""

    def chosen(target: Path) -> None:
        tasks.call(parent, partial(_write, paper=paper, target=target), partial(_tell, target, told))

    return save_file.ask_file(
        parent,
        title=paper.title,
        name="paperFileDialog",
        suggested=suggested,
        kind="Document PDF (*.pdf)",
        chosen=chosen,
    )


def _write(_doors: Doors, *, paper: Paper, target: Path) -> bool:
    return save_file.write(target, pdf.content(paper))


def _tell(target: Path, told: Callable[[str, Tone], object], written: bool) -> None:  # noqa: FBT001 - what the work gave
    name = wording.quoted(target.name)
    if written:
        told(f"Le document est enregistré{wording.NBSP}: {name}.", "success")
    else:
        told(f"Le fichier {name} n’a pas pu être écrit. Choisissez un autre dossier.", "danger")
