"""Ask on which day of the year the review of the rights opens."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from comptexpert_desktop.domain import firm_rules
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

_NONE = "Aucune date"
_DAYS = 31


class ReviewDayDialog(Question):
    """A day and a month, or none."""

    def __init__(self, parent: QWidget, *, review_on: str) -> None:
        super().__init__(
            parent,
            title="Date de la revue annuelle",
            text="Ce jour-là, la revue s’ouvre d’elle-même et les experts-comptables du cabinet en sont prévenus.",
            action="Enregistrer",
            tone="primary",
        )
        self.setObjectName("reviewDayDialog")
        self._month, self._day = Choice(), Choice()
        self._month.addItems([_NONE, *wording.MONTHS])
        self._day.addItems([str(number) for number in range(1, _DAYS + 1)])
        self._error = PlainLabel(role="error")
        self._error.hide()
        month, _, day = review_on.partition("-")
        self._month.setCurrentIndex(int(month or 0))
        self._day.setCurrentIndex(int(day or 1) - 1)
        row = QHBoxLayout()
        row.addWidget(Field("&Jour", self._day, name="reviewDayBox"))
        row.addWidget(Field("&Mois", self._month, name="reviewMonthBox"), 1)
        self.body.addLayout(row)
        self.body.addWidget(self._error)
        self._month.currentIndexChanged.connect(self._refresh)
        self._day.currentIndexChanged.connect(self._refresh)
        self._refresh()
        (self._day if self._day.isEnabled() else self._month).setFocus()

    def review_on(self) -> str:
        """Return « MM-DD »; empty for no date, and for a day that not every year has."""
        return firm_rules.review_day(day=self._day.currentIndex() + 1, month=self._month.currentIndex())

    def _refresh(self) -> None:
        none = self._month.currentIndex() == 0
        self._day.setEnabled(not none)
        wrong = not none and not self.review_on()
        self._error.setText("Ce jour n’existe pas chaque année." if wrong else "")
        self._error.setVisible(wrong)
        self.confirm_button.setEnabled(not wrong)
