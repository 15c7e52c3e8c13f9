"""Many decisions in one gesture at the desk: chosen, summed up, kept, followed, given up."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QListWidget, QPlainTextEdit

from comptexpert_desktop.domain.delegation import Action, Status
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import outbox as outbox_store
from tests.desktop.ui import kit, walks
from tests.desktop.ui.delegations.desk_robot import DeskRobot

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def robot(app_kit, qtbot):
    return DeskRobot(app_kit, qtbot, *(kit.delegation(n, rights=("prepare",)) for n in range(1, 6)))


def choose_all(robot):
    robot.press(Qt.Key.Key_A, modifier=CONTROL)
    robot.settle()


def dialog_of(robot, key, modifier=Qt.KeyboardModifier.NoModifier):
    robot.press(key, modifier=modifier)
    robot.settle()
    return robot.dialog()


def test_all_lines_are_approved_with_the_keyboard_alone(robot):
    choose_all(robot)
    assert robot.desk.pane.selected.isVisible()
    dialog = dialog_of(robot, Qt.Key.Key_A)
    said = walks.words_of(dialog)
    assert "Approuver 5\u00a0demandes" in said
    assert "Jesignexpert (5)" in said
    assert dialog.findChild(QListWidget, "bulkNames").count() == 5
    robot.press(Qt.Key.Key_Return, modifier=CONTROL, on=dialog)
    robot.settle()
    assert [entry.kind for entry in robot.entries()] == [Kind.APPROVE] * 5
    assert "5 en attente" in robot.desk.bulk_banner.text()
    assert robot.table.selection.count() == 1


def test_only_the_chosen_lines_are_decided(robot):
    robot.press(Qt.Key.Key_Down, modifier=SHIFT)
    robot.press(Qt.Key.Key_Down, modifier=SHIFT)
    robot.settle()
    assert robot.table.selection.count() == 3
    dialog = dialog_of(robot, Qt.Key.Key_A)
    dialog.confirm_button.click()
    robot.settle()
    assert {entry.delegation_id for entry in robot.entries()} == {"del-000001", "del-000002", "del-000003"}


def test_giving_up_the_dialog_keeps_nothing(robot):
    choose_all(robot)
    dialog = dialog_of(robot, Qt.Key.Key_A)
    robot.press(Qt.Key.Key_Escape, on=dialog)
    robot.settle()
    assert robot.entries() == ()
    assert robot.table.selection.count() == 5


def test_a_refusal_waits_for_its_note(robot):
    choose_all(robot)
    dialog = dialog_of(robot, Qt.Key.Key_R)
    assert not dialog.confirm_button.isEnabled()
    dialog.findChild(QPlainTextEdit, "noteEdit").setPlainText("Le dossier est clos")
    dialog.confirm_button.click()
    robot.settle()
    assert {entry.kind for entry in robot.entries()} == {Kind.REFUSE}


def test_what_stays_as_it_is_is_said_with_its_reason(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.delegation(2), kit.active(3))
    robot.desk.query_bar.filters.choose("all")
    robot.settle()
    choose_all(robot)
    said = walks.words_of(dialog_of(robot, Qt.Key.Key_R, CONTROL))
    assert "Révoquer 1\u00a0délégation" in said
    assert "2\u00a0lignes restent comme elles sont\u00a0: leur état ne le permet pas." in said


def test_a_gesture_without_effect_cannot_be_confirmed(robot):
    choose_all(robot)
    dialog = dialog_of(robot, Qt.Key.Key_R, CONTROL)
    assert not dialog.confirm_button.isEnabled()


def test_a_list_that_is_read_again_keeps_what_is_chosen(robot):
    robot.press(Qt.Key.Key_Down, modifier=SHIFT)
    robot.settle()
    before = robot.table.selection.ids()
    robot.change(lambda file: delegation_store.keep(file, delegations=[kit.delegation(0)]))
    assert sorted(robot.table.selection.ids()) == sorted(before)
    choose_all(robot)
    robot.change(lambda file: delegation_store.keep(file, delegations=[kit.delegation(9)]))
    assert robot.table.selection.count() == 7


def approve_all(robot):
    choose_all(robot)
    dialog_of(robot, Qt.Key.Key_A).confirm_button.click()
    robot.settle()


def test_what_has_not_left_is_given_up_with_one_button(robot):
    approve_all(robot)
    robot.desk.bulk_banner.action_button.click()
    robot.settle()
    assert robot.entries() == ()
    assert robot.desk.bulk_banner.isHidden()


@pytest.mark.parametrize(("status", "said"), [(OutboxStatus.SENT, "appliquées"), (OutboxStatus.NEEDS_YOU, "revenue")])
def test_the_end_of_a_gesture_is_told(robot, status, said):
    approve_all(robot)
    ids = [entry.id for entry in robot.entries()]

    def end(file):
        for number, outbox_id in enumerate(ids):
            outbox_store.mark(file, outbox_id=outbox_id, status=status if number == 0 else OutboxStatus.SENT)

    robot.change(end)
    assert said in robot.desk.bulk_banner.text()


def test_nothing_selected_nothing_decided(robot):
    choose_all(robot)
    robot.desk.pane.selected.none_requested.emit()
    robot.settle()
    assert robot.desk.pane.detail.isVisible()
    robot.press(Qt.Key.Key_A)
    robot.settle()
    assert [dialog for dialog in robot.screen.findChildren(QDialog) if dialog.isVisible()] == []
    assert not robot.desk.pane.bar.button(Action.APPROVE).isEnabled()


def test_one_line_alone_is_decided_as_before(robot):
    choose_all(robot)
    robot.desk.pane.selected.none_requested.emit()
    robot.press(Qt.Key.Key_Down)
    robot.settle()
    assert robot.desk.pane.detail.isVisible()
    selected = robot.table.selection.id()
    robot.press(Qt.Key.Key_A)
    robot.settle()
    assert [entry.delegation_id for entry in robot.entries()] == [selected]


def test_those_who_ask_choose_one_line_at_a_time(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, *(kit.delegation(n) for n in range(1, 4)), grants=False)
    choose_all(robot)
    assert robot.table.selection.count() <= 1


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [(Action.SUSPEND, Status.ACTIVE, Kind.SUSPEND), (Action.RESUME, Status.SUSPENDED, Kind.RESUME)],
)
def test_several_are_suspended_and_restored_in_one_gesture(app_kit, qtbot, action, status, kind):
    robot = DeskRobot(app_kit, qtbot, kit.active(1, status=status), kit.active(2, status=status), kit.active(3))
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    choose_all(robot)
    robot.desk.pane.bar.button(action).click()
    robot.settle()
    robot.dialog().confirm_button.click()
    robot.settle()
    assert {entry.kind for entry in robot.entries()} == {kind}
    assert len(robot.entries()) == (3 if action is Action.SUSPEND else 2)
