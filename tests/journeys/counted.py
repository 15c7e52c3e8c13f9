"""Hands in the real window that count what a person does: each key, each click, each field that is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QCheckBox, QWidget

from tests.journeys.delegation_stage import NONE

if TYPE_CHECKING:
    from tests.journeys.delegation_stage import DeskStage

BOX = 10
"""Where the box of a line is, in device-independent pixels from its left edge."""


class CountingHands:
    """Does nothing but what a person can, and counts it; to wait and to look costs nothing."""

    def __init__(self, stage: DeskStage) -> None:
        self.stage, self.robot = stage, stage.robot
        self.acts = self.fields = 0

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """Press a key where the keyboard is."""
        self.acts += 1
        self.stage.key(key, modifier=modifier)

    def click(self, name: str) -> None:
        """Click on a visible button."""
        self.acts += 1
        self.robot.click(self.robot.find(QAbstractButton, name))

    def tick(self, name: str) -> None:
        """Click on the box of a visible line of a form."""
        self.acts += 1
        box = self.robot.find(QCheckBox, name)
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(BOX, box.height() // 2))
        assert box.isChecked(), f"{name} is not ticked"

    def click_row(self, name: str, text: str) -> None:
        """Click on the line of a list or a table that says a text in its first column; it must be in sight."""
        self.acts += 1
        view = self.robot.find(QAbstractItemView, name)
        self.robot.wait_until(lambda: _place(view, text) is not None, f"« {text} » dans {name}")
        place = _place(view, text)
        assert place is not None
        assert view.viewport().rect().contains(place), f"« {text} » is not in sight"
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.robot.settle(60)

    def fill(self, name: str, text: str) -> None:
        """Fill in a field; to reach it with the pointer is part of filling it in."""
        self.fields += 1
        self.robot.enter(self.robot.find(QWidget, name), text)


def _place(view: QAbstractItemView, text: str) -> QPoint | None:
    model = view.model()
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        shown = " ".join(str(index.data(role) or "") for role in _SHOWN)
        if text.lower() in shown.lower():
            place = view.visualRect(index)
            return QPoint(min(place.center().x(), place.left() + 60), place.center().y())
    return None


_SHOWN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
