"""The pane « Ce qui changera » of a question: asked of the server again when what is chosen changes."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.errors import Unreachable
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.delegations import effect_words
from comptexpert_desktop.presentation.delegations.effect_words import Line
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.icon_view import IconView
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.usecases.documents import effects

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.effects import Effects, Gesture
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.ui.widgets.dialogs import Question
    from comptexpert_desktop.usecases.documents.effects import LastKnown

DELAY = 150
"""Milliseconds after the last change of what is chosen."""
MAX_LINES = 12
_NUMBERS = count(1)


class EffectsPane(QFrame):
    """Says in sentences what a gesture changes, before it is confirmed."""

    def __init__(
        self, tasks: Tasks, *, clock: Callable[[], datetime], labels: Labels, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("effectsPane")
        self.setAccessibleName(effect_words.TITLE)
        self._tasks, self._clock, self._labels = tasks, clock, labels
        self._channel = f"effects-{next(_NUMBERS)}"
        self._gestures: tuple[Gesture, ...] | None = None
        self._people: tuple[str, ...] = ()
        self._timer = QTimer(self, singleShot=True, interval=DELAY)
        self._timer.timeout.connect(self._ask)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(SPACE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(PlainLabel(effect_words.TITLE, role="strong"))
        column.addLayout(self._lines)
        self.show_lines((Line("refresh", effect_words.WAITING),))

    def ask(self, gestures: Sequence[Gesture], *, people: Collection[str]) -> None:
        """Ask what gestures about these people would change; a question about nothing is none."""
        asked = tuple(gestures)
        if asked == self._gestures:
            return
        self._gestures, self._people = asked, tuple(people)
        self._timer.stop()
        if asked:
            self._timer.start()
        self.setVisible(bool(asked))

    def name_people(self, people: Collection[str]) -> None:
        """Name whom to speak of when the server is not reached."""
        self._people = tuple(people)

    def set_labels(self, labels: Labels) -> None:
        """Name services and rights as the catalogue does now."""
        self._labels = labels

    def text(self) -> str:
        """Return what the pane says, a sentence a line."""
        return "\n".join(label.text() for label in self.findChildren(PlainLabel, "effectLine"))

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show sentences in place of those that were there."""
        while (item := self._lines.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.setParent(None)
                row.deleteLater()
        for line in lines[:MAX_LINES]:
            self._lines.addWidget(_row(line))
        if len(lines) > MAX_LINES:
            rest = wording.count(len(lines) - MAX_LINES, "autre changement", many="autres changements")
            self._lines.addWidget(_row(Line("info", f"Et {rest}.")))

    def _ask(self) -> None:
        work = partial(effects.ask, gestures=self._gestures or ())
        self._tasks.call(self, work, self._show, failed=self._fail, channel=self._channel)

    def _show(self, found: Effects) -> None:
        today = day_in_france(self._clock())
        self.show_lines(effect_words.lines(found, labels=self._labels, today=today))

    def _fail(self, error: ComptexpertError) -> None:
        if not isinstance(error, Unreachable):
            message = messages.for_error(error)
            self.show_lines((Line("alert-triangle", f"{message.title}. {message.body}"),))
            return
        work = partial(effects.last_known, people=self._people, today=day_in_france(self._clock()))
        self._tasks.read(self, work, self._show_known, channel=self._channel)

    def _show_known(self, known: LastKnown) -> None:
        today = day_in_france(self._clock())
        self.show_lines(effect_words.known_lines(known, labels=self._labels, today=today))


def follow_question(
    pane: EffectsPane, question: Question, *, gestures: Callable[[], Sequence[Gesture]], people: Collection[str]
) -> None:
    """Put a pane in a question: it says what the gestures change as the question is answered now."""
    question.body.addWidget(pane)
    question.changed.connect(lambda: pane.ask(gestures(), people=people))
    pane.ask(gestures(), people=people)


def _row(line: Line) -> QFrame:
    row, label = QFrame(), PlainLabel(line.text)
    label.setObjectName("effectLine")
    across = QHBoxLayout(row)
    across.setContentsMargins(0, 0, 0, 0)
    across.setSpacing(SPACE * 2)
    across.addWidget(IconView(line.icon, "muted", size=16))
    across.addWidget(label, 1)
    return row
