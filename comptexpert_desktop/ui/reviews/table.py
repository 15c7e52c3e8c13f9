"""The view of the rights under review: whole rows, several at once, kept by id when the copy changes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.reviews.model import COLUMNS
from comptexpert_desktop.ui.widgets.row_table import RowTable
from comptexpert_desktop.ui.widgets.selection import Selection
from comptexpert_desktop.ui.widgets.tone_delegate import ToneDelegate, row_height

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QResizeEvent

    from comptexpert_desktop.ui.reviews.model import Column, ReviewModel, Row

_MIN_SCALE, _MIN_OF_NAMES = 0.9, 0.7


class ReviewTable(RowTable):
    """A `reviewTable`; keeps its selection by id."""

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
        self.setIconSize(QSize(theme.scaled(18), theme.scaled(18)))
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(row_height())
        columns.setHighlightSections(False)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setSortIndicatorClearable(True)
        columns.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        columns.setMinimumSectionSize(theme.scaled(SPACE * 16))
        self.setSortingEnabled(True)
        self.selection = Selection(self, model)

    def selected(self) -> list[Row]:
        """Return the rows that are selected, from the top."""
        return [
            self._rows.row(row) for first, count in self.selection.stretches() for row in range(first, first + count)
        ]

    @contextmanager
    def selection_kept(self) -> Iterator[None]:
        """Select the same rights once others are shown; without any of them, the row that stands in their place."""
        ids, stretches = self.selection.ids(), self.selection.stretches()
        is_fresh = not self._rows.rowCount()
        yield
        if self.selection.select(ids) or not self._rows.rowCount() or not (stretches or is_fresh):
            return
        place = stretches[0].first if stretches else 0
        self.selection.select_rows([min(place, self._rows.rowCount() - 1)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width between the columns; without room some are left out, then the table scrolls sideways."""
        super().resizeEvent(event)
        room = self.viewport().width()
        is_narrow = room < sum(_width(column) for column in COLUMNS) * _MIN_SCALE
        shown = [column for column in COLUMNS if not (is_narrow and column.may_go)]
        fixed = sum(_width(column) for column in shown if not column.gives_way)
        scale = (room - fixed) / sum(_width(column) for column in shown if column.gives_way)
        for number, column in enumerate(COLUMNS):
            self.setColumnHidden(number, column not in shown)
            width = _width(column) * max(scale, _MIN_OF_NAMES) if column.gives_way else _width(column)
            self.setColumnWidth(number, int(width))


def _width(column: Column) -> int:
    return theme.scaled(column.width)
