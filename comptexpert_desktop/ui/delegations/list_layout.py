"""Where the list and the case stand: beside each other, or one in place of the other with a way there and back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.ui.delegations.layout_menu import LayoutMenu
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.list_and_detail import ListAndDetail

if TYPE_CHECKING:
    from comptexpert_desktop.settings.window_state import WindowState
    from comptexpert_desktop.ui.delegations.delegation_pane import DelegationPane
    from comptexpert_desktop.ui.delegations.filter_bar import FilterBar
    from comptexpert_desktop.ui.delegations.table import DelegationTable


class ListLayout(QWidget):
    """Lays out the list and the pane; how a person set them is found again."""

    reading_changed = Signal(bool)
    """Whether the case stands in place of the list, and of what narrows the list."""

    def __init__(
        self, table: DelegationTable, pane: DelegationPane, *, filters: FilterBar, state: WindowState, name: str
    ) -> None:
        super().__init__()
        self._table, self._pane, self._state, self._name = table, pane, state, name
        self.menu = LayoutMenu(table)
        self._open = secondary("&Ouvrir le dossier", name="openCaseButton", icon="chevron-right")
        self._open.setToolTip("Ouvrir le dossier de la ligne choisie (touche Entrée)")
        self._list = QWidget()
        self.split = ListAndDetail(self._build_list(), pane, state=state, name=name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.split)
        self._connect(filters)

    def restore(self) -> None:
        """Lay the list out as it was left."""
        self._table.restore_columns(self._state.get(f"{self._name}-columns"))
        self.split.keep_one(is_single=not self._table.are_lines)
        self._show_ways()

    def open_case(self) -> None:
        """Put the keyboard in the case, in place of the list where both have no room."""
        if self._table.selection.count():
            self.split.open_detail()
            self._pane.take_focus()

    def leave_case(self) -> None:
        """Go back to the list."""
        self.split.show_list()
        self._table.setFocus()

    def save(self) -> None:
        """Remember the form of the list, its columns and its order."""
        self._state.put(f"{self._name}-columns", self._table.columns())

    def _build_list(self) -> QWidget:
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._open)
        column = QVBoxLayout(self._list)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 2)
        column.addWidget(self._table, 1)
        column.addLayout(row)
        return self._list

    def _lay_out(self, are_lines: bool) -> None:  # noqa: FBT001  a signal's value
        self._table.show_lines(are_lines=are_lines)
        self.split.keep_one(is_single=not are_lines)
        self._show_ways()
        self._table.setFocus()

    def _show_ways(self) -> None:
        has_one = self.split.has_one
        self._open.setVisible(has_one)
        self._open.setEnabled(bool(self._table.selection.count()))
        self._pane.show_back(is_shown=has_one)
        self.reading_changed.emit(self.split.is_reading)

    def _connect(self, filters: FilterBar) -> None:
        filters.layout_requested.connect(partial(self.menu.open_below, filters.layout_button))
        self.menu.lines_requested.connect(self._lay_out)
        self.split.turned.connect(self._show_ways)
        self._table.selection.changed.connect(self._show_ways)
        self._table.detail_requested.connect(self.open_case)
        self._table.doubleClicked.connect(lambda _index: self.open_case())
        self._open.clicked.connect(self.open_case)
        self._pane.back_requested.connect(self.leave_case)
        self._pane.detail.left.connect(self.leave_case)
