"""Save the rights that are in force to a table that a spreadsheet opens, and that cannot run anything there."""

from __future__ import annotations

import csv
import io
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.domain.delegation import DelegationQuery, Role
from comptexpert_desktop.ui import wording
from comptexpert_desktop.ui.delegations import words
from comptexpert_desktop.ui.labels import Labels
from comptexpert_desktop.ui.widgets import save_file
from comptexpert_desktop.ui.widgets.buttons import quiet
from comptexpert_desktop.usecases import catalogue, delegations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import DelegationRow
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.usecases.ports import Stores

_HEADER = ("Personne", "Identifiant", "Cabinet", "SIREN", "Service", "Droits", "État", "Début", "Fin", "Délégant")
_AT_ONCE = 1000
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class LiveExport(QObject):
    """A button, where to, then the file is written in the background."""

    saved = Signal(str)
    """What was written, in words."""

    def __init__(self, tasks: Tasks, *, clock: Callable[[], datetime], parent: QWidget) -> None:
        super().__init__(parent)
        self._tasks, self._clock, self._window = tasks, clock, parent
        self.button = quiet("Exporter les droits", name="exportLiveButton", icon="file")
        self.button.clicked.connect(self._ask_file)

    def _ask_file(self) -> None:
        day = wording.local_day(self._clock()).isoformat()
        save_file.ask_file(
            self._window,
            title="Droits en cours",
            name="liveFileDialog",
            suggested=f"droits-en-cours-{day}.csv",
            kind="Tableau (*.csv)",
            chosen=self._save,
        )

    def _save(self, target: Path) -> None:
        self._tasks.read(self, partial(_write, target=target), partial(self._tell, target))

    def _tell(self, target: Path, lines: int | None) -> None:
        name = wording.quoted(target.name)
        if lines is None:
            self.saved.emit(f"Le fichier {name} n’a pas pu être écrit. Choisissez un autre dossier.")
        else:
            rights = wording.count(lines, "délégation en cours est enregistrée", many=_MANY)
            self.saved.emit(f"{rights} dans {name}.")


def safe(text: str) -> str:
    """Keep a spreadsheet from reading a text as a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def table(rows: Iterator[DelegationRow], *, labels: Labels) -> tuple[bytes, int]:
    """Write the rows as a French spreadsheet opens them: semicolons, and the mark of UTF-8; returns how many too."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADER)
    lines = 0
    for row in rows:
        writer.writerow([safe(cell) for cell in _cells(row, labels=labels)])
        lines += 1
    return text.getvalue().encode("utf-8-sig"), lines


def _cells(row: DelegationRow, *, labels: Labels) -> tuple[str, ...]:
    one = row.delegation
    return (
        one.grantee.display_name,
        one.grantee.login_id,
        one.firm.name,
        one.firm.siren,
        labels.service(one.service),
        labels.rights(one.service, one.rights),
        words.state(row).word,
        _day(one.valid_from),
        _day(one.valid_until),
        one.grantor.display_name,
    )


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def _write(stores: Stores, *, target: Path) -> int | None:
    labels = Labels(catalogue.current(stores))
    content, lines = table(_live(stores), labels=labels)
    return lines if save_file.write(target, content) else None


def _live(stores: Stores) -> Iterator[DelegationRow]:
    query = DelegationQuery(role=Role.GRANTOR, statuses=words.LIVE, sort="person")
    offset = 0
    while rows := delegations.stretch(stores, query=query, limit=_AT_ONCE, offset=offset):
        yield from rows
        offset += len(rows)


_MANY = "délégations en cours sont enregistrées"
