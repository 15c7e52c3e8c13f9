"""Save the report of a review: a PDF to file, or a table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.reviews import report
from comptexpert_desktop.ui.documents.saving import ask_and_write
from comptexpert_desktop.ui.widgets import save_file
from comptexpert_desktop.usecases.documents import table_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from PySide6.QtWidgets import QFileDialog, QWidget

    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.review import ReviewPage
    from comptexpert_desktop.domain.table import Sheet
    from comptexpert_desktop.presentation.tone import Tone
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.ui.widgets.banner import Banner
    from comptexpert_desktop.usecases.firm.reviews import ReviewDesk
    from comptexpert_desktop.usecases.ports import Gateways


class Reporting(QObject):
    """Where to, then the file is written in the background and told of."""

    def __init__(self, tasks: Tasks, *, owner: QWidget, clock: Callable[[], datetime], banner: Banner) -> None:
        super().__init__(owner)
        self._tasks, self._owner, self._clock, self._banner = tasks, owner, clock, banner

    def ask_paper(self, desk: ReviewDesk, page: ReviewPage, *, firm: Firm) -> QFileDialog:
        """Save the report as a PDF."""
        made = report.paper(page, chosen=desk.chosen, firm=firm, labels=Labels(desk.catalogue), now=self._clock())
        suggested = report.file_name(page, firm=firm, kind="pdf")
        return ask_and_write(self._owner, self._tasks, paper=made, suggested=suggested, announce=self._tell)

    def ask_table(self, desk: ReviewDesk, page: ReviewPage, *, firm: Firm) -> QFileDialog:
        """Save the report as a table."""
        made = report.sheet(page, chosen=desk.chosen, firm=firm, labels=Labels(desk.catalogue))
        return save_file.ask_file(
            self._owner,
            title=made.title,
            name="reviewTableDialog",
            suggested=report.file_name(page, firm=firm, kind="csv"),
            kind="Tableau (*.csv)",
            chosen=partial(self._write, made),
        )

    def _write(self, sheet: Sheet, target: Path) -> None:
        work = partial(_write_table, sheet=sheet, target=target)
        self._tasks.call(self._owner, work, partial(self._tell_written, target))

    def _tell_written(self, target: Path, written: bool) -> None:  # noqa: FBT001 - what the work gave
        name = wording.quoted(target.name)
        if written:
            self._tell(f"Le tableau est enregistré{wording.NBSP}: {name}.", "success")
        else:
            self._tell(f"Le fichier {name} n’a pas pu être écrit. Choisissez un autre dossier.", "danger")

    def _tell(self, text: str, tone: Tone) -> None:
        self._banner.show_message(text, tone=tone)


def _write_table(_gateways: Gateways, *, sheet: Sheet, target: Path) -> bool:
    return save_file.write(target, table_text.content(sheet))
