"""The box in which a person chooses the end date of a grant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.presentation.delegations import end_dates
from comptexpert_desktop.ui.widgets.choice import Choice

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.presentation.delegations.end_dates import EndDate


class EndDateBox(Choice):
    """Lets a person choose an end date among those that are allowed."""

    def __init__(self, *, label: str = "Date de fin", parent: QWidget | None = None) -> None:
        super().__init__(name="endDateBox", parent=parent)
        self.setAccessibleName(label)
        self._offered: tuple[EndDate, ...] = ()

    def offer_dates(self, *, start: date, max_days: int, asked: date | None = None) -> None:
        """Fill the box; a choice already made is kept when it is still offered."""
        kept = self.chosen()
        self._offered = end_dates.choices(start=start, max_days=max_days, asked=asked)
        labels = [choice.label for choice in self._offered]
        if labels != [self.itemText(row) for row in range(self.count())]:  # else nothing is said of it
            self.clear()
            self.addItems(labels)
        dates = [choice.until for choice in self._offered]
        self.setCurrentIndex(
            dates.index(kept) if kept in dates else end_dates.best(self._offered, start=start, asked=asked)
        )

    def chosen(self) -> date | None:
        """Return the chosen end date."""
        index = self.currentIndex()
        return self._offered[index].until if 0 <= index < len(self._offered) else None
