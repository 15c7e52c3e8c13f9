"""Ask for a move: who, what they do in each cabinet from now on, from which day; and show the difference."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout

from comptexpert_desktop.domain import person_move
from comptexpert_desktop.domain.delegation_rules import MAX_AHEAD_DAYS
from comptexpert_desktop.domain.person_move import Role, Steps
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.people import move_words
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.people.move_lines import MoveLines
from comptexpert_desktop.ui.people.person_field import PersonField
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.day import Day
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.restyle import set_style
from comptexpert_desktop.usecases.firm import move

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import Party
    from comptexpert_desktop.domain.firm import Template
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.usecases.firm.move import Mover, Place

_AS_BEFORE, _LEAVES = "", "leaves"
_USUAL_DAYS = 30


class MoveDialog(Question):
    """The person first, then a role for each cabinet, the day, and line by line what that changes."""

    person_chosen = Signal(str)
    """Of whom is to be read what they have; empty when the name was changed."""

    def __init__(self, parent: QWidget, *, labels: Labels, today: date) -> None:
        super().__init__(parent, title=move_words.TITLE, text=move_words.INTRO, action="", tone="primary")
        self.setObjectName("moveDialog")
        screen_room.widen(self, SPACE * 140)
        self._labels, self._today = labels, today
        self._mover: Mover | None = None
        self._roles: dict[str, tuple[Place, Choice]] = {}
        self.person = PersonField()
        self._places = QVBoxLayout()
        self._places.setSpacing(SPACE * 2)
        self._now = QRadioButton("Dès maintenant")
        self._later = QRadioButton("À partir du")
        self._day = Day(name="moveDay", calendar=True)
        self.lines = MoveLines()
        self._said = PlainLabel()
        self._said.setObjectName("moveSummary")
        self._word = PlainLabel(selectable=True)
        self._compared = Check()
        self._build()
        self._refresh()
        self.person.edit.edit.setFocus()

    def offer_people(self, people: Sequence[Party]) -> None:
        """Offer these people to choose from."""
        self.person.offer(people)

    def show_mover(self, mover: Mover) -> None:
        """Show what a person has, and offer the roles of each cabinet; a role already chosen stays."""
        is_other = self._mover is None or self._mover.person != mover.person
        self._mover = mover
        self.person.show_person(mover.person)
        if is_other:
            self.lines.clear_ticks()
            self._clear_places()
        for place in mover.places:
            choice = self._roles[place.firm.id][1] if place.firm.id in self._roles else self._add_place(place)
            self._roles[place.firm.id] = (place, choice)
            choice.offer(_choices(place))
        if is_other and self._roles:
            next(iter(self._roles.values()))[1].setFocus()
        self._refresh()

    def clear_person(self) -> None:
        """Show nobody's rights: the name was changed."""
        self._mover = None
        self._clear_places()
        self._refresh()

    def mover(self) -> Mover | None:
        """Return who moves; None while nobody is chosen."""
        return self._mover

    def last_day(self) -> date | None:
        """Return the last day of what was; None when all changes at once."""
        first = self._day.day() if self._later.isChecked() else None
        return None if first is None else first - timedelta(days=1)

    def steps(self) -> Steps:
        """Return all that is agreed on."""
        mover = self._mover
        if mover is None:
            return Steps()
        return person_move.steps(
            self._difference(mover),
            agreed=self.lines.agreed(),
            roles=self._chosen_roles(),
            last_day=self.last_day(),
            today=self._today,
            account_id=mover.person.account_id,
            note=move.NOTE,
            max_days=mover.max_days,
        )

    def _difference(self, mover: Mover) -> tuple[person_move.Line, ...]:
        last = self.last_day()
        return person_move.difference(
            mover.rows,
            self._chosen_roles(),
            first_day=self._today if last is None else last + timedelta(days=1),
            me=mover.me.account_id,
            why_not=mover.why_not,
        )

    def _chosen_roles(self) -> tuple[Role, ...]:
        found = []
        for place, choice in self._roles.values():
            code = str(choice.value() or "")
            if code == _LEAVES:
                found.append(Role(place.firm))
            elif template := _template(place, code):
                found.append(Role(place.firm, template.grants, template.days))
        return tuple(found)

    def _is_day_wrong(self) -> bool:
        return self._later.isChecked() and self._day.day() is None

    def _refresh(self) -> None:
        mover = self._mover
        lines = self._difference(mover) if mover is not None else ()
        self.lines.show_lines(move_words.shown(lines, last_day=self.last_day(), labels=self._labels))
        self._follow_ticks()

    def _follow_ticks(self) -> None:
        mover, steps = self._mover, self.steps()
        check = move_words.check(steps, mover=mover, labels=self._labels) if mover is not None else None
        self._word.setText(check.sentence if check else "")
        self._word.setVisible(check is not None)
        if check is not None and self._compared.text() != check.label:
            self._compared.setText(check.label)
            self._compared.setChecked(False)
        self._compared.setVisible(check is not None)
        for part in (self._now, self._later, self._day, self._said):
            part.setVisible(mover is not None)
        set_style(self._day, invalid=self._is_day_wrong())
        if self._is_day_wrong():
            self._said.setText(f"Choisissez un jour entre {wording.day(self._first)} et {wording.day(self._last)}.")
        else:
            self._said.setText(move_words.summary(steps, last_day=self.last_day()))
        self.confirm_button.setText(move_words.action(steps))
        is_compared = check is None or self._compared.isChecked()
        self.confirm_button.setEnabled(bool(steps.size) and is_compared and not self._is_day_wrong())
        self.changed.emit()

    # -- Building -------------------------------------------------------------------------------

    def _build(self) -> None:
        self.body.addWidget(self.person)
        self.body.addLayout(self._places)
        self._build_when()
        for part in (self._said, self.lines, self._word, self._compared):
            self.body.addWidget(part)
        self._word.setObjectName("moveWords")
        self._compared.setObjectName("moveWordsCompared")
        self._compared.toggled.connect(self._follow_ticks)
        self.lines.changed.connect(self._follow_ticks)
        self.person.chosen.connect(self._on_person)

    def _build_when(self) -> None:
        self._first, self._last = self._today + timedelta(days=1), self._today + timedelta(days=MAX_AHEAD_DAYS)
        self._now.setObjectName("moveNow")
        self._later.setObjectName("moveLater")
        self._day.setAccessibleName("Premier jour du nouveau rôle")
        self._day.set_range(self._first, self._last)
        self._day.set_day(self._today + timedelta(days=_USUAL_DAYS))
        self._choices = QButtonGroup(self)
        line = QHBoxLayout()
        line.setSpacing(SPACE * 3)
        for button in (self._now, self._later):
            self._choices.addButton(button)
            line.addWidget(button)
        line.addWidget(self._day)
        line.addStretch(1)
        self.body.addLayout(line)
        self._now.setChecked(True)
        self._later.toggled.connect(self._refresh)
        self._day.changed.connect(self._choose_later)

    def _choose_later(self) -> None:
        self._later.setChecked(True)
        self._refresh()

    def _on_person(self, account_id: str) -> None:
        if not account_id and self._mover is not None:
            self.clear_person()
        self.person_chosen.emit(account_id)

    def _add_place(self, place: Place) -> Choice:
        choice = Choice()
        name = place.firm.name.replace("&", "&&")
        self._places.addWidget(Field(name, choice, name=f"moveRole-{place.firm.id}"))
        choice.setAccessibleName(place.firm.name)
        choice.currentIndexChanged.connect(self._refresh)
        return choice

    def _clear_places(self) -> None:
        self._roles.clear()
        while (item := self._places.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


def _choices(place: Place) -> list[tuple[str, object]]:
    first = [(move_words.AS_BEFORE if place.rows else move_words.NO_RIGHT, _AS_BEFORE)]
    if place.rows:
        first.append((move_words.LEAVES, _LEAVES))
    roles = [(one.name, one.code) for one in place.roles]
    return [*first, *roles, *((f"Comme {one.name}", one.code) for one in place.colleagues)]


def _template(place: Place, code: str) -> Template | None:
    return next((one for one in (*place.roles, *place.colleagues) if one.code == code), None)
