"""Before a first right of high risk is granted by a file: the three words of each person, to be compared by voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.importing import words
from comptexpert_desktop.ui.look import tooltips
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.dialogs import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.importing import Checked
    from comptexpert_desktop.usecases.documents.importing import Comparison

_SHOWN = 6
"""People that the list shows before it scrolls."""


class WordsDialog(Question):
    """A tick for each person who was called; the lines of the others wait."""

    def __init__(self, parent: QWidget, *, lines: Sequence[Checked], comparisons: Sequence[Comparison]) -> None:
        people = wording.count(len(comparisons), "personne", many="personnes")
        super().__init__(
            parent,
            title=f"Premier droit de risque élevé pour {people}",
            text="Appelez chaque personne à un numéro que vous connaissez, et demandez-lui les trois mots que sa page "
            f"{wording.quoted('Mon compte')} montre. Cochez celles qui vous les ont dits. Les lignes des autres ne "
            "sont pas accordées\u00a0: elles restent dans le tableau.",
            action="Accorder",
            tone="primary",
        )
        self.setObjectName("importWordsDialog")
        screen_room.widen(self, SPACE * 140)
        self._lines, self._comparisons = tuple(lines), tuple(comparisons)
        self.people = QListWidget()
        self.people.setObjectName("importWords")
        self.people.setAccessibleName("Personnes à appeler")
        self.people.setWordWrap(True)
        self.people.setSpacing(SPACE // 2)
        for one in self._comparisons:
            text = f"{words.person_to_compare(one)}\n{words.said_by(one)}"
            item = QListWidgetItem(text, self.people)
            item.setToolTip(tooltips.plain(text))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
        self.people.setCurrentRow(0)
        height = self.people.sizeHintForRow(0) * min(len(self._comparisons), _SHOWN)
        self.people.setMinimumHeight(height + SPACE * 4)
        self.body.addWidget(self.people)
        self.people.itemChanged.connect(self._count)
        self.people.setFocus()
        self._count()

    def agreed(self) -> tuple[Checked, ...]:
        """Return the lines that are granted: those of nobody to call, and of those who said their words."""
        waiting = {
            line
            for row, one in enumerate(self._comparisons)
            if self.people.item(row).checkState() is not Qt.CheckState.Checked
            for line in one.lines
        }
        return tuple(one for one in self._lines if one.line.line not in waiting)

    def _count(self) -> None:
        total = len(self.agreed())
        self.confirm_button.setText(f"Accorder ({wording.number(total)})")
        self.confirm_button.setEnabled(bool(total))
        self.changed.emit()


def agree(
    parent: QWidget,
    *,
    lines: tuple[Checked, ...],
    comparisons: Sequence[Comparison],
    done: Callable[[tuple[Checked, ...]], None],
) -> None:
    """Call `done` with the lines to grant: at once when there is nobody to call, else with what is agreed."""
    if not comparisons:
        done(lines)
        return
    dialog = WordsDialog(parent, lines=lines, comparisons=comparisons)
    dialog.accepted.connect(lambda: done(dialog.agreed()))
    dialog.open()
