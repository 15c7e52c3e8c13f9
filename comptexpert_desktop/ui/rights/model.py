"""The board of rights as a table: a line a person, a column a right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from comptexpert_desktop.presentation.rights import words
from comptexpert_desktop.ui.look import icons, tooltips
from comptexpert_desktop.ui.widgets.tone_delegate import TONE_ROLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from comptexpert_desktop.domain.rights_board import BoardRight, Cell, Person
    from comptexpert_desktop.presentation.rights.queries import BoardView

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class BoardModel(QAbstractTableModel):
    """An immutable copy of a board."""

    def __init__(self, *, today: Callable[[], date], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._view: BoardView | None = None

    def set_view(self, view: BoardView) -> None:
        """Show another board."""
        self.beginResetModel()
        self._view = view
        self.endResetModel()

    def person(self, row: int) -> Person:
        """Return who stands in a line."""
        assert self._view is not None
        return self._view.board.people[row]

    def right(self, column: int) -> BoardRight | None:
        """Return the right of a column; None for that of the names."""
        assert self._view is not None
        return self._view.rights[column - 1] if column else None

    def cell(self, row: int, column: int) -> Cell | None:
        """Return what somebody has of a right; None when nothing."""
        right = self.right(column)
        return None if right is None or self._view is None else self._view.board.cell(self.person(row), right)

    def place_of(self, person_id: str, right: BoardRight | None) -> tuple[int, int] | None:
        """Return the line of a person and the column of a right; None when one of them is not here any more."""
        if self._view is None:
            return None
        rows = [row for row, person in enumerate(self._view.board.people) if person.id == person_id]
        if right is None:
            return (rows[0], 0) if rows else None
        return (rows[0], self._view.rights.index(right) + 1) if rows and right in self._view.rights else None

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Count the people."""
        return 0 if parent.isValid() or self._view is None else len(self._view.board.people)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Count the rights, and the names before them."""
        return 0 if parent.isValid() or self._view is None else len(self._view.rights) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give what a cell says, and how it looks."""
        if not index.isValid() or self._view is None:
            return None
        person, right = self.person(index.row()), self.right(index.column())
        if right is None:
            return person.name if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
        found = self._view.board.cell(person, right)
        look = words.look(found)
        said = words.cell(found, today=self._today())
        if role == Qt.ItemDataRole.DecorationRole:
            return None if look is None else icons.pixmap(look.icon, look.tone)
        spoken = (
            f"{person.name}, {words.right_title(right, labels=self._view.labels)}, {said if found else 'aucun droit'}"
        )
        answers: dict[int, object] = {
            Qt.ItemDataRole.DisplayRole: said,
            Qt.ItemDataRole.AccessibleTextRole: spoken,
            Qt.ItemDataRole.ToolTipRole: tooltips.plain(spoken),
            TONE_ROLE: look.tone if look is not None else "neutral",
        }
        return answers.get(int(role))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Name a column: the right, and its service below."""
        if orientation is not Qt.Orientation.Horizontal or self._view is None:
            return None
        right = self.right(section)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return "Personne" if right is None else words.right_title(right, labels=self._view.labels)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if right is None:
            return "Personne"
        labels = self._view.labels
        return f"{labels.right(right.service, right.right)}\n{labels.service(right.service)}"
