"""Many decisions in one gesture at the desk: chosen, summed up, kept, followed, given up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QListWidget, QPlainTextEdit

from comptexpert_desktop.domain.delegation import Action, Status
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.saved_view import Look
from comptexpert_desktop.presentation.delegations import row_lines
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.day import Day
from comptexpert_desktop.usecases.outbox.outbox import entries
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
    assert robot.table.selection.count() == 6, "what arrives is not selected with what was there"


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


SOON = kit.TODAY + timedelta(days=20)


@pytest.fixture
def ending(app_kit, qtbot):
    made = [kit.active(n, service="rfc", rights=("access",), valid_until=SOON + timedelta(days=n)) for n in range(3)]
    robot = DeskRobot(app_kit, qtbot, *made)
    robot.desk.query_bar.show_look(Look(group="live", ends_within=30))
    robot.settle()
    choose_all(robot)
    return robot


def renew(robot, choice):
    robot.desk.pane.bar.button(Action.RENEW).click()
    robot.settle()
    dialog = robot.dialog()
    dialog.findChild(Choice, "bulkEndChoice").setCurrentIndex(choice)
    return dialog


def until_of(robot):
    work = outbox_store.command_of
    return sorted(
        robot.kit.read(
            lambda stores: [work(stores.account, outbox_id=one.id).command.valid_until for one in entries(stores)],
            robot.qtbot,
        )
    )


def test_what_ends_soon_goes_on_some_months_more(ending):
    dialog = renew(ending, 2)
    assert "prolongé jusqu’au 15/06/2027" in dialog.findChild(QListWidget, "bulkNames").item(0).text()
    dialog.confirm_button.click()
    ending.settle()
    assert until_of(ending) == [date(2027, 6, 15), date(2027, 6, 16), date(2027, 6, 17)]


def test_a_right_of_high_risk_goes_on_in_a_list_of_its_own_where_it_may_be_left_out(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.active(1, rights=("prepare",)), kit.active(2, rights=("seal",)))
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    choose_all(robot)
    dialog = renew(robot, 0)
    risky = dialog.findChild(QListWidget, "bulkRisky")
    assert (dialog.findChild(QListWidget, "bulkNames").count(), risky.count()) == (1, 1)
    assert "mot du cabinet" not in risky.item(0).text().casefold(), "nobody new is let in"
    assert dialog.confirm_button.text() == "Prolonger (2)"
    risky.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.confirm_button.text() == "Prolonger (1)"


def test_one_day_may_be_the_same_for_all_and_is_never_before_what_goes_on(ending):
    dialog = renew(ending, 4)
    day = dialog.findChild(Day, "bulkEndDay")
    assert not dialog.confirm_button.isEnabled()
    ending.qtbot.keyClicks(day, "15122026")
    assert dialog.confirm_button.text() == "Prolonger (1)"
    day.clear()
    ending.qtbot.keyClicks(day, "31032027")
    assert dialog.confirm_button.text() == "Prolonger (3)"
    dialog.confirm_button.click()
    ending.settle()
    assert until_of(ending) == [date(2027, 3, 31)] * 3


def test_what_was_renewed_here_leaves_the_list_of_what_ends(ending):
    renew(ending, 0).confirm_button.click()
    ending.settle()
    assert ending.desk.model.rowCount() == 0


def test_what_was_renewed_on_the_server_looks_renewed_and_does_not_end(app_kit, qtbot):
    after = kit.active(2, status=Status.SCHEDULED, supersedes="del-000001", valid_until=date(2027, 6, 1))
    robot = DeskRobot(app_kit, qtbot, kit.active(1, valid_until=SOON), after)
    robot.desk.query_bar.show_look(Look(group="live", ends_within=30))
    robot.settle()
    assert robot.desk.model.rowCount() == 0
    robot.desk.query_bar.show_look(Look(group="live"))
    robot.settle()
    rows = {row.delegation.id: row for row in map(robot.desk.model.row_at, range(2))}
    said = row_lines.of_row(rows["del-000001"], labels=Labels(kit.catalogue()), today=kit.TODAY, names_firm=False)
    assert (said.end, said.end_tone) == ("prolongée jusqu’au 01/06/2027", "neutral")
