"""Ask who decides for whom, from when, until when and why; the dialog returns it and does nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit

from comptexpert_desktop.domain import firm_rules
from comptexpert_desktop.presentation import days, messages
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.day import Day
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.firm import Expert

_MAX_REASON = 500
_FARTHEST_DAYS = firm_rules.MAX_AHEAD_DAYS + firm_rules.MAX_ABSENCE_DAYS


@dataclass(frozen=True, slots=True)
class RequestedAbsence:
    """What was chosen: a colleague's entry, the last day, and why."""

    other: str
    other_name: str
    starts_on: date | None
    """None is as soon as the cover may begin."""
    ends_on: date
    reason: str


class AbsenceDialog(Question):
    """A colleague, two days, a reason."""

    def __init__(
        self,
        parent: QWidget,
        *,
        title: str,
        text: str,
        action: str,
        label: str,
        colleagues: Sequence[Expert],
        earliest: date,
    ) -> None:
        super().__init__(parent, title=title, text=text, action=action, tone="primary")
        self.setObjectName("absenceDialog")
        screen_room.widen(self, SPACE * 130)
        self._earliest = earliest
        self._colleagues = tuple(colleagues)
        self._other, self._reason = Choice(), QPlainTextEdit()
        self._from, self._until = Day(calendar=True), Day(calendar=True)
        self._other.addItems([one.display_name for one in self._colleagues])
        self._from.set_range(earliest, earliest + timedelta(days=firm_rules.MAX_AHEAD_DAYS))
        self._from.set_day(earliest)
        self._until.set_range(earliest, earliest + timedelta(days=_FARTHEST_DAYS))
        self._reason.setTabChangesFocus(True)
        self._reason.setFixedHeight(SPACE * 20)
        self.fields = {
            "other": Field(label, self._other, name="absenceColleagueBox"),
            "starts_on": Field("&Premier jour", self._from, hint=self._starts(), name="absenceStartEdit"),
            "ends_on": Field("&Dernier jour", self._until, hint=self._bounds(), name="absenceEndEdit"),
            "reason": Field("&Motif", self._reason, hint="Au moins 10\u00a0caractères.", name="absenceReasonEdit"),
        }
        for field in self.fields.values():
            self.body.addWidget(field)
        self._until.changed.connect(self.fields["ends_on"].clear_error)
        self._from.changed.connect(self._follow_start)
        self._other.setFocus()

    def requested(self) -> RequestedAbsence | None:
        """Return what was chosen; None while something is missing."""
        other = self._chosen()
        starts_on, ends_on = self._from.typed(), self._until.typed()
        if other is None or starts_on is None or ends_on is None:
            return None
        return RequestedAbsence(
            other.entry_id,
            other.display_name,
            starts_on if starts_on > self._earliest else None,
            ends_on,
            self._reason.toPlainText().strip()[:_MAX_REASON],
        )

    def accept(self) -> None:
        """Close when everything is there, or show what is not."""
        other = self._chosen()
        problems = firm_rules.absence_problems(
            other=other.entry_id if other else "",
            starts_on=self._from.typed(),
            ends_on=self._until.typed(),
            reason=self._reason.toPlainText(),
            earliest=self._earliest,
        )
        for field in self.fields.values():
            field.clear_error()
        for problem in reversed(problems):
            bounds = {"starts_on": self._starts(), "ends_on": self._bounds()}.get(problem.field)
            self.fields[problem.field].set_error(bounds or messages.for_field(problem.code))
            self.fields[problem.field].focus_input()
        if not problems:
            super().accept()

    def _follow_start(self) -> None:
        for name in ("starts_on", "ends_on"):
            self.fields[name].clear_error()
        self.fields["ends_on"].set_hint(self._bounds())

    def _starts(self) -> str:
        latest = self._earliest + timedelta(days=firm_rules.MAX_AHEAD_DAYS)
        return f"Du {days.written(self._earliest)} au {days.written(latest)}."

    def _bounds(self) -> str:
        first = self._from.day() or self._earliest
        latest = first + timedelta(days=firm_rules.MAX_ABSENCE_DAYS)
        return f"Du {days.written(first)} au {days.written(latest)}."

    def _chosen(self) -> Expert | None:
        index = self._other.currentIndex()
        return self._colleagues[index] if 0 <= index < len(self._colleagues) else None
