"""What has not reached the server, and below it what has: two lists with times, and one selected line in both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.outbox.model import OutboxDelegate, OutboxModel, row_height
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.presentation.outbox.lines import OutboxLine, OutboxLines

TICK_MS = 5_000
_MIN_ROWS = 2
"""Lines that a list shows at least, where it has them, before it scrolls."""
_ALL_ROOM = 1000
"""The list takes the room up to its last line; the rest stays empty below it."""
UNSENT, SENT = "Pas encore transmis", "Transmis"


class OutboxList(QWidget):
    """A heading that counts, and the lines below it."""

    def __init__(self, title: str, *, name: str, clock: Callable[[], datetime], stays: bool = False) -> None:
        """Build the list; one that `stays` is there without a line too."""
        super().__init__()
        self._stays = stays
        self._title = title
        self.heading = PlainLabel(title, role="strong")
        self.view = QListView()
        self.model = OutboxModel(clock=clock, parent=self)
        self.view.setObjectName(name)
        self.view.setAccessibleName(title)
        self.view.setModel(self.model)
        self.view.setItemDelegate(OutboxDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selection = Selection(self.view, self.model)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.heading)
        column.addWidget(self.view, _ALL_ROOM)
        column.addStretch(1)

    def show_lines(self, shown: tuple[OutboxLine, ...]) -> None:
        """Show other lines."""
        self.model.set_lines(shown)
        self.heading.setText(f"{self._title}{wording.NBSP}({wording.number(len(shown))})")
        self.setVisible(self._stays or bool(shown))
        rows = len(shown) * row_height() + SPACE
        self.view.setMaximumHeight(rows)
        self.view.setMinimumHeight(min(rows, _MIN_ROWS * row_height() + SPACE))

    def selected(self) -> OutboxLine | None:
        """Return the selected line."""
        row = self.selection.row()
        return None if row is None else self.model.line(row)

    def select_any(self, ids: frozenset[str]) -> bool:
        """Select the first line that holds one of these entries: several may have become one. False without one."""
        rows = range(self.model.rowCount())
        return self.selection.select_rows([row for row in rows if ids & {*self.model.line(row).ids}][:1])


class OutboxLists(QWidget):
    """The two lists; a line that is selected in one leaves the other without."""

    changed = Signal()
    """Another line is selected."""

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.unsent = OutboxList(UNSENT, name="outboxList", clock=clock, stays=True)
        self.sent = OutboxList(SENT, name="sentList", clock=clock)
        self._ticker = QTimer(self, interval=TICK_MS)
        self._selects_one = True
        """The person came here, or dropped the selected line: another is selected for them."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 3)
        column.addWidget(self.unsent, 2)
        column.addWidget(self.sent, 1)
        column.addStretch()
        for one, other in ((self.unsent, self.sent), (self.sent, self.unsent)):
            self._ticker.timeout.connect(one.model.tick)
            one.selection.changed.connect(lambda one=one, other=other: self._follow(one, other))

    def begin(self) -> None:
        """Say the waits as they are from now on, and put the keyboard in the first list that has lines."""
        self._ticker.start()
        self.go_on()
        (self.unsent if self.unsent.model.rowCount() or not self.sent.model.rowCount() else self.sent).view.setFocus()

    def selected(self) -> OutboxLine | None:
        """Return the only selected line."""
        return self.unsent.selected() or self.sent.selected()

    def go_on(self) -> None:
        """Select the line at the place of the selected one, once that has left."""
        self._selects_one = True

    def show_lines(self, shown: OutboxLines) -> None:
        """Show other lines; the selected one stays selected, also when it moved to the other list."""
        before, row = self.selected(), self.unsent.selection.row() or self.sent.selection.row() or 0
        was_sent = self.sent.selected() is not None
        self.unsent.show_lines(shown.unsent)
        self.sent.show_lines(shown.sent)
        ids = [before.id, *before.ids] if before is not None else []
        if self.unsent.selection.select(ids[:1]) or self.sent.selection.select(ids[:1]):
            return
        if not was_sent and self.unsent.select_any(frozenset(ids)):
            return
        for one in (self.sent, self.unsent) if was_sent else (self.unsent, self.sent):
            if size := one.model.rowCount():
                selects, self._selects_one = self._selects_one, False
                place = min(row, size - 1)
                one.selection.select_rows([place]) if selects else one.selection.leave_keyboard(place)
                if before is not None and not selects:
                    one.selection.tell_lost()
                break
        self.changed.emit()

    def _follow(self, one: OutboxList, other: OutboxList) -> None:
        if one.selection.count() and other.selection.count():
            other.selection.clear()
        else:
            self.changed.emit()
