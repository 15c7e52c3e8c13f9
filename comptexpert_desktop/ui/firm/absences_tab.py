"""« Absences »: who decides for whom, until when, and how to change that (BR-24)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from comptexpert_desktop.domain import firm_rules
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.firm import words
from comptexpert_desktop.ui.firm.rows import Row, Rows, permit
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtWidgets import QPushButton

    from comptexpert_desktop.domain.firm import Absence
    from comptexpert_desktop.presentation.firm.view import View

_MAX_PAST = 10


class AbsencesTab(Page):
    """What runs, what may be asked, what is over."""

    declare_requested = Signal()
    ask_requested = Signal()
    object_requested = Signal(object)
    """The Absence whose cover is refused."""
    end_requested = Signal(object)
    """The Absence whose cover ends now."""

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("firmAbsences")
        self._clock = clock
        self._current, self._past = Rows(), Rows()
        self.declare_button = secondary("Déclarer mon absence…", name="declareAbsenceButton", icon="calendar")
        self.ask_button = secondary("Demander à suppléer un confrère…", name="askCoverButton", icon="users")
        self._why_declare, self._why_ask = PlainLabel(role="hint"), PlainLabel(role="hint")
        self.declare_button.clicked.connect(self.declare_requested)
        self.ask_button.clicked.connect(self.ask_requested)
        self._build()

    def show_view(self, view: View) -> None:
        """Show the absences of a cabinet."""
        absences = view.page.absences
        current = [one for one in absences if firm_rules.is_open(one)]
        past = [one for one in absences if not firm_rules.is_open(one)][:_MAX_PAST]
        self._current.fill([self._row(one, view=view) for one in current], instead=_NOBODY)
        self._past.fill([self._row(one, view=view) for one in past], instead=_NO_PAST)
        for button, label, reason in (
            (self.declare_button, self._why_declare, why_not_declare(view)),
            (self.ask_button, self._why_ask, why_not_ask(view)),
        ):
            permit(button, reason)
            label.setText(f"Pourquoi{wording.NBSP}? {reason}" if reason else "")
            label.setVisible(bool(reason))

    def _row(self, absence: Absence, *, view: View) -> Row:
        buttons: list[QPushButton] = []
        person = absence.absent.display_name
        if firm_rules.may_object(absence, entry_id=view.my_entry):
            refuse = secondary("M’y opposer…", name=f"object-{absence.id}", icon="ban")
            refuse.setAccessibleName(f"M’opposer à ce que {words.absence_title(absence)}")
            refuse.clicked.connect(partial(self._emit_object, absence))
            buttons.append(refuse)
        if firm_rules.may_end(absence, entry_id=view.my_entry):
            end = secondary("Mettre fin…", name=f"end-{absence.id}", icon="close")
            end.setAccessibleName(f"Mettre fin à la suppléance {wording.of(person)}")
            end.clicked.connect(partial(self._emit_end, absence))
            buttons.append(end)
        for button in buttons:
            permit(button, view.why_not)
        lines = words.absence_lines(absence, now=self._clock())
        return Row(words.absence_title(absence), lines, looks=[words.ABSENCES[absence.status]], buttons=buttons)

    def _emit_object(self, absence: Absence, *_clicked: bool) -> None:
        self.object_requested.emit(absence)

    def _emit_end(self, absence: Absence, *_clicked: bool) -> None:
        self.end_requested.emit(absence)

    def _build(self) -> None:
        current = Card("Qui décide pour qui")
        current.add(self._current)
        mine = Card("Vous vous absentez")
        mine.add(PlainLabel(words.NAMING_RULE, role="muted"))
        mine.add(_action(self.declare_button, self._why_declare))
        other = Card("Un confrère est absent")
        other.add(PlainLabel(words.COVER_RULE, role="muted"))
        other.add(_action(self.ask_button, self._why_ask))
        past = Card("Absences passées")
        past.add(self._past)
        for card in (current, mine, other, past):
            self.body.addWidget(card)


def why_not_declare(view: View) -> str:
    """Say why one's own absence cannot be declared; empty when it can."""
    if view.why_not:
        return view.why_not
    if view.me is None:
        return words.UNNAMED
    if firm_rules.open_absence_of(view.page, entry_id=view.my_entry) is not None:
        return words.ALREADY_AWAY
    return "" if firm_rules.covers_possible(view.page, account_id=view.account_id) else words.NO_COLLEAGUE


def why_not_ask(view: View) -> str:
    """Say why nobody can be covered; empty when somebody can."""
    if view.why_not:
        return view.why_not
    if view.me is None:
        return words.UNNAMED
    return "" if firm_rules.absents_possible(view.page, account_id=view.account_id) else words.ALL_COVERED


def _action(button: QPushButton, why: PlainLabel) -> QVBoxLayout:
    row = QHBoxLayout()
    row.addWidget(button)
    row.addStretch(1)
    column = QVBoxLayout()
    column.setSpacing(SPACE * 2)
    column.addLayout(row)
    column.addWidget(why)
    return column


_NOBODY = "Aucune suppléance en ce moment. Chacun décide pour soi."
_NO_PAST = "Aucune absence passée."
