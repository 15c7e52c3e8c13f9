"""The rights under review as a table: an immutable copy, filtered and sorted here since a firm has few thousands."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from comptexpert_desktop.domain.name_search import fold
from comptexpert_desktop.domain.review import waits
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.reviews import words
from comptexpert_desktop.ui.look import tooltips
from comptexpert_desktop.ui.look.icons import icon
from comptexpert_desktop.ui.widgets.tone_delegate import TONE_ROLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from comptexpert_desktop.domain.review import Chosen, ReviewItem

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
TO_REVIEW, CHOSEN, ALL = "to-review", "chosen", "all"


class Row(NamedTuple):
    """A right and what was chosen for it here."""

    item: ReviewItem
    chosen: Chosen | None

    @property
    def id(self) -> str:
        """The id of the delegation."""
        return self.item.delegation.id


class Column(NamedTuple):
    """A title, a first width, whether it is left out where there is no room, and whether it takes what is left."""

    title: str
    width: int
    may_go: bool = False
    gives_way: bool = False


COLUMNS = (
    Column("Personne", 150, gives_way=True),
    Column("Service et droits", 195, gives_way=True),
    Column("Depuis", 112, may_go=True),
    Column("Dernier usage", 124),
    Column("Fin", 112, may_go=True),
    Column("Réponse", 194),
)
_ANSWER = len(COLUMNS) - 1


class ReviewModel(QAbstractTableModel):
    """Shows the rights that the filter lets through, in the order that was asked."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._labels = Labels()
        self._all: tuple[Row, ...] = ()
        self._rows: list[Row] = []
        self._mode, self._words = TO_REVIEW, ""
        self._sorted: tuple[int, bool] | None = None

    def show_rows(self, items: Sequence[ReviewItem], *, chosen: Mapping[str, Chosen], labels: Labels) -> None:
        """Show another copy."""
        self._labels = labels
        self._all = tuple(Row(item, chosen.get(item.delegation.id)) for item in items)
        self._lay()

    def filter(self, *, mode: str, text: str) -> None:
        """Let through what waits, what was chosen or all, and of it what holds every word."""
        self._mode, self._words = mode, text
        self._lay()

    def row(self, number: int) -> Row:
        """Return a row."""
        return self._rows[number]

    def id_at(self, row: int) -> str:
        """Return the id of a right."""
        return self._rows[row].id if 0 <= row < len(self._rows) else ""

    def find(self, delegation_id: str) -> int | None:
        """Return where a right stands."""
        return next((number for number, row in enumerate(self._rows) if row.id == delegation_id), None)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 brings the natural order back."""
        self._sorted = None if column < 0 else (column, order == Qt.SortOrder.DescendingOrder)
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        ids = [self._rows[index.row()].id for index in kept]
        self._order()
        places = {row.id: number for number, row in enumerate(self._rows)}
        moved = [self.index(places[one], index.column()) for one, index in zip(ids, kept, strict=True)]
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Count the rights that are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Name a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give what a cell says."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        word = words.state(row.item, row.chosen)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts(row)[column]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{COLUMNS[column].title}, {self._texts(row)[column]}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltips.plain(word.sentence if column == _ANSWER else self._texts(row)[column])
        if column == _ANSWER and role == Qt.ItemDataRole.DecorationRole:
            return icon(word.icon, word.tone, size=18)
        return word.tone if column == _ANSWER and role == TONE_ROLE else None

    def _texts(self, row: Row) -> tuple[str, ...]:
        one = row.item.delegation
        return (
            one.grantee.display_name,
            self._labels.service_and_rights(one),
            wording.short_day(words.since(row.item)),
            words.last_use(row.item),
            wording.short_day(one.valid_until),
            words.state(row.item, row.chosen).word,
        )

    def _lay(self) -> None:
        self.beginResetModel()
        self._order()
        self.endResetModel()

    def _order(self) -> None:
        self._rows = [row for row in self._all if self._lets_through(row)]
        if self._sorted is not None:
            column, descending = self._sorted
            key = _DAYS[column] if column in _DAYS else self._sort_by_text(column)
            self._rows.sort(key=key, reverse=descending)

    def _lets_through(self, row: Row) -> bool:
        if self._mode == TO_REVIEW and not _is_to_review(row):
            return False
        if self._mode == CHOSEN and row.chosen is None:
            return False
        return not self._words or _holds(self._texts(row), self._words)

    def _sort_by_text(self, column: int) -> Callable[[Row], tuple[str, ...]]:
        return lambda row: tuple(fold(self._texts(row)[column]))


def _is_to_review(row: Row) -> bool:
    """Tell whether the person has something to say: nothing was chosen, or what was chosen was not taken."""
    return waits(row.item) if row.chosen is None else bool(row.chosen.code)


def _holds(texts: Sequence[str], query: str) -> bool:
    haystack = " ".join(" ".join(fold(text)) for text in texts)
    return all(word in haystack for word in fold(query))


_EARLIEST = date.min
_DAYS: dict[int, Callable[[Row], date]] = {
    2: lambda row: words.since(row.item) or _EARLIEST,
    3: lambda row: row.item.last_used_on or _EARLIEST,
    4: lambda row: row.item.delegation.valid_until or _EARLIEST,
}
