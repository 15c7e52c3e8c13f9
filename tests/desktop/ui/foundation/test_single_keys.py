"""Keys of one character: in the table alone, and only as long as the person lets them act (WCAG 2.1.4)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView, QPushButton, QVBoxLayout, QWidget

from comptexpert_desktop.ui.widgets import actions
from comptexpert_desktop.ui.widgets.actions import ActionRegistry, ActionSpec, KeyPlaces

GRANT = ActionSpec("grant", "Accorder", ("A",))
REVOKE = ActionSpec("revoke", "Révoquer", ("Ctrl+R",))


@pytest.fixture
def stage(qtbot):
    """A table and a button beside it, with an action of each kind."""
    screen = QWidget()
    screen.table, screen.button, screen.done = QListView(), QPushButton("Autre"), []
    column = QVBoxLayout(screen)
    column.addWidget(screen.table)
    column.addWidget(screen.button)
    places, registry = KeyPlaces(screen, screen.table), ActionRegistry(screen)
    for spec in (GRANT, REVOKE):
        registry.add(spec, lambda name=spec.name: screen.done.append(name), owner=places.of(spec))
    qtbot.addWidget(screen)
    screen.show()
    screen.activateWindow()
    qtbot.waitActive(screen)
    yield screen
    actions.let_single_keys_act(allowed=True)


def press(stage, where: QWidget) -> list[str]:
    where.setFocus()
    QTest.keyClick(where, Qt.Key.Key_A)
    QTest.keyClick(where, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    done, stage.done = list(stage.done), []
    return done


def test_a_single_letter_acts_in_the_table_alone(stage):
    assert press(stage, stage.table) == ["grant", "revoke"]
    stage.done.clear()
    assert press(stage, stage.button)[-1:] == ["revoke"]
    assert "grant" not in stage.done


def test_single_letters_can_be_turned_off(stage):
    actions.let_single_keys_act(allowed=False)
    assert press(stage, stage.table) == ["revoke"]
    assert all(action.key() == "" for action in stage.table.actions())
    actions.let_single_keys_act(allowed=True)
    stage.done.clear()
    stage.table.setFocus()
    QTest.keyClick(stage.table, Qt.Key.Key_A)
    assert [action.key() for action in stage.table.actions()] == ["A"]
