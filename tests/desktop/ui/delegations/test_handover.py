"""Somebody leaves who alone may use a right: a colleague is chosen, and gets it in the same act."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from pypdf import PdfReader
from PySide6.QtWidgets import QFileDialog, QRadioButton

from comptexpert_desktop.domain.commands import Grant
from comptexpert_desktop.domain.delegation import Party
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.ui.widgets.choice import Choice
from tests.desktop.ui import kit, walks
from tests.desktop.ui.delegations.desk_robot import DeskRobot

RENE = Party("acc-rene", "r.abadie", "René", "Abadie")
CARD, SIGN = "handover-firm-1-directory_page-access", "handover-firm-1-jesignexpert-sign"


@pytest.fixture
def robot(app_kit, qtbot):
    robot = DeskRobot(
        app_kit,
        qtbot,
        kit.active(1, service="directory_page", rights=("access",)),
        kit.active(2, rights=("prepare", "sign")),
        kit.active(3, rights=("prepare",), grantee=RENE),
        firms=(kit.HAWTHORN,),
    )
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    robot.desk.selection.select(["del-000001"])
    robot.settle()
    return robot


def leave(robot):
    robot.desk.pane.findChild(object, "departureButton").click()
    robot.settle()
    return robot.dialog()


def given(robot):
    def read(stores):
        sent = (outbox_store.command_of(stores.account, outbox_id=one.id).command for one in robot_entries(stores))
        return [one for one in sent if isinstance(one, Grant)]

    return robot.kit.read(read, robot.qtbot)


def robot_entries(stores):
    return outbox_store.unsent(stores.account)


def test_only_what_nobody_else_can_do_is_asked(robot):
    dialog = leave(robot)
    names = {box.objectName() for box in dialog.findChildren(Choice) if box.objectName().startswith("handover")}
    assert names == {CARD, SIGN}, "René may prepare too"
    assert "personne d’autre ne le peut" in walks.words_of(dialog)


def test_a_colleague_gets_the_right_in_the_same_act_after_the_last_day(robot):
    dialog = leave(robot)
    assert dialog.findChild(Choice, CARD).select(RENE.account_id)
    dialog.findChild(QRadioButton, "departureLater").click()
    dialog.confirm_button.click()
    robot.settle()
    (one,) = given(robot)
    assert (one.grantee, one.service, one.rights) == (RENE.account_id, "directory_page", ("access",))
    assert one.valid_from == kit.TODAY + timedelta(days=31)
    assert len({entry.group for entry in robot.entries()}) == 1


def test_nobody_gets_what_is_given_to_nobody(robot):
    leave(robot).confirm_button.click()
    robot.settle()
    assert given(robot) == []


def test_a_right_of_high_risk_waits_for_its_tick(robot):
    dialog = leave(robot)
    dialog.findChild(Choice, SIGN).select(RENE.account_id)
    assert not dialog.confirm_button.isEnabled()
    tick = dialog.findChild(object, "handoverTick-firm-1-jesignexpert-sign")
    assert "trois mots" in tick.text()
    tick.click()
    assert dialog.confirm_button.isEnabled()
    dialog.findChild(Choice, SIGN).select("")
    dialog.findChild(Choice, SIGN).select(RENE.account_id)
    assert not dialog.confirm_button.isEnabled(), "another choice wants another look"


def test_the_names_of_a_handover_reach_the_ear(robot):
    dialog = leave(robot)
    dialog.findChild(Choice, SIGN).select(RENE.account_id)
    assert walks.unnamed(dialog) == []
    assert walks.twice_used_mnemonics(dialog) == []


def test_the_record_says_to_whom(robot, tmp_path, qtbot):
    dialog = leave(robot)
    dialog.findChild(Choice, CARD).select(RENE.account_id)
    dialog.confirm_button.click()
    robot.settle()
    for entry in robot.entries():
        robot.change(partial(outbox_store.mark, outbox_id=entry.id, status=OutboxStatus.SENT))
    banner = robot.desk.bulk_banner
    qtbot.waitUntil(lambda: banner.action_button.text() == "Enregistrer le récapitulatif (PDF)")
    banner.action_button.click()
    (asking,) = robot.desk.findChildren(QFileDialog, "paperFileDialog")
    target = tmp_path / "depart.pdf"
    asking.fileSelected.emit(str(target))
    qtbot.waitUntil(lambda: "est enregistré" in banner.text())
    asking.close()
    text = " ".join("".join(page.extract_text() for page in PdfReader(target).pages).split())
    assert "confié à René ABADIE" in text
