"""Ask who decides for whom, until when and why; the dialog returns what was chosen and does nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit

from comptexpert_desktop.domain import firm_rules
from comptexpert_desktop.presentation import days, messages
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.day import Day
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.firm import Expert

_MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class RequestedAbsence:
    """What was chosen: a colleague's entry, the last day, and why."""

    other: str
    other_name: str
    ends_on: date
    reason: str


class AbsenceDialog(Question):
    """A colleague, a date, a reason."""

    def __init__(
        self,
        parent: QWidget,
        *,
        title: str,
        text: str,
        action: str,
        label: str,
        colleagues: Sequence[Expert],
        starts_on: date,
    ) -> None:
        super().__init__(parent, title=title, text=text, action=action, tone="primary")
        self.setObjectName("absenceDialog")
        self.setMinimumWidth(SPACE * 130)
        self._starts_on = starts_on
        self._colleagues = tuple(colleagues)
        self._other, self._until, self._reason = Choice(), Day(calendar=True), QPlainTextEdit()
        self._other.addItems([one.display_name for one in self._colleagues])
        self._until.set_range(starts_on, starts_on + timedelta(days=firm_rules.MAX_ABSENCE_DAYS))
        self._reason.setTabChangesFocus(True)
        self._reason.setFixedHeight(SPACE * 20)
        self.fields = {
            "other": Field(label, self._other, name="absenceColleagueBox"),
            "ends_on": Field("&Dernier jour", self._until, hint=self._bounds(), name="absenceEndEdit"),
            "reason": Field("&Motif", self._reason, hint="Au moins 10 caractères.", name="absenceReasonEdit"),
        }
        for field in self.fields.values():
            self.body.addWidget(field)
        self._until.changed.connect(self.fields["ends_on"].clear_error)
        self._other.setFocus()

    def requested(self) -> RequestedAbsence | None:
        """Return what was chosen; None while something is missing."""
        other = self._chosen()
        ends_on = self._until.typed()
        if other is None or ends_on is None:
            return None
        return RequestedAbsence(
            other.entry_id, other.display_name, ends_on, self._reason.toPlainText().strip()[:_MAX_REASON]
        )

    def accept(self) -> None:
        """Close when everything is there, or show what is not."""
        other = self._chosen()
        problems = firm_rules.absence_problems(
            other=other.entry_id if other else "",
            ends_on=self._until.typed(),
            reason=self._reason.toPlainText(),
            starts_on=self._starts_on,
        )
        for field in self.fields.values():
            field.clear_error()
        for problem in reversed(problems):
            bounds = problem.field == "ends_on"
            self.fields[problem.field].set_error(self._bounds() if bounds else messages.for_field(problem.code))
            self.fields[problem.field].focus_input()
        if not problems:
            super().accept()

    def _bounds(self) -> str:
        latest = self._starts_on + timedelta(days=firm_rules.MAX_ABSENCE_DAYS)
        return f"Du {days.written(self._starts_on)} au {days.written(latest)}."

    def _chosen(self) -> Expert | None:
        index = self._other.currentIndex()
        return self._colleagues[index] if 0 <= index < len(self._colleagues) else None
