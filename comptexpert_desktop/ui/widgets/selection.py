"""The rows that are selected in a list, by id: what is shown beside the list and what is done follow them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QObject,
    QTimer,
    Signal,
)
from PySide6.QtWidgets import QApplication, QLineEdit

from comptexpert_desktop.ui import accessible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QAbstractItemView

LOST = "La ligne choisie n’est plus dans la liste. Rien n’est choisi."
_Flag = QItemSelectionModel.SelectionFlag


class RowIds(Protocol):
    """What a model says of its rows."""

    def find(self, row_id: str) -> int | None:
        """Return where a row stands; None when it is not at hand."""

    def id_at(self, row: int) -> str:
        """Return the id of a row; empty when it is not at hand."""


class Stretch(NamedTuple):
    """Rows that follow each other."""

    first: int
    size: int


class Selection(QObject):
    """Follows what a view shows as selected; the row that merely has the keyboard does not count."""

    changed = Signal()
    """Other rows are selected."""

    def __init__(self, view: QAbstractItemView, rows: RowIds) -> None:
        super().__init__(view)
        self._view, self._rows = view, rows
        self._was_reset = False
        view.selectionModel().selectionChanged.connect(self._tell)
        view.model().modelReset.connect(self._on_reset)

    def _tell(self) -> None:
        self._was_reset = False
        self.changed.emit()

    def _on_reset(self) -> None:
        """Say that nothing is selected, unless rows soon are: a reset empties the selection, and Qt does not say so."""
        self._was_reset = True
        QTimer.singleShot(0, self, self._tell_empty)

    def _tell_empty(self) -> None:
        if self._was_reset and not self._view.selectionModel().hasSelection():
            self._tell()

    def stretches(self) -> list[Stretch]:
        """Return the selected rows as stretches from the top, also those that are not at hand."""
        found: list[Stretch] = []
        end = 0
        ranges = self._view.selectionModel().selection().toList()
        for part in sorted(ranges, key=QItemSelectionRange.top):
            first = max(part.top(), end)
            if part.bottom() >= first:
                found.append(Stretch(first, part.bottom() - first + 1))
                end = part.bottom() + 1
        return found

    def count(self) -> int:
        """Count the selected rows."""
        return sum(stretch.size for stretch in self.stretches())

    def ids(self) -> list[str]:
        """Return the ids of the selected rows that are at hand, from the top."""
        numbers = (row for first, size in self.stretches() for row in range(first, first + size))
        return [found for row in numbers if (found := self._rows.id_at(row))]

    def row(self) -> int | None:
        """Return the number of the only selected row; None when none is or several are."""
        stretches = self.stretches()
        return stretches[0].first if len(stretches) == 1 and stretches[0].size == 1 else None

    def id(self) -> str:
        """Return the id of the only selected row; empty without one, or while it is not at hand."""
        row = self.row()
        return "" if row is None else self._rows.id_at(row)

    def select(self, ids: Iterable[str]) -> bool:
        """Select the rows of these ids and no others; the keyboard goes to the first. False when none is at hand."""
        return self.select_rows(row for one in ids if (row := self._rows.find(one)) is not None)

    def select_rows(self, rows: Iterable[int]) -> bool:
        """Select these rows and no others."""
        model, selected = self._view.model(), QItemSelection()
        numbers = sorted(set(rows))
        for row in numbers:
            selected.select(model.index(row, 0), model.index(row, 0))
        first = model.index(numbers[0], 0) if numbers else QModelIndex()
        self._view.selectionModel().setCurrentIndex(first, _Flag.NoUpdate)
        self._view.selectionModel().select(selected, _Flag.ClearAndSelect | _Flag.Rows)
        return bool(numbers)

    def clear(self) -> None:
        """Select nothing."""
        self.select_rows(())

    def leave_keyboard(self, row: int) -> None:
        """Leave the keyboard at a row, or at the last one where there are fewer: nothing is selected by that."""
        model = self._view.model()
        index = model.index(max(0, min(row, model.rowCount() - 1)), 0)
        self._view.selectionModel().setCurrentIndex(index, _Flag.NoUpdate)

    def tell_lost(self) -> None:
        """Say aloud that what was selected has left the list."""
        tell_lost(self._view)


def tell_lost(view: QAbstractItemView) -> None:
    """Say that what was selected has left a list, unless somebody types: each letter narrows what they look at."""
    if not isinstance(QApplication.focusWidget(), QLineEdit):
        accessible.tell(view, LOST)
