"""The list of delegations: rows of two lines beside the case, or a table with columns; whole rows are selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QByteArray,
    QItemSelectionModel,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QWidget,
)

from comptexpert_desktop.presentation.delegations import words
from comptexpert_desktop.ui.delegations.line_delegate import LineDelegate, row_height
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.row_table import RowTable
from comptexpert_desktop.ui.widgets.selection import Selection
from comptexpert_desktop.ui.widgets.tone_delegate import ToneDelegate
from comptexpert_desktop.ui.widgets.tone_delegate import row_height as one_line

if TYPE_CHECKING:
    from comptexpert_desktop.ui.delegations.model import Column, DelegationTableModel


_CELL_PADDING = 28
_LEFT_OUT_FIRST = ("firm", "requested_at", "valid_until")
_MIN_SCALE = 0.9
"""Narrower than this the table scrolls sideways rather than cutting every word."""
_ICON = QSize(18, 18)
_WIDEST_COLUMN = 320
_LINES, _COLUMNS, _DOWN = "lines", "columns", "-"


class DelegationTable(RowTable):
    """A `delegationTable`; says which rows are selected and when Enter asks for the detail."""

    detail_requested = Signal()

    def __init__(self, model: DelegationTableModel, *, takes_many: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("delegationTable")
        self.setAccessibleName("Délégations")
        self._rows = model
        self._is_set_by_hand, self._is_sharing = False, True
        self.are_lines, self._columns_before = False, ""
        self._tone_delegate, self._line_delegate = ToneDelegate(self), LineDelegate(self)
        self.setModel(model)
        self.setItemDelegate(self._tone_delegate)
        self._set_up_view(takes_many=takes_many)
        self._set_up_headers()
        self.selection = Selection(self, model)

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
        rows.setDefaultSectionSize(one_line())
        columns = self.horizontalHeader()
        columns.setHighlightSections(False)
        # Qt asks of every row whether it is selected, to draw a header; with its own empty selection it asks of none.
        columns.setSelectionModel(QItemSelectionModel(self._rows, self))
        columns.setSortIndicatorClearable(True)
        columns.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        columns.setMinimumSectionSize(theme.scaled(SPACE * 16))
        columns.setResizeContentsPrecision(0)  # the rows on screen: the others are not read
        columns.sectionHandleDoubleClicked.connect(self.resizeColumnToContents)
        columns.sectionResized.connect(self._on_section_resized)
        self.setSortingEnabled(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width between the columns until the person sets one."""
        super().resizeEvent(event)
        if self.are_lines:
            self._fill_width()
        elif not self._is_set_by_hand:
            self._share_width()

    def show_lines(self, *, are_lines: bool) -> None:
        """Show rows of two lines, or columns as they were left."""
        if are_lines is self.are_lines:
            return
        if are_lines:
            self._columns_before = self._column_state()
        self.are_lines = are_lines
        self._rows.show_lines(are_lines=are_lines)
        self.horizontalHeader().setVisible(not are_lines)
        self.setItemDelegate(self._line_delegate if are_lines else self._tone_delegate)
        self.verticalHeader().setDefaultSectionSize(row_height(self.font()) if are_lines else one_line())
        is_scrolling = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if are_lines else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setHorizontalScrollBarPolicy(is_scrolling)
        if are_lines:
            self._fill_width()
        else:
            self._restore_column_state(self._columns_before)
            if not self._is_set_by_hand:
                self._share_width()

    def _fill_width(self) -> None:
        self._is_sharing = True
        for number in range(len(self._rows.columns)):
            self.setColumnHidden(number, number > 0)
        self.setColumnWidth(0, self.viewport().width())
        self._is_sharing = False

    @property
    def columns_at_hand(self) -> tuple[Column, ...]:
        """The columns that may be shown."""
        return self._rows.columns

    def show_column(self, number: int, is_shown: bool) -> None:  # noqa: FBT001  a menu’s value
        """Show a column, or leave it out."""
        self._is_set_by_hand = True
        self.setColumnHidden(number, not is_shown)
        if is_shown and self.columnWidth(number) < theme.scaled(self._rows.columns[number].width):
            self.setColumnWidth(number, theme.scaled(self._rows.columns[number].width))

    def sorted_by(self) -> str:
        """Return the key of the column that gives the order; empty in the natural order."""
        section = self.horizontalHeader().sortIndicatorSection()
        return self._rows.columns[section].key if 0 <= section < len(self._rows.columns) else ""

    def sort_by(self, key: str, order: Qt.SortOrder) -> None:
        """Put the rows in the order of a column; in the natural order when the key is empty."""
        numbers = [number for number, column in enumerate(self._rows.columns) if column.key == key]
        self.horizontalHeader().setSortIndicator(numbers[0] if numbers else -1, order)

    def _share_width(self) -> None:
        """Give each column its share; without room, leave out what the detail pane says too."""
        room = self.viewport().width()
        widths = self._widths(room)
        states = next(number for number, column in enumerate(self._rows.columns) if column.key == "status")
        loudest = self._loudest_width()
        widths[states] = max(widths[states], loudest)
        for key in _LEFT_OUT_FIRST:
            if room < sum(widths.values()) * _MIN_SCALE:
                widths.pop(next(number for number, column in enumerate(self._rows.columns) if column.key == key))
        others = sum(widths.values()) - widths[states]
        state_width = max(loudest, int(widths[states] * room / sum(widths.values())))
        scale = max((room - state_width) / others, _MIN_SCALE)
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

    def _widths(self, room: int) -> dict[int, int]:
        """Measure what the rows on screen say in each column; the usual widths where that has no room."""
        usual = {number: theme.scaled(column.width) for number, column in enumerate(self._rows.columns)}
        said = {
            number: min(max(self.sizeHintForColumn(number), minimum), theme.scaled(_WIDEST_COLUMN))
            for number, minimum in usual.items()
        }
        return said if sum(said.values()) <= room else usual

    def columns(self) -> str:
        """Return how the list is laid out as text: its form, its order, the widths and what is hidden."""
        descends = self.horizontalHeader().sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
        order = f"{self.sorted_by()}{_DOWN if descends else ''}"
        state = self._columns_before if self.are_lines else self._column_state()
        return "|".join((_LINES if self.are_lines else _COLUMNS, order, state))

    def restore_columns(self, text: str) -> None:
        """Lay the list out as `columns` said; in lines the first time."""
        form, _bar, rest = text.partition("|")
        order, _bar, state = rest.partition("|")
        self._restore_column_state(state)
        if order.removesuffix(_DOWN):
            way = Qt.SortOrder.DescendingOrder if order.endswith(_DOWN) else Qt.SortOrder.AscendingOrder
            self.sort_by(order.removesuffix(_DOWN), way)
        self.show_lines(are_lines=form != _COLUMNS)

    def _column_state(self) -> str:
        state = bytes(self.horizontalHeader().saveState().toBase64().data()).decode()
        return f"{int(self._is_set_by_hand)}{state}"

    def _restore_column_state(self, text: str) -> None:
        """Set the columns as they were; the order stays as it is."""
        key, order = self.sorted_by(), self.horizontalHeader().sortIndicatorOrder()
        state = QByteArray.fromBase64(QByteArray(text[1:].encode("ascii", "ignore")))
        if not state.isEmpty() and self.horizontalHeader().restoreState(state):
            self._is_set_by_hand = text[0] == "1"
            self.sort_by(key, order)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter asks for the detail; the arrows move as everywhere."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.detail_requested.emit()
            return
        super().keyPressEvent(event)
