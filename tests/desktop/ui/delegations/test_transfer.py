"""A delegation goes to another expert-comptable of the firm: one, or many in one gesture."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit

from comptexpert_desktop.domain.delegation import Action, Party
from comptexpert_desktop.domain.firm import Expert, FirmPage
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.ui.delegations.transfer_dialog import TransferDialog
from tests.desktop.ui import kit, walks
from tests.desktop.ui.delegations.desk_robot import DeskRobot
from tests.desktop.ui.delegations.test_why import a_case
from tests.fakes_wire import call_of

PEER = Party("acc-peer", "m.thevenet", "Marion", "Thévenet", entry_id="entry-7")
ELSEWHERE = Party("acc-port", "z.kerbrat", "Zélie", "Kerbrat", entry_id="entry-9")
PAGE = FirmPage(
    id=kit.HAWTHORN.id,
    siren=kit.HAWTHORN.siren,
    name=kit.HAWTHORN.name,
    version=1,
    two_approvers=False,
    experts=(
        Expert("entry-1", "acc-expert", "Hélène", "Delorme"),
        Expert("entry-7", "acc-peer", "Marion", "Thévenet"),
        Expert("entry-8", "acc-8", "Solal", "Brévent"),
        Expert("entry-5", "", "Sans", "Compte"),
    ),
)


@pytest.fixture
def robot(app_kit, qtbot):
    made = DeskRobot(
        app_kit,
        qtbot,
        kit.active(1),
        kit.active(2),
        kit.active(3, grantor=PEER),
        kit.active(4, grantor=ELSEWHERE, firm=kit.QUAY),
        firms=(kit.HAWTHORN, kit.QUAY),
    )
    made.desk.query_bar.filters.choose("live")
    made.settle()
    return made


def bodies(robot):
    ids = [entry.id for entry in robot.entries()]
    return robot.kit.read(
        lambda stores: {
            write.path.split("/")[2]: write.body
            for one in ids
            for write in [call_of(outbox_store.command_of(stores.account, outbox_id=one))]
        },
        robot.qtbot,
    )


def open_dialog(robot):
    robot.desk.pane.bar.button(Action.TRANSFER).click()
    robot.settle()
    return robot.dialog()


def names(dialog):
    box = dialog.findChild(QComboBox, "peerBox")
    return [box.itemText(number) for number in range(box.count())]


def test_only_the_other_experts_of_the_same_firm_are_offered(robot):
    assert names(open_dialog(robot)) == ["Marion THÉVENET"]


def test_whom_the_server_names_joins_the_list_while_the_question_is_open(robot, qtbot):
    robot.kit.gateways.pages = {PAGE.id: PAGE}
    dialog = open_dialog(robot)
    qtbot.waitUntil(lambda: names(dialog) == ["Marion THÉVENET", "Solal BRÉVENT"])


def test_a_transfer_waits_as_an_intent_with_its_note(robot):
    dialog = open_dialog(robot)
    assert "ne changent pas" in walks.words_of(dialog)
    assert walks.unnamed(dialog) == []
    dialog.findChild(QLineEdit, "transferNoteEdit").setText("Je quitte le portefeuille Nord")
    robot.press(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier, on=dialog)
    robot.settle()
    (entry,) = robot.entries()
    assert entry.kind is Kind.TRANSFER
    assert bodies(robot) == {"del-000001": {"grantor": "entry-7", "note": "Je quitte le portefeuille Nord"}}
    assert robot.desk.model.index(0, 3).data() == "Transfert non transmis"


def test_a_firm_with_one_expert_has_nobody_to_take_over(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.active(1))
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    dialog = open_dialog(robot)
    assert not dialog.confirm_button.isEnabled()
    assert "Aucun autre expert-comptable" in walks.words_of(dialog)


def test_many_are_transferred_in_one_gesture_within_one_firm(robot):
    robot.press(Qt.Key.Key_A, modifier=Qt.KeyboardModifier.ControlModifier)
    robot.settle()
    dialog = open_dialog(robot)
    said = walks.words_of(dialog)
    assert "Transférer 3\u00a0délégations" in said
    assert "1\u00a0ligne reste comme elle est\u00a0: la décision porte sur un seul cabinet" in said
    box = dialog.findChild(QComboBox, "peerBox")
    box.setCurrentIndex(box.findText("Marion THÉVENET"))
    dialog.confirm_button.click()
    robot.settle()
    assert {number: body["grantor"] for number, body in bodies(robot).items()} == {
        "del-000001": "entry-7",
        "del-000002": "entry-7",
    }


def test_a_request_that_names_a_colleague_is_not_taken_over(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1, grantor=PEER))
    assert not robot.desk.pane.bar.button(Action.TRANSFER).isVisible()


def test_a_request_is_passed_on_by_whom_it_names(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.active(2, grantor=PEER))
    dialog = open_dialog(robot)
    assert "Transférer la demande de Lou MARCHETTI" in walks.words_of(dialog)
    assert names(dialog) == ["Marion THÉVENET"]


def test_whoever_covers_a_colleague_passes_a_request_on_to_a_third_person(qtbot):
    me = Party("acc-expert", "h.delorme", "Hélène", "Delorme", entry_id="entry-1")
    third = Party("acc-8", "s.brevent", "Solal", "Brévent", entry_id="entry-8")
    for waits, offered in ((True, ["Solal BRÉVENT"]), (False, ["Hélène DELORME", "Solal BRÉVENT"])):
        one = kit.delegation(1, grantor=PEER) if waits else kit.active(1, grantor=PEER)
        dialog = TransferDialog(None, case=a_case(one), peers=(me, third, PEER), account_id="acc-expert")
        qtbot.addWidget(dialog)
        assert names(dialog) == offered


def test_an_ended_delegation_is_not_transferred(app_kit, qtbot):
    ended = replace(kit.active(1), valid_until=kit.TODAY.replace(year=2025))
    robot = DeskRobot(app_kit, qtbot, ended)
    robot.desk.query_bar.filters.choose("all")
    robot.settle()
    assert not robot.desk.pane.bar.button(Action.TRANSFER).isVisible()
