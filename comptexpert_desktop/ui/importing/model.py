"""The lines of an import as a table: each says in words, with an icon, what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from comptexpert_desktop.domain.importing import Verdict
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.importing import words
from comptexpert_desktop.ui.look import icons, tooltips
from comptexpert_desktop.ui.widgets.tone_delegate import TONE_ROLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import QObject

    from comptexpert_desktop.domain.importing import Checked
    from comptexpert_desktop.presentation.importing.words import LineWord
    from comptexpert_desktop.presentation.labels import Labels

HEADERS = ("Ligne", "Personne", "Service et droits", "Résultat", "Précision")
_RESULT = 3
_Index = QModelIndex | QPersistentModelIndex


class ImportModel(QAbstractTableModel):
    """A snapshot of checked lines, all of them or those to correct."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[Checked, ...] = ()
        self._shown: list[tuple[Checked, LineWord]] = []
        self._labels: Labels | None = None
        self._to_compare: Mapping[int, str] = {}
        self._only_faults = False

    def show_lines(self, lines: tuple[Checked, ...], *, labels: Labels, to_compare: Mapping[int, str]) -> None:
        """Show other lines; `to_compare` says what is compared by voice before a line, by its number."""
        self._all, self._labels, self._to_compare = lines, labels, to_compare
        self._reset()

    def show_only_faults(self, *, is_on: bool) -> None:
        """Show the lines to correct alone, or all."""
        self._only_faults = is_on
        self._reset()

    def id_at(self, row: int) -> str:
        """Return the number of a line in its file, as text."""
        return str(self._shown[row][0].line.line) if 0 <= row < len(self._shown) else ""

    def line(self, row: int) -> Checked:
        """Return the line of the file that a row shows."""
        return self._shown[row][0]

    def find(self, row_id: str) -> int | None:
        """Return where a line of the file stands."""
        return next((row for row, (one, _word) in enumerate(self._shown) if str(one.line.line) == row_id), None)

    def rowCount(self, parent: _Index | None = None) -> int:
        """Count the lines shown."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def columnCount(self, parent: _Index | None = None) -> int:
        """Count the columns."""
        return 0 if parent is not None and parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Name the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give a cell: its words, the icon of the result, the whole line for the ear."""
        if not index.isValid():
            return None
        one, word = self._shown[index.row()]
        cells = self._cells(one, word)
        if role == Qt.ItemDataRole.DisplayRole:
            return cells[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltips.plain(cells[index.column()])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"Ligne {cells[0]}, {cells[1]}, {cells[2]}{wording.NBSP}: {word.word}. {word.detail}".strip()
        return _of_result(word, role) if index.column() == _RESULT else None

    def _cells(self, one: Checked, word: LineWord) -> tuple[str, ...]:
        return (wording.number(one.line.line), person(one), self._asked(one), word.word, word.detail)

    def _asked(self, one: Checked) -> str:
        given = one.answer.delegation if one.answer else None
        if given is not None and self._labels is not None:
            return self._labels.service_and_rights(given)
        return " · ".join(part for part in one.line.shown[1:] if part)

    def _reset(self) -> None:
        self.beginResetModel()
        lines = [one for one in self._all if not self._only_faults or one.verdict is Verdict.REFUSED]
        self._shown = [(one, self._word(one)) for one in lines]
        self.endResetModel()

    def _word(self, one: Checked) -> LineWord:
        word, check = words.line(one), self._to_compare.get(one.line.line, "")
        return replace(word, detail=f"{check} {word.detail}".strip()) if check else word


def _of_result(word: LineWord, role: int) -> object:
    if role == Qt.ItemDataRole.DecorationRole:
        return icons.icon(word.icon, word.tone)
    return word.tone if role == TONE_ROLE else None


def person(one: Checked) -> str:
    """Name whom a line is about: as the server knows the person, or as the file writes it."""
    given = one.answer.delegation if one.answer else None
    return given.grantee.display_name if given is not None else one.line.shown[0]
