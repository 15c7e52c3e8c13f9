"""A collaborateur leaves a firm: one gesture ends what he has there, and nothing elsewhere."""

from __future__ import annotations

from functools import partial

import pytest
from pypdf import PdfReader
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QFileDialog, QListWidget, QRadioButton

from comptexpert_desktop.domain.delegation import Action, Decision, Party, Status
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.ui.widgets.day import Day
from tests.desktop.ui import kit, walks
from tests.desktop.ui.delegations.desk_robot import DeskRobot
from tests.fakes_wire import call_of

HOMONYM = Party("acc-other", "lou.m", "Lou", "Marchetti")


@pytest.fixture
def robot(app_kit, qtbot):
    return DeskRobot(
        app_kit,
        qtbot,
        kit.delegation(1),
        kit.active(2),
        kit.active(3, service="bibliordre", rights=("access",), status=Status.SUSPENDED),
        kit.active(4, status=Status.REVOKED),
        kit.active(5, firm=kit.QUAY, service="rfc"),
        kit.active(6, grantee=HOMONYM),
        firms=(kit.HAWTHORN, kit.QUAY),
    )


def kinds_of(robot):
    return {entry.delegation_id: entry.kind for entry in robot.entries()}


def writes(robot):
    ids = [entry.id for entry in robot.entries()]
    return robot.kit.read(
        lambda stores: [call_of(outbox_store.command_of(stores.account, outbox_id=one)) for one in ids], robot.qtbot
    )


def type_day(dialog, digits):
    """Type a day over the one that is proposed."""
    field = dialog.findChild(Day, "departureDay")
    field.selectAll()
    QTest.keyClicks(field, digits)
    assert field.text() == "31/12/2026"


def leave(robot):
    robot.desk.pane.findChild(object, "departureButton").click()
    robot.settle()
    return robot.dialog()


def test_all_that_the_person_has_in_the_firm_ends_at_once(robot):
    dialog = leave(robot)
    said = walks.words_of(dialog)
    assert "Départ de Lou MARCHETTI" in said
    assert "2\u00a0délégations sont révoquées et 1\u00a0demande est refusée" in said
    assert dialog.findChild(QListWidget, "departureLines").count() == 3
    dialog.confirm_button.click()
    robot.settle()
    assert kinds_of(robot) == {
        "del-000001": Kind.REFUSE,
        "del-000002": Kind.REVOKE,
        "del-000003": Kind.REVOKE,
        "": Kind.LEAVE,
    }
    assert "4 en attente" in robot.desk.bulk_banner.text()
    (leave_,) = (write for write in writes(robot) if write.method == "DELETE")
    assert leave_.path == "/firms/firm-1/members/acc-staff"


def test_a_departure_is_planned_for_a_later_day(robot):
    dialog = leave(robot)
    type_day(dialog, "31122026")
    assert dialog.findChild(QRadioButton, "departureLater").isChecked()
    said = walks.words_of(dialog)
    assert "2\u00a0délégations prennent fin le 31\u00a0décembre 2026 au soir" in said
    assert "La personne ne fait plus partie du cabinet le 31\u00a0décembre 2026 au soir." in said
    assert dialog.confirm_button.text() == "Programmer le départ (3)"
    dialog.confirm_button.click()
    robot.settle()
    found = {write.path.rpartition("/")[2]: write.body for write in writes(robot)}
    assert "revoke" not in found, "the rights end with the membership, and stand again when it is cancelled"
    assert found["refuse"] == {"note": "Départ du cabinet"}
    assert found["acc-staff?on=2026-12-31"] == {}


def test_rights_are_suspended_until_a_planned_departure(robot):
    dialog = leave(robot)
    dialog.findChild(QRadioButton, "departureLater").click()
    dialog.findChild(QCheckBox, "departureSuspends").click()
    assert "et sont suspendues d’ici là" in walks.words_of(dialog)
    dialog.confirm_button.click()
    robot.settle()
    assert kinds_of(robot) == {
        "del-000001": Kind.REFUSE,
        "del-000002": Kind.SUSPEND,
        "": Kind.LEAVE,
    }


def test_the_names_of_a_departure_reach_the_ear(robot):
    assert walks.unnamed(leave(robot)) == []


def test_somebody_who_only_asked_is_no_member_to_end(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    dialog = leave(robot)
    assert dialog.confirm_button.text() == "Refuser (1)"
    dialog.confirm_button.click()
    robot.settle()
    assert kinds_of(robot) == {"del-000001": Kind.REFUSE}


def test_a_departure_that_is_not_confirmed_ends_nothing(robot):
    leave(robot).cancel_button.click()
    robot.settle()
    assert robot.entries() == ()


def test_a_person_without_anything_left_has_nothing_to_lose(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.active(1, status=Status.EXPIRED))
    robot.desk.query_bar.filters.choose("all")
    robot.settle()
    dialog = leave(robot)
    assert not dialog.confirm_button.isEnabled()
    assert "n’a plus de droit ni de demande" in walks.words_of(dialog)


def test_the_gesture_is_offered_to_those_who_grant_alone(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), grants=False)
    assert robot.desk.pane.findChild(object, "departureButton") is None


def answer_all(robot):
    """Let the server have answered every decision that waits."""
    for entry in robot.entries():
        robot.change(partial(outbox_store.mark, outbox_id=entry.id, status=OutboxStatus.SENT))
    robot.settle()


def test_the_record_of_a_departure_is_offered_after_the_answers_and_never_before(robot, tmp_path, qtbot):
    dialog = leave(robot)
    assert "récapitulatif" not in walks.words_of(dialog)
    dialog.findChild(QRadioButton, "departureLater").click()
    type_day(dialog, "31122026")
    dialog.confirm_button.click()
    robot.settle()
    banner = robot.desk.bulk_banner
    assert "récapitulatif" not in banner.action_button.text()
    answer_all(robot)
    qtbot.waitUntil(lambda: banner.action_button.text() == "Enregistrer le récapitulatif (PDF)")
    banner.action_button.click()
    (asking,) = robot.desk.findChildren(QFileDialog, "paperFileDialog")
    target = tmp_path / "depart.pdf"
    asking.fileSelected.emit(str(target))
    qtbot.waitUntil(lambda: "est enregistré" in banner.text())
    asking.close()
    text = "".join(page.extract_text() for page in PdfReader(target).pages)
    assert "Départ de Lou MARCHETTI" in text
    assert "après la réponse du serveur" in text
    assert "Fin le 31" in text
    assert "Demande refusée" in text


def test_one_may_leave_another_firm_where_nothing_is_left_here(robot):
    """The revocation here is decided already, so only what the other firm holds is left to end."""
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    robot.desk.selection.select(["del-000005"])
    robot.settle()
    robot.desk._decisions._decide(Decision(Action.REVOKE), case=robot.desk._case)
    robot.settle()
    dialog = leave(robot)
    assert not dialog.confirm_button.isEnabled()
    box = dialog.findChild(QCheckBox, f"departure-{kit.HAWTHORN.id}")
    box.setChecked(True)
    assert dialog.confirm_button.isEnabled()
    assert dialog.confirm_button.text() == "Révoquer et refuser (3)"
    dialog.confirm_button.click()
    robot.settle()
    assert kinds_of(robot)["del-000002"] is Kind.REVOKE
