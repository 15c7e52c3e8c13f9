"""« Qui peut ? »: the answer is there when the screen opens, and each missing piece has its button."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.ui.destinations import FIRM, Destination, ShowDelegation, ShowPerson
from comptexpert_desktop.ui.rights.pane import SELECT_FIRST
from comptexpert_desktop.ui.rights.screen import RightsScreen
from tests.desktop.ui import benches, kit, walks
from tests.desktop.ui.robot import Robot

KARIM = kit.Party("acc-karim", "k.leroux", "Karim", "Leroux")


def opened(app_kit, qtbot, *made, **who) -> Robot:
    app_kit.fill(*made, **who)
    return Robot(RightsScreen(app_kit.context()), app_kit, qtbot)


def answer(robot) -> str:
    return robot.screen.pane.answer.text()


def dialogs(robot):
    return [one for one in robot.screen.window().findChildren(QDialog) if one.isVisible()]


def test_who_can_sign_is_said_at_once_and_nobody_else_can(app_kit, qtbot):
    robot = opened(app_kit, qtbot, kit.active(1), kit.delegation(2, grantee=KARIM, rights=("sign",)))
    said = answer(robot)
    assert said.startswith("«\u00a0Signer au nom du cabinet (Jesignexpert)\u00a0»")
    assert "Lou MARCHETTI le peut. Par délégation, personne d’autre ne le peut." in said
    assert "Demandé, sans réponse encore\u00a0: Karim LEROUX." in said


def test_nobody_is_said_too(app_kit, qtbot):
    robot = opened(app_kit, qtbot, kit.delegation(1, rights=("sign",)))
    print("ANS", answer(robot), robot.screen._today(), app_kit.now, robot.screen._view.board.cells)
    assert "par délégation, personne ne le peut" in answer(robot)


@pytest.mark.parametrize(
    ("missing", "label", "leads"),
    [("DEL_TERMS", "Accepter les conditions", FIRM), ("DEL_CERT_REQUIRED", "Qui peut débloquer\u00a0?", "")],
)
def test_a_missing_piece_has_the_button_that_mends_it(app_kit, qtbot, missing, label, leads):
    robot = opened(
        app_kit, qtbot, kit.active(1, rights=("sign",), effective=False, missing=(missing,), effective_rights=())
    )
    assert "Accordé, mais il manque quelque chose" in answer(robot)
    button = next(one for one in robot.screen.pane.findChildren(object) if one.objectName().startswith("mend-"))
    assert button.text() == label
    button.click()
    robot.settle()
    if leads:
        assert app_kit.navigator.destinations == [Destination(FIRM)]
    else:
        (dialog,) = dialogs(robot)
        assert "certificat" in walks.words_of(dialog).lower()
        dialog.reject()


def test_a_suspended_right_is_restored_from_here(app_kit, qtbot):
    robot = opened(app_kit, qtbot, kit.active(1, status=Status.SUSPENDED, effective=False))
    robot.find("mend-resume").click()
    robot.settle()
    robot.dialog().confirm_button.click()
    robot.settle()
    assert [entry.kind.value for entry in robot.entries()] == ["resume"]


def test_a_request_is_decided_from_here(app_kit, qtbot):
    robot = opened(app_kit, qtbot, kit.delegation(1, service="rfc", rights=("access",)))
    robot.find("mend-approve").click()
    robot.settle()
    assert [entry.kind.value for entry in robot.entries()] == ["approve"]


def test_what_begins_later_leads_to_its_case(app_kit, qtbot):
    later = kit.active(1, status=Status.SCHEDULED, valid_from=kit.TODAY + timedelta(days=9), effective=False)
    robot = opened(app_kit, qtbot, later)
    robot.find("mend-case").click()
    assert app_kit.navigator.destinations == [ShowDelegation(delegation_id="del-000001")]


def test_the_name_of_a_person_shows_all_their_rights(app_kit, qtbot):
    robot = opened(app_kit, qtbot, kit.active(1), kit.active(2, service="rfc", rights=("access",)))
    qtbot.keyClick(robot.screen.table, Qt.Key.Key_Home)
    robot.settle()
    said = walks.words_of(robot.screen.pane)
    for title in ("Signer au nom du cabinet (Jesignexpert)", "Lire la revue (Revue française de comptabilité)"):
        assert title in said


def test_the_page_of_the_person_opens_from_their_line(app_kit, qtbot):
    robot = opened(app_kit, qtbot, kit.active(1))
    qtbot.keyClick(robot.screen.table, Qt.Key.Key_I)
    robot.find("personPageButton").click()
    assert app_kit.navigator.destinations == [ShowPerson(person_id="acc-staff")] * 2


def test_a_person_leaves_every_cabinet_from_their_line(app_kit, qtbot):
    made = (kit.active(1), kit.active(2, firm=kit.QUAY), kit.active(3, grantee=KARIM))
    robot = opened(app_kit, qtbot, *made, firms=(kit.HAWTHORN, kit.QUAY))
    qtbot.keyClick(robot.screen.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(robot.screen.table, Qt.Key.Key_D)
    robot.settle()
    said = walks.words_of(robot.dialog())
    assert "Départ de Lou MARCHETTI" in said
    assert "Dans Comptoir du Vieux-Port" in said
    robot.dialog().confirm_button.click()
    robot.settle()
    assert sorted(entry.kind.value for entry in robot.entries()) == ["leave", "leave", "revoke", "revoke"]
    assert len({entry.group for entry in robot.entries()}) == 1


def test_the_board_of_another_cabinet_is_shown(app_kit, qtbot):
    made = (kit.active(1), kit.active(2, firm=kit.QUAY, grantee=KARIM))
    robot = opened(app_kit, qtbot, *made, firms=(kit.HAWTHORN, kit.QUAY))
    assert robot.screen.model.person(0).name == "Lou MARCHETTI"
    robot.screen.firm.select("firm-2")
    robot.settle()
    assert robot.screen.model.person(0).name == "Karim LEROUX"


def test_the_selected_cell_stays_selected_when_something_arrives(app_kit, qtbot):
    robot = opened(app_kit, qtbot, kit.active(1), kit.active(2, service="rfc", rights=("access",)))
    qtbot.keyClick(robot.screen.table, Qt.Key.Key_End)
    before = answer(robot)
    robot.screen.reload()
    robot.settle()
    assert answer(robot) == before


def test_nobody_takes_the_place_of_a_selected_person_who_is_gone(app_kit, qtbot):
    made = kit.active(2, grantee=KARIM)
    robot = opened(app_kit, qtbot, kit.active(1), made)
    robot.screen.table.setCurrentIndex(robot.screen.model.index(0, 1))
    gone = robot.screen.model.person(0).id
    number = "del-000002" if gone == KARIM.account_id else "del-000001"
    benches.write(robot, lambda file: delegation_store.delete(file, delegation_ids=[number]))
    robot.settle()
    assert answer(robot) == SELECT_FIRST
    robot.screen.activate()
    robot.settle()
    assert "le peut" in answer(robot), "whoever opens the board again reads the first right"


@pytest.mark.parametrize("who", [{"grants": False}, {"signed_in": False}], ids=["staff", "signed out"])
def test_those_who_grant_nothing_read_why_the_board_is_empty(app_kit, qtbot, who):
    robot = opened(app_kit, qtbot, firms=(), **who) if "grants" in who else opened(app_kit, qtbot, **who)
    assert walks.words_of(robot.screen)
    assert not robot.screen.table.isVisible()


def test_everything_the_keyboard_reaches_has_a_name_and_its_own_mnemonic(app_kit, qtbot):
    robot = opened(app_kit, qtbot, kit.active(1), firms=(kit.HAWTHORN, kit.QUAY))
    robot.screen.resize(700, 500)
    assert walks.unnamed(robot.screen) == []
    assert walks.twice_used_mnemonics(robot.screen) == []
    assert walks.rich_labels(robot.screen) == []


def test_who_can_is_asked_of_the_day_it_is_in_france_wherever_the_person_is(app_kit, qtbot, monkeypatch):
    monkeypatch.setattr(wording, "local_day", lambda _moment, **_zone: kit.TODAY)  # a machine in Guadeloupe
    robot = opened(app_kit, qtbot, kit.active(1, valid_until=kit.TODAY))
    assert "Lou MARCHETTI le peut" in answer(robot)
    app_kit.now = kit.NOW.replace(hour=23, minute=30)  # 00:30 in Paris
    robot.screen.reload()
    robot.settle()
    assert "par délégation, personne ne le peut" in answer(robot)
