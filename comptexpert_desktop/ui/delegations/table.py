"""The review table's view: fixed rows, whole-row selection kept by id, colours that follow the tone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from comptexpert_desktop.ui import theme
from comptexpert_desktop.ui.delegations import words
from comptexpert_desktop.ui.delegations.model import TONE_ROLE, DelegationTableModel
from comptexpert_desktop.ui.theme import SPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.delegation import DelegationRow

ROW_HEIGHT = 38
_CELL_PADDING = 36
_LEFT_OUT_FIRST = ("firm", "requested_at")
_LEAST_SCALE = 0.9
"""Narrower than this the table scrolls sideways rather than cutting every word."""
_ICON = QSize(18, 18)


class ToneDelegate(QStyledItemDelegate):
    """Colours a cell by the tone of what it says; the words say it too."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Put the tone's colour in the cell's palette; a selected row keeps the selection's."""
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideRight
        tone = index.data(TONE_ROLE)
        if tone and tone != "neutral":
            colour = QColor(getattr(theme.tokens(), tone))
            option.palette.setColor(QPalette.ColorRole.Text, colour)
            option.palette.setColor(QPalette.ColorRole.HighlightedText, colour)
            option.font.setBold(tone == "danger")


class DelegationTable(QTableView):
    """A `delegationTable`; says which row is current and when Enter asks for its detail."""

    row_chosen = Signal(object)
    """The `DelegationRow` that became current, or None."""
    detail_wanted = Signal()
    chosen_changed = Signal(int)
    """How many rows are selected now."""

    def __init__(self, model: DelegationTableModel, *, takes_many: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("delegationTable")
        self.setAccessibleName("Délégations")
        self._rows = model
        self._chosen_id = ""
        self._is_set_by_hand, self._is_sharing = False, True
        self.setModel(model)
        self.setItemDelegate(ToneDelegate(self))
        self._set_up_view(takes_many=takes_many)
        self._set_up_headers()
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.selectionModel().selectionChanged.connect(lambda: self.chosen_changed.emit(self.chosen_count()))

    def _set_up_view(self, *, takes_many: bool) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        modes = QAbstractItemView.SelectionMode
        self.setSelectionMode(modes.ExtendedSelection if takes_many else modes.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setIconSize(_ICON)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def _set_up_headers(self) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        columns = self.horizontalHeader()
        columns.setHighlightSections(False)
        # Qt asks of every row whether it is selected, to draw a header; with its own empty selection it asks of none.
        columns.setSelectionModel(QItemSelectionModel(self._rows, self))
        columns.setSortIndicatorClearable(True)
        columns.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        columns.setMinimumSectionSize(SPACE * 16)
        columns.sectionHandleDoubleClicked.connect(self.resizeColumnToContents)
        columns.sectionResized.connect(self._on_section_resized)
        self.setSortingEnabled(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width between the columns until the person sets one."""
        super().resizeEvent(event)
        if not self._is_set_by_hand:
            self._share_width()

    def _share_width(self) -> None:
        """Give each column its share; without room, leave out what the detail pane says too."""
        room = self.viewport().width()
        widths = {number: column.width for number, column in enumerate(self._rows.columns)}
        states = next(number for number, column in enumerate(self._rows.columns) if column.key == "status")
        loudest = self._loudest_width()
        widths[states] = max(widths[states], loudest)
        for key in _LEFT_OUT_FIRST:
            if room < sum(widths.values()) * _LEAST_SCALE:
                widths.pop(next(number for number, column in enumerate(self._rows.columns) if column.key == key))
        others = sum(widths.values()) - widths[states]
        state_width = max(loudest, int(widths[states] * room / sum(widths.values())))
        scale = max((room - state_width) / others, _LEAST_SCALE)
        self._is_sharing = True
        for number in range(len(self._rows.columns)):
            self.setColumnHidden(number, number not in widths)
            self.setColumnWidth(number, state_width if number == states else int(widths.get(number, 0) * scale))
        self._is_sharing = False

    def _loudest_width(self) -> int:
        """Measure the one state that must never be cut."""
        font = QFont(self.font())
        font.setBold(True)
        return QFontMetrics(font).horizontalAdvance(words.NOT_EFFECTIVE) + _ICON.width() + _CELL_PADDING

    def _on_section_resized(self) -> None:
        if not self._is_sharing:
            self._is_set_by_hand = True

    def chosen_id(self) -> str:
        """Return the id of the chosen delegation, also while its row is not loaded."""
        return self._chosen_id

    def chosen_stretches(self) -> list[tuple[int, int]]:
        """Return the selected rows as stretches (first, how many), from the top, also those not loaded."""
        found: list[tuple[int, int]] = []
        for part in sorted(self.selectionModel().selection().toList(), key=QItemSelectionRange.top):
            first = max(part.top(), sum(found[-1]) if found else 0)
            if part.bottom() >= first:
                found.append((first, part.bottom() - first + 1))
        return found

    def chosen_count(self) -> int:
        """Count the selected rows."""
        return sum(many for _first, many in self.chosen_stretches())

    def chosen_ids(self) -> list[str]:
        """Return the ids of the selected rows that are at hand."""
        stretches = self.chosen_stretches()
        rows = (self._rows.row_at_hand(row) for first, many in stretches for row in range(first, first + many))
        return [row.delegation.id for row in rows if row is not None]

    def choose_many(self, delegation_ids: Sequence[str]) -> None:
        """Select these rows too, as far as they are at hand; the current one stays."""
        places = self._rows.places()
        chosen = QItemSelection()
        for delegation_id in delegation_ids:
            if (place := places.get(delegation_id)) is not None:
                chosen.select(self._rows.index(place, 0), self._rows.index(place, 0))
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().select(chosen, flags)

    def choose(self, delegation_id: str) -> bool:
        """Make a delegation current, without moving the focus; False when it is not among the rows at hand."""
        self._chosen_id = delegation_id
        found = self._rows.find(delegation_id) if delegation_id else None
        if found is None:
            return False
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self._rows.index(found, 0), flags)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter asks for the detail; the arrows move as everywhere."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.detail_wanted.emit()
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: letters are shortcuts of the screen, not a search in the first column."""

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row: DelegationRow | None = self._rows.row_at(current.row()) if current.isValid() else None
        if row is None:
            return
        self._chosen_id = row.delegation.id
        self.row_chosen.emit(row)
