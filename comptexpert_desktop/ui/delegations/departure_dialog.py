"""Ask for the last word before a collaborateur leaves a firm: everything that ends, by name, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QDateEdit, QHBoxLayout, QListWidget, QRadioButton

from comptexpert_desktop.ui import wording
from comptexpert_desktop.ui.delegations.departure_words import consequence, others, verb
from comptexpert_desktop.ui.theme import SPACE
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import quiet
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.usecases.departure import Leaving

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.ui.labels import Labels
    from comptexpert_desktop.ui.theme_tokens import Tone
    from comptexpert_desktop.usecases.departure import Departure

DEPARTURE_NOTE = "Départ du cabinet"
"""What the register and the person read of what a departure ends."""
USUAL_DAYS = 30
FARTHEST_DAYS = 366


class DepartureDialog(Question):
    """Lists what is revoked and what is refused in one firm; other firms do not change."""

    record_wanted = Signal(object)
    """The record of this departure is wanted as a file; the `Leaving` as it is chosen now."""

    def __init__(self, parent: QWidget, *, agreed: Departure, labels: Labels, today: date) -> None:
        super().__init__(
            parent,
            title=f"Départ de {agreed.person.display_name}{wording.NBSP}?",
            text=f"Tout ce que cette personne peut faire, ou demande, dans {agreed.firm.name}.",
            action="Révoquer",
            tone="danger",
        )
        self.setObjectName("departureDialog")
        self.setMinimumWidth(SPACE * 140)
        self._agreed, self._today = agreed, today
        self._now = QRadioButton("Aujourd’hui")
        self._later = QRadioButton("À la fin de ce jour")
        self._day = QDateEdit()
        self._suspends = QCheckBox("Suspendre ses droits dès maintenant")
        self._said = PlainLabel()
        self._said.setObjectName("departureSummary")
        self.confirm_button.setEnabled(bool(agreed.size))
        if agreed.size:
            self._list(labels)
        self._ask_when()
        self.body.addWidget(self._said)
        if said := others(agreed):
            self.body.addWidget(PlainLabel(said))
        self.record_button = quiet("Enregistrer le récapitulatif (PDF)", name="departureRecordButton", icon="file")
        self.record_button.clicked.connect(self._want_record)
        self.record_button.setEnabled(bool(agreed.size))
        self.body.addWidget(self.record_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._told = Banner(name="departureBanner", parent=self)
        self.body.addWidget(self._told)
        self._refresh()
        self.cancel_button.setFocus()

    def leaving(self) -> Leaving:
        """Return when and how it ends."""
        if self._now.isChecked():
            return Leaving(note=DEPARTURE_NOTE)
        found = self._day.date()
        last = self._today.replace(year=found.year(), month=found.month(), day=found.day())
        return Leaving(last_day=last, suspends=self._suspends.isChecked(), note=DEPARTURE_NOTE)

    def tell(self, said: str, tone: Tone) -> None:
        """Say what came of the record."""
        self._told.show_message(said, tone=tone)

    def _want_record(self) -> None:
        self.record_wanted.emit(self.leaving())

    def _list(self, labels: Labels) -> None:
        names = QListWidget()
        names.setObjectName("departureLines")
        names.setAccessibleName("Ce qui prend fin")
        names.setWordWrap(True)
        names.setMinimumHeight(SPACE * 24)
        revoked, refused = self._agreed.revoked, self._agreed.refused
        names.addItems([f"Droit{wording.NBSP}: {labels.service_and_rights(one.delegation)}" for one in revoked.rows])
        names.addItems([f"Demande{wording.NBSP}: {labels.service_and_rights(one.delegation)}" for one in refused.rows])
        names.setCurrentRow(0)
        self.body.addWidget(names)

    def _ask_when(self) -> None:
        self._now.setObjectName("departureNow")
        self._later.setObjectName("departureLater")
        self._suspends.setObjectName("departureSuspends")
        self._day.setObjectName("departureDay")
        self._day.setAccessibleName("Dernier jour")
        self._day.setCalendarPopup(True)
        self._day.setDisplayFormat("dd/MM/yyyy")
        self._day.setDateRange(_qdate(self._today + timedelta(days=1)), _qdate(self._today + _FARTHEST))
        self._day.setDate(_qdate(self._today + timedelta(days=USUAL_DAYS)))
        self._choices = QButtonGroup(self)
        for each in (self._now, self._later):
            self._choices.addButton(each)
        self._now.setChecked(True)
        line = QHBoxLayout()
        line.setSpacing(SPACE * 3)
        for part in (self._now, self._later, self._day):
            line.addWidget(part)
            part.setEnabled(bool(self._agreed.revoked.rows))
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addWidget(self._suspends)
        self._later.toggled.connect(self._refresh)
        self._suspends.toggled.connect(self._refresh)
        self._day.dateChanged.connect(self._choose_later)

    def _choose_later(self) -> None:
        self._later.setChecked(True)
        self._refresh()

    def _refresh(self) -> None:
        later = self._later.isChecked()
        self._suspends.setEnabled(later and bool(self._agreed.revoked.rows))
        self._said.setText(consequence(self._agreed, self.leaving()))
        total = wording.number(self._agreed.size)
        word = verb(self._agreed, self.leaving())
        self.confirm_button.setText(f"{word} ({total})" if self._agreed.size else word)


def _qdate(value: date) -> QDate:
    return QDate(value.year, value.month, value.day)


_FARTHEST = timedelta(days=FARTHEST_DAYS)
