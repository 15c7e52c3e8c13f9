"""What nobody else of a cabinet can do, each with the colleague to whom it is entrusted; high risk wants a tick."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.domain.firm import TemplateGrant
from comptexpert_desktop.domain.first_rights import is_high_risk
from comptexpert_desktop.domain.handover import Entrusted
from comptexpert_desktop.presentation.delegations import handover_words
from comptexpert_desktop.presentation.delegations.identity_words import first_right_check
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Collection

    from comptexpert_desktop.domain.delegation import Party
    from comptexpert_desktop.domain.handover import Alone
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.usecases.firm.handover import Left, Leftovers


class _Line(NamedTuple):
    """One right, who may take it, and what is to be ticked when it is of high risk."""

    alone: Alone
    left: Left
    field: Field
    box: Choice
    word: PlainLabel
    tick: Check

    @property
    def is_shown(self) -> bool:
        """Tell whether the person leaves its cabinet."""
        return not self.field.isHidden()

    def chosen(self) -> Party | None:
        """Return the colleague; None while nobody takes it over."""
        return next((one for one in self.left.colleagues if one.account_id == self.box.value()), None)


class HandoverPane(QWidget):
    """Hidden while the cabinets lose nothing that nobody else can do."""

    changed = Signal()

    def __init__(self, leftovers: Leftovers, *, labels: Labels) -> None:
        super().__init__()
        self._labels = labels
        self._heading = PlainLabel(handover_words.TITLE, role="strong")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 2)
        column.addWidget(self._heading)
        column.addWidget(PlainLabel(handover_words.HINT, role="hint"))
        self._lines = [self._line(one, left) for left in leftovers.cabinets for one in left.alone]
        for line in self._lines:
            for part in (line.field, line.word, line.tick):
                column.addWidget(part)
        self.show_firms(())

    def show_firms(self, firm_ids: Collection[str]) -> None:
        """Ask about the cabinets that are left, and no other."""
        for line in self._lines:
            line.field.setVisible(line.alone.firm.id in firm_ids)
            self._follow(line)
        self.setVisible(any(line.is_shown for line in self._lines))

    def entrusted(self) -> tuple[Entrusted, ...]:
        """Return what is entrusted, and to whom."""
        made = ((line, line.chosen()) for line in self._lines if line.is_shown)
        return tuple(Entrusted(line.alone, person) for line, person in made if person is not None)

    def is_compared(self) -> bool:
        """Tell whether all that was to be ticked is."""
        return all(line.tick.isHidden() or line.tick.isChecked() for line in self._lines)

    def _line(self, alone: Alone, left: Left) -> _Line:
        box, word, tick = Choice(), PlainLabel(selectable=True), Check()
        title = handover_words.title(alone, labels=self._labels)
        field = Field(title.replace("&", "&&"), box, name=f"handover-{alone.firm.id}-{alone.service}-{alone.right}")
        box.setAccessibleName(title)
        box.offer([(handover_words.NOBODY, ""), *((one.display_name, one.account_id) for one in left.colleagues)])
        tick.setObjectName(f"handoverTick-{alone.firm.id}-{alone.service}-{alone.right}")
        line = _Line(alone, left, field, box, word, tick)
        box.currentIndexChanged.connect(lambda _row: self._on_chosen(line))
        tick.toggled.connect(self.changed)
        return line

    def _on_chosen(self, line: _Line) -> None:
        line.tick.setChecked(False)
        self._follow(line)
        self.changed.emit()

    def _follow(self, line: _Line) -> None:
        """Ask for a tick of its own where a right of high risk is given."""
        person, alone = line.chosen(), line.alone
        catalogue = self._labels.catalogue
        is_risky = person is not None and is_high_risk(alone.service, (alone.right,), catalogue=catalogue)
        shown = line.is_shown and is_risky and person is not None
        if shown and person is not None:
            given = [TemplateGrant(alone.service, (alone.right,))]
            held = line.left.held.get(person.account_id, ())
            who = person.login_id or person.display_name
            check = first_right_check(given, held=held, who=who, labels=self._labels)
            line.word.setText(check.sentence if check else "")
            line.tick.setText(check.label if check else handover_words.read(person))
        line.word.setVisible(shown and bool(line.word.text()))
        line.tick.setVisible(shown)
