"""Somebody who types, moves and chooses at random in a list of suggestions while answers arrive, some of them late."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.widgets.typeahead_edit import SuggestionRow, TypeaheadEdit

if TYPE_CHECKING:
    import pytest

PEOPLE = tuple(SuggestionRow(number, f"AUBIER {number:02}", f"Rennes {number % 3}") for number in range(30))
MOVES = (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class Walker:
    """What was heard last, what is painted, and what was chosen."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, qtbot, *, seed: int) -> None:
        self.dice = random.Random(seed)
        self.field = TypeaheadEdit(edit_name="edit", list_name="list")
        qtbot.addWidget(self.field)
        self.heard, self.chosen, self.steps = "", [], []
        monkeypatch.setattr(accessible, "tell", self.hear)
        self.field.chosen.connect(self.chosen.append)
        self.field.show()

    def hear(self, _widget, text: str, **_how) -> None:
        self.heard = text or self.heard

    def walk(self, steps: int) -> None:
        for _ in range(steps):
            step = self.dice.choice((self.type, self.move, self.move, self.answer, self.answer, self.enter, self.click))
            self.steps.append(step.__name__)
            step()
            QApplication.processEvents()
            self.compare()

    def type(self) -> None:
        QTest.keyClicks(self.field.edit, self.dice.choice("aubier"))

    def move(self) -> None:
        QTest.keyClick(self.field.edit, self.dice.choice(MOVES))

    def answer(self) -> None:
        """Give what was found, maybe for a text of before."""
        found = self.dice.sample(PEOPLE, self.dice.choice((0, 1, 5, 12, 30)))
        self.field.set_rows(found, status=f"{len(found)} noms.")

    def enter(self) -> None:
        """Choose with the keyboard: it is the line that is painted, and the one heard last."""
        is_open, painted, heard = self.field.list.isVisible(), self.painted(), self.heard
        self.chosen.clear()
        QTest.keyClick(self.field.edit, Qt.Key.Key_Return)
        if not is_open or painted is None:
            assert self.chosen == [], self.said(f"chose {self.chosen} of no list")
            return
        assert self.chosen == [painted.key], self.said(f"chose {self.chosen}, painted was {painted}")
        assert heard.endswith(f"{painted.title}, {painted.detail}"), self.said(f"heard {heard!r}, chose {painted}")
        self.field.set_chosen_text(painted.title)

    def click(self) -> None:
        """Choose with the mouse: it is the line below it."""
        if not self.field.list.isVisible():
            return
        index = self.field.list.indexAt(self.field.list.viewport().rect().center())
        self.chosen.clear()
        where = self.field.list.visualRect(index).center()
        QTest.mouseClick(self.field.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
        assert [PEOPLE[key].title for key in self.chosen] == ([str(index.data())] if index.isValid() else [])
        for key in self.chosen:
            self.field.set_chosen_text(PEOPLE[key].title)

    def painted(self) -> SuggestionRow | None:
        rows = self.field.list.selectionModel().selectedIndexes()
        assert len(rows) <= 1, self.said("several lines are painted as selected")
        return next((one for one in PEOPLE if rows and one.title == rows[0].data()), None)

    def compare(self) -> None:
        """What Enter would choose is what is painted, whenever somebody looks."""
        current = self.field.list.currentIndex().data() if self.field.list.isVisible() else None
        painted = self.painted()
        shown = painted.title if painted is not None and self.field.list.isVisible() else None
        assert current == shown, self.said(f"Enter would choose {current}, painted is {shown}")

    def said(self, what: str) -> str:
        return f"step {len(self.steps)}: {what}; the last steps: {self.steps[-8:]}"
