"""Deciding in the place of an absent colleague: allowed, and said before each decision (BR-24)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from comptexpert_desktop.domain.delegation import Party
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.domain.session import Covering
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.usecases.session import session
from tests.desktop.ui import kit, walks
from tests.desktop.ui.delegations.desk_robot import DeskRobot

AWAY = Party("acc-away", "y.guillou", "Yann", "Guillou", entry_id="entry-7")
SAID = "Vous décidez en l’absence de Yann GUILLOU. Le registre portera vos deux noms."


def cover(robot, qtbot, *, ends_on=kit.TODAY):
    """Let the server say whom the person covers."""
    covering = Covering(
        firm_id=kit.HAWTHORN.id, absent_entry_id=AWAY.entry_id, absent_name="Yann GUILLOU", ends_on=ends_on
    )

    def keep(stores):
        session.keep_me(stores.account, me=replace(kit.me(), covers=(covering,)))
        return frozenset({Topic.SESSION, Topic.DELEGATIONS})

    robot.kit.tasks.write(robot.kit.changes, keep)
    robot.settle()


@pytest.mark.parametrize(("key", "made"), [(Qt.Key.Key_A, kit.delegation), (Qt.Key.Key_R, kit.delegation)])
def test_the_dialog_says_in_whose_absence_one_decides(app_kit, qtbot, key, made):
    robot = DeskRobot(app_kit, qtbot, made(1, grantor=AWAY))
    cover(robot, qtbot)
    assert SAID in walks.words_of(robot.desk.pane.detail)
    robot.press(key)
    assert SAID in walks.words_of(robot.dialog())


def test_an_approval_in_the_place_of_another_is_queued(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1, grantor=AWAY))
    cover(robot, qtbot)
    robot.press(Qt.Key.Key_A)
    robot.press(Qt.Key.Key_Return, on=robot.compare_words().focusWidget())
    robot.settle()
    assert [entry.kind for entry in robot.entries()] == [Kind.APPROVE]


def test_the_desk_says_for_whom_one_stands_in_and_until_when(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1, grantor=AWAY))
    assert "Vous décidez aussi" not in walks.words_of(robot.screen)
    cover(robot, qtbot)
    said = "Vous décidez aussi en l’absence de Yann GUILLOU, jusqu’au 24\u00a0novembre 2026."
    assert said in walks.words_of(robot.screen)


def test_one_gesture_says_how_many_lines_are_decided_in_whose_absence(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1, grantor=AWAY), kit.delegation(2))
    cover(robot, qtbot)
    robot.press(Qt.Key.Key_A, modifier=Qt.KeyboardModifier.ControlModifier)
    robot.settle()
    robot.press(Qt.Key.Key_A)
    robot.settle()
    said = walks.words_of(robot.dialog())
    assert "1\u00a0ligne est décidée en l’absence de Yann GUILLOU." in said


def test_without_a_cover_a_peer_is_told_who_decides(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1, grantor=AWAY))
    robot.settle()
    assert SAID not in walks.words_of(robot.desk.pane.detail)
    robot.press(Qt.Key.Key_A)
    robot.settle()
    assert robot.entries() == ()
