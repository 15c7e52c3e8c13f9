"""Choose one thing of a long list by typing: the keyboard stays in the field, the list follows.

The list stands below the field rather than in a window of its own: it never steals the focus, never hides
what is around it, and a screen reader finds it where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListView, QVBoxLayout, QWidget

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.suggestion_delegate import Roles, SuggestionDelegate, row_height

if TYPE_CHECKING:
    from collections.abc import Sequence

Index = QModelIndex | QPersistentModelIndex

VISIBLE_ROWS = 6


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """One line of the list; `key` is what the screen gets back."""

    key: object
    title: str
    detail: str = ""
    icon: str = ""


class SuggestionModel(QAbstractListModel):
    """The rows now suggested."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: tuple[SuggestionRow, ...] = ()

    def set_rows(self, rows: Sequence[SuggestionRow]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row(self, number: int) -> SuggestionRow:
        """Return one row."""
        return self._rows[number]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's signature
        """Count the rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give the words of a row."""
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Roles.DETAIL:
            return row.detail
        if role == Roles.ICON:
            return row.icon
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.title}, {row.detail}" if row.detail else row.title
        return None


class TypeaheadEdit(QWidget):
    """A field and its suggestions: ↓ ↑ move, Enter chooses, Esc closes."""

    queried = Signal(str)
    """The text to search, once the person paused; empty when there is nothing to search."""
    chosen = Signal(object)
    """The key of the row that was chosen."""
    edited = Signal()
    """The text changed: what was chosen before no longer holds."""

    def __init__(
        self,
        *,
        edit_name: str,
        list_name: str,
        placeholder: str = "",
        delay_ms: int = 60,
        minimum: int = 2,
        offers_at_once: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Build the field; with `offers_at_once` it asks for a first list before anything is typed."""
        super().__init__(parent)
        self._offers_at_once = offers_at_once
        self.edit = QLineEdit()
        self.edit.setObjectName(edit_name)
        self.edit.setPlaceholderText(placeholder)
        self.edit.setMaxLength(120)
        self.list = QListView()
        self.list.setObjectName(list_name)
        self.list.setAccessibleName("Suggestions")
        self.status = PlainLabel(role="hint")
        self._model = SuggestionModel(self)
        self._minimum = minimum
        self._moved_to: object = None
        """The key of the line to which the person moved: it stays theirs when the list is filled anew."""
        self._timer = QTimer(self, singleShot=True, interval=delay_ms)
        self._timer.timeout.connect(self._ask)
        self._build()

    def set_delay(self, milliseconds: int) -> None:
        """Change how long a pause in typing must be before a search."""
        self._timer.setInterval(milliseconds)

    def set_rows(self, rows: Sequence[SuggestionRow], *, status: str = "") -> None:
        """Show what was found, and a line about it (how many, which copy of the list)."""
        moved_to = self._moved_to
        kept = next((rank for rank, row in enumerate(rows) if row.key == moved_to), 0) if moved_to is not None else 0
        self._model.set_rows(rows)
        self.list.setVisible(bool(rows))
        self.list.setFixedHeight(min(len(rows), VISIBLE_ROWS) * row_height() + 10)
        self.set_status(status, said=f"{status} {self._spoken_row(kept)}".strip() if rows else status)
        if rows:
            self.list.setCurrentIndex(self._model.index(kept))
            self.list.scrollTo(self._model.index(kept))
        if not kept:
            self._moved_to = None

    def set_status(self, text: str, *, said: str = "") -> None:
        """Say something below the list; aloud in other words where those below need the eye."""
        self.status.setText(text)
        self.status.setVisible(bool(text))
        accessible.tell(self.edit, said or text)

    def set_chosen_text(self, text: str) -> None:
        """Show the choice in the field and close the list; nothing is searched."""
        self._timer.stop()
        self.edit.setText(text)
        self.close_list()

    def close_list(self) -> None:
        """Hide the suggestions."""
        self.list.hide()
        self.set_status("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the keyboard drive the list from the field."""
        if watched is self.edit and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._press(event.key())
        return super().eventFilter(watched, event)

    def _press(self, key: int) -> bool:
        if self.list.isHidden():
            text = self.edit.text().strip()
            if key == Qt.Key.Key_Down and (len(text) >= self._minimum or (self._offers_at_once and not text)):
                self._ask()
                return True
            return False
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}:
            self._move(key)
            return True
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._choose(self.list.currentIndex())
            return True
        if key == Qt.Key.Key_Escape:
            self.close_list()
            return True
        return False

    def _move(self, key: int) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: VISIBLE_ROWS}.get(
            Qt.Key(key), -VISIBLE_ROWS
        )
        last = self._model.rowCount() - 1
        row = max(0, min(last, self.list.currentIndex().row() + step))
        self.list.setCurrentIndex(self._model.index(row))
        self._moved_to = self._model.row(row).key
        accessible.tell(self.edit, self._spoken_row(row))

    def _spoken_row(self, row: int) -> str:
        """Say which line Enter would choose, and its place: nothing is chosen that was not heard."""
        words = self._model.data(self._model.index(row), Qt.ItemDataRole.AccessibleTextRole)
        return f"{row + 1} sur {self._model.rowCount()}{wording.NBSP}: {words}"

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self._model.row(index.row()).key)

    def _edited(self) -> None:
        self._moved_to = None
        self.edited.emit()
        self._timer.start()

    def _ask(self) -> None:
        text = self.edit.text().strip()
        if len(text) < self._minimum:
            self.close_list()
            text = ""
        self.queried.emit(text)

    def _build(self) -> None:
        self.edit.textEdited.connect(self._edited)
        self.edit.installEventFilter(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(SuggestionDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.clicked.connect(self._choose)
        self.list.hide()
        self.status.hide()
        self.setFocusProxy(self.edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self.edit, self.list, self.status):
            column.addWidget(part)
