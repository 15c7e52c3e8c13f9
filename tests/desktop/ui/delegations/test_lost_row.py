"""When the selected row leaves a list, that is said aloud, once; letters typed in a list go to the row they begin."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest

from comptexpert_desktop.domain.delegation import Party
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.widgets.actions import let_single_keys_act
from comptexpert_desktop.ui.widgets.selection import LOST
from tests.desktop.ui import kit
from tests.desktop.ui.delegations.desk_robot import DeskRobot

NAMES = ("Abadie", "Bellanger", "Marchetti", "Marivaux")


@pytest.fixture
def robot(app_kit, qtbot):
    people = [Party(f"acc-{number}", name.lower(), "Lou", name) for number, name in enumerate(NAMES)]
    made = [kit.delegation(number, grantee=one) for number, one in enumerate(people, start=1)]
    robot = DeskRobot(app_kit, qtbot, *made)
    robot.screen.activateWindow()
    qtbot.waitUntil(robot.screen.isActiveWindow)
    robot.table.setFocus()
    return robot


def said(robot):
    return [one for one in accessible.voice_of(robot.screen).heard if one == LOST]


def leaves(robot, number):
    robot.change(lambda file: delegation_store.delete(file, delegation_ids=[f"del-{number:06}"]))


def selected(robot):
    return robot.desk.selection.id()


def test_a_selected_row_that_leaves_is_said_once(robot):
    robot.desk.selection.select(["del-000002"])
    robot.settle()
    leaves(robot, 2)
    assert (selected(robot), said(robot)) == ("", [LOST])
    leaves(robot, 3)
    assert said(robot) == [LOST]


def test_another_row_that_leaves_is_not_said(robot):
    robot.desk.selection.select(["del-000002"])
    robot.settle()
    leaves(robot, 3)
    assert (selected(robot), said(robot)) == ("del-000002", [])


def test_a_filter_that_is_being_typed_says_its_own_count(robot):
    robot.desk.selection.select(["del-000002"])
    search = robot.desk.query_bar.filters.findChild(object, "delegationSearch")
    search.setFocus()
    QTest.keyClicks(search, "mari")
    robot.qtbot.waitUntil(lambda: robot.desk.model.rowCount() == 1)
    robot.settle()
    assert said(robot) == []


def test_letters_typed_in_a_list_select_the_row_that_they_begin(robot):
    let_single_keys_act(allowed=False)
    try:
        robot.table.setFocus()
        QTest.keyClicks(robot.table, "lou mari")
        robot.settle()
        assert "MARIVAUX" in robot.people()[robot.desk.selection.row()]
    finally:
        let_single_keys_act(allowed=True)
