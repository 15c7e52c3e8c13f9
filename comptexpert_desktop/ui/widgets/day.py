"""Enter a day: typed, or chosen in a calendar; the one input for dates of the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QCalendarWidget, QFrame, QLineEdit, QVBoxLayout, QWidget

from comptexpert_desktop.presentation import days
from comptexpert_desktop.ui.look.icons import icon
from comptexpert_desktop.ui.widgets import screen_room

if TYPE_CHECKING:
    from datetime import date

_MAX_LENGTH = 14


class Day(QLineEdit):
    """A field that reads « 31/12/2026 » and writes the slashes itself; the wheel never changes it."""

    changed = Signal()
    """The person typed or chose something."""

    def __init__(self, *, name: str = "", calendar: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if name:
            self.setObjectName(name)
        self.setMaxLength(_MAX_LENGTH)
        self.setPlaceholderText("jj/mm/aaaa")
        self._earliest: date | None = None
        self._latest: date | None = None
        self.textEdited.connect(self._on_typed)
        if calendar:
            self._add_calendar()

    def set_range(self, earliest: date, latest: date) -> None:
        """Accept the days from one to another."""
        self._earliest, self._latest = earliest, latest

    def set_day(self, value: date | None) -> None:
        """Show a day."""
        self.setText(days.written(value))

    def typed(self) -> date | None:
        """Return the day that was typed; None when it is no date."""
        return days.parse(self.text())

    def day(self) -> date | None:
        """Return the day that was typed; None when it is no date or is out of range."""
        found = self.typed()
        if found is None or (self._earliest and found < self._earliest) or (self._latest and found > self._latest):
            return None
        return found

    def open_calendar(self) -> Calendar:
        """Show the month of the day at hand, to choose one."""
        calendar = Calendar(self, earliest=self._earliest, latest=self._latest, shown=self.typed())
        calendar.chosen.connect(self._on_chosen)
        calendar.open_below(self)
        return calendar

    def _add_calendar(self) -> None:
        action = QAction(icon("calendar", "muted"), "Choisir dans un calendrier", self)
        action.setShortcuts([QKeySequence("Alt+Down"), QKeySequence("F4")])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(self.open_calendar)
        self.addAction(action, QLineEdit.ActionPosition.TrailingPosition)

    def _on_typed(self, text: str) -> None:
        if self.cursorPosition() == len(text):
            self.setText(days.with_slashes(text))
        self.changed.emit()

    def _on_chosen(self, value: date) -> None:
        self.set_day(value)
        self.setFocus()
        self.changed.emit()


class Calendar(QFrame):
    """A month over the window; a click or Enter chooses a day, Esc closes."""

    chosen = Signal(object)
    """The `date` that was chosen."""

    def __init__(self, owner: QWidget, *, earliest: date | None, latest: date | None, shown: date | None) -> None:
        super().__init__(owner, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.month = QCalendarWidget()
        self.month.setAccessibleName("Calendrier")
        self.month.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.month.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        if earliest is not None and latest is not None:
            self.month.setDateRange(_qdate(earliest), _qdate(latest))
        if shown is not None:
            self.month.setSelectedDate(_qdate(shown))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self.month)
        self.month.activated.connect(self._choose)
        self.month.clicked.connect(self._choose)

    def open_below(self, owner: QWidget) -> None:
        """Stand below a field, or above it near the edge of the screen."""
        self.adjustSize()
        screen = screen_room.available(owner)
        place = owner.mapToGlobal(QPoint(0, owner.height()))
        if place.y() + self.height() > screen.bottom():
            place = owner.mapToGlobal(QPoint(0, -self.height()))
        place.setX(max(screen.left(), min(place.x(), screen.right() - self.width())))
        self.move(place)
        self.show()
        self.month.setFocus()

    def _choose(self, found: QDate) -> None:
        self.chosen.emit(found.toPython())
        self.close()


def _qdate(value: date) -> QDate:
    return QDate(value.year, value.month, value.day)
