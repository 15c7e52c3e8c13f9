"""A short list of which one line is chosen: nothing is chosen until the person does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.widgets.suggestion_delegate import SuggestionDelegate, row_height
from comptexpert_desktop.ui.widgets.typeahead_edit import SuggestionModel, SuggestionRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

_FIRST_MOVES = {Qt.Key.Key_Down: 0, Qt.Key.Key_Home: 0, Qt.Key.Key_Up: -1, Qt.Key.Key_End: -1}


class ChoiceList(QListView):
    """Every line visible, ↓ ↑ to choose, Enter to go on."""

    chosen = Signal(object)
    """The key of the line that the person just chose."""

    def __init__(self, rows: Sequence[SuggestionRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = [row.key for row in rows]
        model = SuggestionModel(self)
        model.set_rows(rows)
        self.setModel(model)
        self.setItemDelegate(SuggestionDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(row_height() * len(rows) + 10)
        self.selectionModel().selectionChanged.connect(self._tell)

    def choose(self, key: object) -> None:
        """Light a line, or none, without telling anybody."""
        self.selectionModel().blockSignals(True)
        self.selectionModel().clear()
        if key in self._keys:
            self._light(self._keys.index(key))
        self.selectionModel().blockSignals(False)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the first key of movement choose a line; leave Enter to the page."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.ignore()
        elif event.key() in _FIRST_MOVES and not self.selectionModel().hasSelection():
            row = _FIRST_MOVES[Qt.Key(event.key())] % len(self._keys)
            is_where_it_was = self.currentIndex().row() == row
            self._light(row)
            if is_where_it_was:  # nothing moves, so nothing would be read
                spoken = self.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
                accessible.tell_value(self, str(spoken))
        else:
            super().keyPressEvent(event)

    def _light(self, row: int) -> None:
        index: QModelIndex = self.model().index(row, 0)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _tell(self) -> None:
        rows = self.selectionModel().selectedIndexes()
        if rows:
            self.chosen.emit(self._keys[rows[0].row()])
