"""The view of the rights under review: whole rows, several at once, kept by id when the copy changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from comptexpert_desktop.ui.delegations.table import ROW_HEIGHT, ToneDelegate
from comptexpert_desktop.ui.reviews.model import COLUMNS
from comptexpert_desktop.ui.theme import SPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from comptexpert_desktop.ui.reviews.model import ReviewModel, Row

_LEAST_SCALE, _LEAST_OF_NAMES = 0.9, 0.6


class ReviewTable(QTableView):
    """A `reviewTable`; says when other rows are chosen."""

    chosen_changed = Signal()

    def __init__(self, model: ReviewModel, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reviewTable")
        self.setAccessibleName("Droits à revoir")
        self._rows = model
        self.setModel(model)
        self.setItemDelegate(ToneDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setIconSize(QSize(18, 18))
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        columns.setHighlightSections(False)
        columns.setSortIndicatorClearable(True)
        columns.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        columns.setMinimumSectionSize(SPACE * 16)
        self.setSortingEnabled(True)
        self.selectionModel().selectionChanged.connect(self._tell_chosen)

    def chosen(self) -> list[Row]:
        """Return the rows that are selected, from the top."""
        numbers = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self._rows.row(number) for number in numbers]

    def choose(self, delegation_ids: Sequence[str], *, near: int) -> None:
        """Select these rows where they still are; without any, the one that stands where they stood."""
        places = [place for one in delegation_ids if (place := self._rows.find(one)) is not None]
        if not places and self._rows.rowCount():
            places = [max(0, min(near, self._rows.rowCount() - 1))]
        flags = QItemSelectionModel.SelectionFlag
        if not places:
            self.chosen_changed.emit()
            return
        wanted = QItemSelection()
        for place in places:
            wanted.select(self._rows.index(place, 0), self._rows.index(place, len(COLUMNS) - 1))
        self.selectionModel().setCurrentIndex(self._rows.index(places[0], 0), flags.NoUpdate)
        self.selectionModel().select(wanted, flags.ClearAndSelect)
        self.scrollTo(self._rows.index(places[0], 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width between the columns; without room some are left out, then the table scrolls sideways."""
        super().resizeEvent(event)
        room = self.viewport().width()
        is_narrow = room < sum(column.width for column in COLUMNS) * _LEAST_SCALE
        shown = [column for column in COLUMNS if not (is_narrow and column.may_go)]
        fixed = sum(column.width for column in shown if not column.gives_way)
        scale = (room - fixed) / sum(column.width for column in shown if column.gives_way)
        for number, column in enumerate(COLUMNS):
            self.setColumnHidden(number, column not in shown)
            width = column.width * max(scale, _LEAST_OF_NAMES) if column.gives_way else column.width
            self.setColumnWidth(number, int(width))

    def _tell_chosen(self) -> None:
        self.chosen_changed.emit()

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: letters are shortcuts of the screen, not a search in the first column."""
