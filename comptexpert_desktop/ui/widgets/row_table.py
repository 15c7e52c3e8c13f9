"""A table of whole rows: Home and End select the first and the last, letters are keys of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QTableView

from comptexpert_desktop.ui.widgets.actions import single_keys_act

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent

_NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate
_TOGGLE = QItemSelectionModel.SelectionFlag.Toggle | QItemSelectionModel.SelectionFlag.Rows
_STEPS = {int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_Up): -1}
_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class RowTable(QTableView):
    """Moves by rows: Qt's own Home stays in the row, and its Ctrl+Home moves without selecting."""

    _is_marking = False
    """Rows are marked one by one: the arrows leave the marks."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select the first or the last row with Home and End; with Shift, extend as everywhere."""
        if self._is_marking and not event.modifiers() and event.key() in _STEPS:
            self._move(self.currentIndex().row() + _STEPS[event.key()])
            return
        if event.key() != Qt.Key.Key_X:
            self._is_marking = self._is_marking and event.key() in (Qt.Key.Key_Control, Qt.Key.Key_Shift)
        is_extending = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        rows = self.model().rowCount()
        if event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End} and not is_extending and rows:
            row = 0 if event.key() == Qt.Key.Key_Home else rows - 1
            self.selectionModel().setCurrentIndex(self.model().index(row, 0), _SELECT)
            return
        super().keyPressEvent(event)

    def mark(self) -> None:
        """Add the row of the keyboard to those that are selected, or take it out; then go to the next one."""
        if self.selectionMode() is not QTableView.SelectionMode.ExtendedSelection or not self.model().rowCount():
            return
        rows, index = self.selectionModel(), self.currentIndex()
        if not self._is_marking and rows.isSelected(index):
            self._is_marking = True  # the row that was selected is the first mark
        else:
            self._is_marking = True
            rows.select(index, _TOGGLE)
        self._move(index.row() + 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select as everywhere: the marks end with a click."""
        self._is_marking = False
        super().mousePressEvent(event)

    def _move(self, row: int) -> None:
        """Take the keyboard to a row without selecting it."""
        if 0 <= row < self.model().rowCount():
            self.selectionModel().setCurrentIndex(self.model().index(row, 0), _NO_UPDATE)

    def keyboardSearch(self, search: str) -> None:
        """Go to the row that begins so where letters are left to what one types; else they are keys of the screen."""
        if not single_keys_act():
            super().keyboardSearch(search)
