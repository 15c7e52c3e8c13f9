"""Line after line: A grants what is of no high risk, Z takes it back, X marks, and high risks keep their question."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QListWidget, QPlainTextEdit

from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.outbox_rules import is_due
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.ui.widgets.choice import Choice
from tests.desktop.ui import kit, walks
from tests.desktop.ui.delegations.desk_robot import DeskRobot

LOW = {"service": "rfc", "rights": ("access",)}
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def robot(app_kit, qtbot):
    return DeskRobot(app_kit, qtbot, *(kit.delegation(number, **LOW) for number in range(1, 5)))


def decide(robot, key=Qt.Key.Key_A, **how):
    robot.press(key, **how)
    robot.settle()


def dialogs(robot):
    return [dialog for dialog in robot.screen.findChildren(QDialog) if dialog.isVisible()]


def test_one_key_grants_what_is_of_low_risk_and_goes_on(robot):
    first = robot.table.selection.id()
    decide(robot)
    assert dialogs(robot) == []
    (entry,) = robot.entries()
    assert (entry.kind, entry.delegation_id) == (Kind.APPROVE, first)
    assert robot.table.selection.id() == "del-000002"
    assert "Accord pour Lou MARCHETTI\u00a0: Revue française de comptabilité" in robot.desk.banner.text()


def test_the_grant_stays_here_for_six_seconds_whatever_becomes_of_the_window(robot):
    decide(robot)
    (entry,) = robot.entries()
    assert not is_due(entry, now=kit.NOW + timedelta(seconds=5))
    assert is_due(entry, now=kit.NOW + timedelta(seconds=6))


def test_asking_to_send_now_does_not_send_what_is_held(robot):
    decide(robot)
    robot.change(lambda file: outbox_store.make_due(file, now=kit.NOW))
    (entry,) = robot.entries()
    assert not is_due(entry, now=kit.NOW + timedelta(seconds=5))


def test_twenty_requests_are_decided_in_twenty_keys(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, *(kit.delegation(number, **LOW) for number in range(1, 21)))
    for _ in range(20):
        decide(robot)
    assert len(robot.entries()) == 20


@pytest.mark.parametrize("way", ["key", "button"])
def test_what_was_granted_last_is_taken_back(robot, way):
    decide(robot)
    decide(robot)
    if way == "key":
        decide(robot, Qt.Key.Key_Z)
    else:
        robot.desk.banner.action_button.click()
        robot.settle()
    assert [entry.delegation_id for entry in robot.entries()] == ["del-000001"]
    decide(robot, Qt.Key.Key_Z)
    assert robot.entries() == ()
    assert "rien n’est parti" in robot.desk.banner.text()


def test_what_has_left_is_not_said_to_be_taken_back(robot):
    decide(robot)
    (entry,) = robot.entries()
    robot.change(lambda file: outbox_store.mark(file, outbox_id=entry.id, status=OutboxStatus.SENT))
    decide(robot, Qt.Key.Key_Z)
    assert "Cette décision est déjà partie" in robot.desk.banner.text()
    assert len(robot.entries()) == 1


def test_a_high_risk_is_asked_about(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1, rights=("sign",)))
    robot.press(Qt.Key.Key_A)
    said = walks.words_of(robot.dialog())
    assert "Je prépare les liasses du portefeuille Nord." in said
    assert "certificat personnel" in said
    robot.dialog().reject()
    assert robot.entries() == ()


def test_what_ends_soonest_comes_first(app_kit, qtbot):
    made = [kit.delegation(n, requested_at=kit.NOW - timedelta(days=days)) for n, days in enumerate((2, 9, 5), start=1)]
    robot = DeskRobot(app_kit, qtbot, *made)
    assert [robot.desk.model.id_at(row) for row in range(3)] == ["del-000002", "del-000003", "del-000001"]


def test_x_marks_lines_and_the_arrows_leave_the_marks(robot):
    decide(robot, Qt.Key.Key_X)
    robot.press(Qt.Key.Key_Down)
    decide(robot, Qt.Key.Key_X)
    assert sorted(robot.table.selection.ids()) == ["del-000001", "del-000003"]
    decide(robot)
    dialog = robot.dialog()
    assert dialog.findChild(QListWidget, "bulkNames").count() == 2
    dialog.confirm_button.click()
    robot.settle()
    assert {entry.delegation_id for entry in robot.entries()} == {"del-000001", "del-000003"}


def test_each_line_of_a_gesture_says_what_decides_it_and_may_be_left_out(robot):
    robot.press(Qt.Key.Key_A, modifier=CONTROL)
    robot.settle()
    decide(robot)
    names = robot.dialog().findChild(QListWidget, "bulkNames")
    said = names.item(0).text()
    for words in ("Cabinet des Aubépines", "jusqu’au 24/11/2027", "risque faible", "liasses du portefeuille Nord"):
        assert words in said
    names.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert robot.dialog().confirm_button.text() == "Approuver (3)"
    robot.dialog().confirm_button.click()
    robot.settle()
    assert len(robot.entries()) == 3


def test_high_risks_stand_apart_and_want_a_tick_of_their_own(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1, **LOW), kit.delegation(2, rights=("sign",)))
    robot.press(Qt.Key.Key_A, modifier=CONTROL)
    robot.settle()
    decide(robot)
    dialog = robot.dialog()
    risky = dialog.findChild(QListWidget, "bulkRisky")
    assert risky.count() == 1
    assert dialog.confirm_button.text() == "Approuver (1)"
    risky.item(0).setCheckState(Qt.CheckState.Checked)
    assert dialog.confirm_button.text() == "Approuver (2)"


def test_a_ready_reason_writes_the_note_of_a_refusal(robot):
    robot.press(Qt.Key.Key_R)
    dialog = robot.dialog()
    dialog.findChild(Choice, "reasonChoice").setCurrentIndex(1)
    note = dialog.findChild(QPlainTextEdit, "noteEdit")
    assert note.toPlainText().startswith("Ce droit va plus loin")
    note.appendPlainText("Voyez avec Hélène.")
    dialog.confirm_button.click()
    robot.settle()
    assert robot.entries()[0].kind is Kind.REFUSE
    assert robot.table.selection.id() == "del-000002"
    assert walks.twice_used_mnemonics(robot.screen) == []


def test_what_answers_no_request_is_not_said_to_be_to_decide_once_it_is_taken_back(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.active(1))
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    robot.desk.pane.bar.button(Action.REVOKE).click()
    robot.dialog().confirm_button.click()
    robot.settle()
    assert [entry.kind for entry in robot.entries()] == [Kind.REVOKE]
    robot.desk.banner.action_button.click()
    robot.settle()
    assert robot.entries() == ()
    assert "rien n’est parti" in robot.desk.banner.text()
    assert "à décider" not in robot.desk.banner.text()
