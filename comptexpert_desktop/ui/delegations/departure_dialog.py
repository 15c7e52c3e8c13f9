"""Ask for the last word before a collaborateur leaves a firm: everything that ends, by name, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QListWidget, QRadioButton

from comptexpert_desktop.domain.delegation_rules import MAX_AHEAD_DAYS
from comptexpert_desktop.domain.handover import handed
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations.departure_words import consequence, others, verb
from comptexpert_desktop.ui.delegations.handover_pane import HandoverPane
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.day import Day
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.restyle import set_style
from comptexpert_desktop.usecases.firm.departure import Leaving
from comptexpert_desktop.usecases.firm.handover import Leftovers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.handover import Handed
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.usecases.firm.departure import Departure

DEPARTURE_NOTE = "Départ du cabinet"
"""What the register and the person read of what a departure ends."""
USUAL_DAYS = 30
FARTHEST_DAYS = 366
_LINE, _VISIBLE = SPACE * 12, 5
"""The room of a line that wraps once, and how many lines are seen before the list scrolls."""


class DepartureDialog(Question):
    """Lists what is revoked and what is refused in one firm, and in the others that are ticked."""

    def __init__(
        self,
        parent: QWidget,
        *,
        agreed: Departure,
        labels: Labels,
        today: date,
        elsewhere: Sequence[Departure] = (),
        everywhere: bool = False,
        leftovers: Leftovers | None = None,
    ) -> None:
        """Ask about one firm; `elsewhere` are the others that the person may leave with it, ticked if `everywhere`.

        `leftovers` is what the cabinets would be left without.
        """
        super().__init__(
            parent,
            title=f"Départ de {agreed.person.display_name}{wording.NBSP}?",
            text="Tout ce que cette personne peut faire, ou demande, dans les cabinets cochés."
            if everywhere and elsewhere
            else f"Tout ce que cette personne peut faire, ou demande, dans {agreed.firm.name}.",
            action="Révoquer",
            tone="danger",
        )
        self.setObjectName("departureDialog")
        screen_room.widen(self, SPACE * 140)
        self._agreed, self._today = agreed, today
        self._elsewhere = tuple((one, _firm_box(one)) for one in elsewhere)
        self._now = QRadioButton("Aujourd’hui")
        self._later = QRadioButton("À la fin de ce jour")
        self._day = Day(name="departureDay", calendar=True)
        self._suspends = Check("Suspendre ses droits dès maintenant")
        self._leftovers = leftovers or Leftovers()
        self.handover = HandoverPane(self._leftovers, labels=labels)
        self._said = PlainLabel()
        self._said.setObjectName("departureSummary")
        if agreed.size:
            self._list(labels)
        for _one, box in self._elsewhere:
            self.body.addWidget(box)
            box.setChecked(everywhere)
            box.toggled.connect(self._refresh)
        self._ask_when()
        self.body.addWidget(self._said)
        self.body.addWidget(self.handover)
        self.handover.changed.connect(self._refresh)
        if said := others(agreed):
            self.body.addWidget(PlainLabel(said))
        self._refresh()
        self.cancel_button.setFocus()

    def agreed(self) -> tuple[Departure, ...]:
        """Return what ends, firm by firm."""
        return (self._agreed, *(one for one, box in self._elsewhere if box.isChecked()))

    def leaving(self) -> Leaving:
        """Return when and how it ends."""
        if self._now.isChecked() or self._day.day() is None:
            return Leaving(note=DEPARTURE_NOTE)
        return Leaving(last_day=self._day.day(), suspends=self._suspends.isChecked(), note=DEPARTURE_NOTE)

    def given(self) -> tuple[Handed, ...]:
        """Return what colleagues take over: from the day after the last one, or at once."""
        last = self.leaving().last_day
        latest = self._today + timedelta(days=MAX_AHEAD_DAYS)
        first = None if last is None else min(last + timedelta(days=1), latest)
        entrusted = self.handover.entrusted()
        return handed(entrusted, first_day=first, today=self._today, max_days=self._leftovers.max_days)

    def _list(self, labels: Labels) -> None:
        names = QListWidget()
        names.setObjectName("departureLines")
        names.setAccessibleName("Ce qui prend fin")
        names.setWordWrap(True)
        names.setSpacing(SPACE // 2)
        revoked, refused = self._agreed.revoked, self._agreed.refused
        names.addItems([f"Droit{wording.NBSP}: {labels.service_and_rights(one.delegation)}" for one in revoked.rows])
        names.addItems([f"Demande{wording.NBSP}: {labels.service_and_rights(one.delegation)}" for one in refused.rows])
        names.setCurrentRow(0)
        room = _LINE * min(names.count(), _VISIBLE)
        names.setMinimumHeight(min(room, SPACE * 24))
        names.setMaximumHeight(room)
        self.body.addWidget(names)

    def _ask_when(self) -> None:
        self._now.setObjectName("departureNow")
        self._later.setObjectName("departureLater")
        self._suspends.setObjectName("departureSuspends")
        self._day.setAccessibleName("Dernier jour")
        self._day.set_range(self._today + timedelta(days=1), self._today + timedelta(days=FARTHEST_DAYS))
        self._day.set_day(self._today + timedelta(days=USUAL_DAYS))
        self._choices = QButtonGroup(self)
        for each in (self._now, self._later):
            self._choices.addButton(each)
        self._now.setChecked(True)
        line = QHBoxLayout()
        line.setSpacing(SPACE * 3)
        for part in (self._now, self._later, self._day):
            line.addWidget(part)
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addWidget(self._suspends)
        self._later.toggled.connect(self._refresh)
        self._suspends.toggled.connect(self._refresh)
        self._day.changed.connect(self._choose_later)

    def _choose_later(self) -> None:
        self._later.setChecked(True)
        self._refresh()

    def _refresh(self) -> None:
        later = self._later.isChecked()
        is_wrong = later and self._day.day() is None
        self.handover.show_firms({one.firm.id for one in self.agreed()})
        size = sum(one.size for one in self.agreed())
        self.confirm_button.setEnabled(bool(size) and not is_wrong and self.handover.is_compared())
        set_style(self._day, invalid=is_wrong)
        if is_wrong:
            self._said.setText(
                f"Choisissez un jour entre {wording.day(self._today + timedelta(days=1))} et "
                f"{wording.day(self._today + timedelta(days=FARTHEST_DAYS))}."
            )
            return
        ends_rights = any(one.revoked.rows for one in self.agreed())
        for part in (self._now, self._later, self._day):
            part.setEnabled(ends_rights)
        self._suspends.setEnabled(later and ends_rights)
        self._said.setText(consequence(self.agreed(), self.leaving()))
        word = verb(self.agreed(), self.leaving())
        self.confirm_button.setText(f"{word} ({wording.number(size + len(self.given()))})" if size else word)
        self.changed.emit()


def _firm_box(one: Departure) -> Check:
    """Offer another firm, with what would end there."""
    size = wording.count(one.size, "ligne")
    box = Check(f"Aussi dans {one.firm.name} ({size})".replace("&", "&&"))
    box.setObjectName(f"departure-{one.firm.id}")
    return box
