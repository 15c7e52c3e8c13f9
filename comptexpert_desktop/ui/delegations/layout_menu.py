"""How the list of delegations is laid out: in lines or as a table, in which order, with which columns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from comptexpert_desktop.ui import accessible

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.ui.delegations.table import DelegationTable

_ORDERS = (
    ("", "Ce qui &presse d’abord", False),
    ("person", "Par p&ersonne", False),
    ("service", "Par &service", False),
    ("valid_until", "Par éc&héance", False),
    ("requested_at", "Les plus récentes d’a&bord", True),
)


class LayoutMenu(QObject):
    """The menu that says how a list is laid out; its choices are kept with the columns."""

    lines_requested = Signal(bool)

    def __init__(self, table: DelegationTable) -> None:
        super().__init__(table)
        self._table = table
        self.menu = QMenu(table)
        accessible.come_back_from(self.menu)
        self.menu.setObjectName("layoutMenu")
        self.menu.setAccessibleName("Présentation de la liste")

    def open_below(self, button: QWidget) -> None:
        """Open the menu below its button."""
        self._fill()
        self.menu.popup(button.mapToGlobal(QPoint(0, button.height())))
        self.menu.setActiveAction(self.menu.actions()[0])

    def open_at(self, place: QPoint) -> None:
        """Open the menu at a place of the screen."""
        self._fill()
        self.menu.popup(place)

    def _fill(self) -> None:
        self.menu.clear()
        forms = QActionGroup(self.menu)
        for title, are_lines in (("&Lignes, dossier à côté", True), ("&Tableau, toute la largeur", False)):
            action = self.menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(self._table.are_lines is are_lines)
            action.triggered.connect(partial(self._choose_form, are_lines))
            forms.addAction(action)
        self.menu.addSeparator()
        orders = QActionGroup(self.menu)
        for key, title, descends in _ORDERS:
            action = self.menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(self._table.sorted_by() == key)
            action.triggered.connect(partial(self._sort, key, descends))
            orders.addAction(action)
        if not self._table.are_lines:
            self._add_columns()

    def _add_columns(self) -> None:
        self.menu.addSeparator()
        for number, column in enumerate(self._table.columns_at_hand):
            action = self.menu.addAction(f"Colonne {column.title}")
            action.setCheckable(True)
            action.setChecked(not self._table.isColumnHidden(number))
            action.setEnabled(number > 0)
            action.toggled.connect(partial(self._table.show_column, number))

    def _choose_form(self, are_lines: bool, *_triggered: bool) -> None:  # noqa: FBT001  the menu's value
        self.lines_requested.emit(are_lines)

    def _sort(self, key: str, descends: bool, *_triggered: bool) -> None:  # noqa: FBT001  the menu's value
        order = Qt.SortOrder.DescendingOrder if descends else Qt.SortOrder.AscendingOrder
        self._table.sort_by(key, order)
