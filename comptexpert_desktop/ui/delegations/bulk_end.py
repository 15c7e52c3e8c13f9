"""Ask until when many rights go on: the longest that each allows, some months more, or one day for all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.domain import periods
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import end_dates
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.day import Day
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from comptexpert_desktop.domain.delegation import DelegationRow
    from comptexpert_desktop.presentation.labels import Labels

MONTHS = (3, 6, 12)
_A_DAY = "day"
_HINT = "Un droit qui ne peut pas aller si loin s’arrête à la date la plus longue qu’il permet."


class BulkEnd(QWidget):
    """A choice, and a date when one day is the same for all."""

    changed = Signal()

    def __init__(self, *, labels: Labels, today: date) -> None:
        super().__init__()
        self._labels, self._today = labels, today
        self.choice, self.day = Choice(name="bulkEndChoice"), Day(name="bulkEndDay", calendar=True)
        months = [(f"{wording.count(number, 'mois', many='mois')} de plus", number) for number in MONTHS]
        self.choice.offer([("La plus longue que chacun permet", None), *months, ("Le même jour pour tous", _A_DAY)])
        self._day_field = Field("&Jour", self.day)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 2)
        column.addWidget(Field("&Nouvelle date de fin", self.choice, hint=_HINT))
        column.addWidget(self._day_field)
        self._day_field.hide()
        self.choice.currentIndexChanged.connect(self._on_choice)
        self.day.changed.connect(self.changed)

    def ends(self, rows: Iterable[DelegationRow]) -> dict[str, date]:
        """Return the last day of each right; one that could not even begin until then is left out."""
        found = ((row.delegation.id, self._end(row)) for row in rows)
        return {delegation_id: until for delegation_id, until in found if until is not None}

    def _end(self, row: DelegationRow) -> date | None:
        delegation, chosen = row.delegation, self.choice.value()
        start = (delegation.valid_until or self._today) + timedelta(days=1)
        days = end_dates.max_days(self._labels, service=delegation.service, rights=delegation.rights)
        limit = periods.latest_day(start, max_days=days)
        if chosen is None:
            return limit
        if isinstance(chosen, int):
            return min(limit, end_dates.add_months(start, months=chosen))
        until = self.day.typed()
        return min(limit, until) if until is not None and until >= start else None

    def _on_choice(self) -> None:
        is_a_day = self.choice.value() == _A_DAY
        self._day_field.setVisible(is_a_day)
        if is_a_day:
            self.day.setFocus()
        self.changed.emit()
