"""The field in which a person chooses the first day of a right: at once, or up to 90 days ahead (BR-34)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from comptexpert_desktop.domain.delegation_rules import MAX_AHEAD_DAYS
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.widgets.day import Day
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtWidgets import QWidget


class StartDay(Field):
    """An empty field is « dès l’accord »; a day out of bounds says which are allowed."""

    changed = Signal()

    def __init__(self, today: date, *, chosen: date | None = None, parent: QWidget | None = None) -> None:
        self._day = Day(calendar=True)
        self._today = today
        self._latest = today + timedelta(days=MAX_AHEAD_DAYS)
        hint = f"Vide{wording.NBSP}: dès l’accord. Au plus tard le {wording.day(self._latest)}."
        super().__init__("&Premier jour", self._day, hint=hint, name="startDayEdit", parent=parent)
        self._day.set_range(today, self._latest)
        self._day.set_day(chosen if chosen is not None and chosen > today else None)
        self._day.changed.connect(self._on_changed)

    def day(self) -> date | None:
        """Return the first day; None is at once, or no day that is allowed."""
        return self._day.day()

    def is_wrong(self) -> bool:
        """Return whether something was typed that is no day that is allowed."""
        return bool(self._day.text().strip()) and self._day.day() is None

    def set_today(self, today: date) -> None:
        """Move the bounds: the form stayed open over midnight."""
        self._today, self._latest = today, today + timedelta(days=MAX_AHEAD_DAYS)
        self._day.set_range(today, self._latest)

    def clear(self) -> None:
        """Begin at once again."""
        self._day.set_day(None)
        self.clear_error()

    def _on_changed(self) -> None:
        if self.is_wrong():
            self.set_error(f"Choisissez un jour jusqu’au {wording.day(self._latest)}, ou aucun.")
        else:
            self.clear_error()
        self.changed.emit()
