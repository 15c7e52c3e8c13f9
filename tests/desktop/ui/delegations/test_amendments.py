"""Prolong, narrow, broaden and edit at the desk, with what each changes said before (BR-30, BR-31)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit

from comptexpert_desktop.adapters.commands_http import gesture_of
from comptexpert_desktop.domain.commands import Decide, EndMembership, Grant
from comptexpert_desktop.domain.delegation import Action, Party, Status
from comptexpert_desktop.domain.effects import Effect, Effects, Outcome
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.errors import Refused, Unreachable
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.ui.documents.effects_pane import EffectsPane
from comptexpert_desktop.ui.widgets.day import Day
from tests.desktop.ui import kit
from tests.desktop.ui.delegations.desk_robot import DeskRobot
from tests.desktop.ui.delegations.test_again import mine
from tests.fakes_wire import call_of

SEVERAL = ("prepare", "seal")


def grantor(app_kit, qtbot, *delegations):
    robot = DeskRobot(app_kit, qtbot, *delegations)
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    return robot


def sent(robot):
    """Give what the only entry of the outbox sends."""
    (entry,) = robot.entries()
    return entry, robot.kit.read(
        lambda stores: call_of(outbox_store.command_of(stores.account, outbox_id=entry.id)), robot.qtbot
    )


def ask(robot, action):
    robot.desk.pane.bar.button(action).click()
    return robot.dialog()


def said_by(robot):
    """Give what the pane says, once the server answered."""
    pane = robot.dialog().findChild(EffectsPane)
    robot.qtbot.waitUntil(lambda: "Calcul" not in pane.text())
    return pane.text().replace("\u00a0", " ")


def held(right="seal", **changes):
    made = kit.active(1)
    base = {"service": made.service, "right": right, "firm": made.firm, "first": kit.TODAY, "holder": "Lou MARTIN"}
    return Effect(**(base | {"until": kit.TODAY + timedelta(days=90), "by": "Claire AUBIER"} | changes))


def test_rights_are_taken_one_by_one_and_the_cut_is_not_yet_effective(app_kit, qtbot):
    robot = grantor(app_kit, qtbot, kit.active(1, rights=SEVERAL))
    dialog = ask(robot, Action.NARROW)
    assert not dialog.confirm_button.isEnabled(), "nothing is taken yet"
    dialog.findChild(QCheckBox, "right-seal").setChecked(False)
    dialog.confirm_button.click()
    robot.settle()
    entry, call = sent(robot)
    assert (entry.kind, call.body) == (Kind.NARROW, {"rights": ["prepare"]})
    assert robot.desk.model.index(0, 3).data() == "PAS ENCORE EFFECTIF"


def test_a_right_alone_is_revoked_and_not_narrowed(app_kit, qtbot):
    robot = grantor(app_kit, qtbot, kit.active(1, rights=("prepare",)))
    assert not robot.desk.pane.bar.button(Action.NARROW).isVisible()
    assert robot.desk.pane.bar.button(Action.BROADEN).isVisible()


def test_a_grantor_adds_rights_to_those_that_are_there(app_kit, qtbot):
    robot = grantor(app_kit, qtbot, kit.active(1, rights=("prepare",)))
    dialog = ask(robot, Action.BROADEN)
    assert not dialog.confirm_button.isEnabled()
    dialog.findChild(QCheckBox, "right-seal").setChecked(True)
    dialog.confirm_button.click()
    robot.settle()
    entry, call = sent(robot)
    assert (entry.kind, call.body["rights"]) == (Kind.BROADEN, ["seal"])


def test_the_holder_asks_for_more_time_in_one_click_near_the_end(app_kit, qtbot):
    robot = mine(app_kit, qtbot, kit.active(1, valid_until=kit.TODAY + timedelta(days=20)), group="live")
    dialog = ask(robot, Action.PROLONG)
    dialog.confirm_button.click()
    robot.settle()
    entry, call = sent(robot)
    assert entry.kind is Kind.PROLONG
    assert call.path.endswith("/prolong")


def test_more_time_is_not_offered_when_the_end_is_far(app_kit, qtbot):
    robot = mine(app_kit, qtbot, kit.active(1, valid_until=kit.TODAY + timedelta(days=46)), group="live")
    assert not robot.desk.pane.bar.button(Action.PROLONG).isVisible()


def test_who_asks_says_it_again_with_a_first_day(app_kit, qtbot):
    robot = mine(app_kit, qtbot, kit.delegation(1), group="undecided")
    dialog = ask(robot, Action.EDIT)
    dialog.findChild(Day, "amendStartEdit").set_day(kit.TODAY + timedelta(days=10))
    dialog.findChild(QPlainTextEdit, "amendNoteEdit").setPlainText("court")
    assert not dialog.confirm_button.isEnabled()
    dialog.findChild(QPlainTextEdit, "amendNoteEdit").setPlainText("Clôture des comptes de juin")
    dialog.confirm_button.click()
    robot.settle()
    entry, call = sent(robot)
    assert entry.kind is Kind.EDIT
    assert call.body["valid_from"] == (kit.TODAY + timedelta(days=10)).isoformat()
    assert call.body["note"] == "Clôture des comptes de juin"


def test_the_last_day_of_a_right_is_moved(app_kit, qtbot):
    robot = grantor(app_kit, qtbot, kit.active(1, rights=("prepare",)))
    dialog = ask(robot, Action.EDIT)
    assert not dialog.confirm_button.isEnabled(), "the day is the one that is there"
    dialog.findChild(Day, "amendEndEdit").set_day(kit.TODAY + timedelta(days=5))
    dialog.findChild(Day, "amendEndEdit").changed.emit()
    dialog.confirm_button.click()
    robot.settle()
    _entry, call = sent(robot)
    assert call.body == {"valid_until": (kit.TODAY + timedelta(days=5)).isoformat()}


def test_the_address_of_an_invitation_is_corrected(app_kit, qtbot):
    invited = Party("", "", "", "", email="lou.martn@ailleurs.example")
    robot = grantor(app_kit, qtbot, kit.active(1, status=Status.SCHEDULED, grantee=invited, effective=False))
    dialog = ask(robot, Action.EDIT)
    dialog.findChild(object, "amendEmailEdit").setText("lou.martin@ailleurs.example")
    dialog.confirm_button.click()
    robot.settle()
    _entry, call = sent(robot)
    assert call.body == {"email": "lou.martin@ailleurs.example"}


@pytest.mark.parametrize("action", [Action.REVOKE, Action.SUSPEND, Action.RENEW, Action.NARROW, Action.EDIT])
def test_what_a_gesture_changes_is_asked_of_the_server_and_said(action, app_kit, qtbot):
    robot = grantor(app_kit, qtbot, kit.active(1, rights=SEVERAL))
    app_kit.gateways.foreseen = Effects(
        (Outcome(Status.REVOKED),), loses=(held(),), keeps=(held("prepare", by="Bruno FERRAND", until=None),)
    )
    ask(robot, action)
    assert said_by(robot).splitlines() == [
        (
            "Lou MARTIN perd apposer le cachet du cabinet sur Jesignexpert (Cabinet des Aubépines), dès aujourd’hui, "
            "jusqu’au 22 février 2027 inclus, par Claire AUBIER."
        ),
        (
            "Lou MARTIN garde préparer un document à signer sur Jesignexpert (Cabinet des Aubépines), dès aujourd’hui, "
            "par Bruno FERRAND."
        ),
    ]
    (asked,) = app_kit.gateways.asked[-1]
    assert (asked.action, asked.delegation_id) == (action, "del-000001")


def test_what_waits_for_an_approval_changes_nothing_yet(app_kit, qtbot):
    robot = mine(app_kit, qtbot, kit.active(1, valid_until=kit.TODAY + timedelta(days=20)), group="live")
    app_kit.gateways.foreseen = Effects((Outcome(Status.PENDING),))
    ask(robot, Action.PROLONG)
    assert said_by(robot) == "Rien ne change avant l’accord de l’expert-comptable."


def test_a_gesture_that_the_server_would_refuse_says_so(app_kit, qtbot):
    robot = grantor(app_kit, qtbot, kit.active(1))
    app_kit.gateways.foreseen = Refused("DEL_SELF")
    ask(robot, Action.REVOKE)
    assert "propres droits" in said_by(robot)


def test_without_a_network_the_last_known_rights_are_said_to_be_that(app_kit, qtbot):
    robot = grantor(app_kit, qtbot, kit.active(1))
    app_kit.gateways.foreseen = Unreachable("NET_OFFLINE")
    ask(robot, Action.REVOKE)
    said = said_by(robot)
    assert said.startswith("Hors connexion : l’effet exact sera connu à l’envoi.")
    assert "Jesignexpert" in said


def test_the_pane_asks_again_when_something_else_is_chosen(app_kit, qtbot):
    robot = grantor(app_kit, qtbot, kit.active(1, rights=SEVERAL))
    dialog = ask(robot, Action.NARROW)
    said_by(robot)
    dialog.findChild(QCheckBox, "right-seal").setChecked(False)
    qtbot.waitUntil(lambda: app_kit.gateways.asked[-1][0].rights == ("prepare",))


def test_what_is_asked_is_what_would_be_sent():
    decision = Decide("del-1", Action.REVOKE, 3, at=kit.TODAY)
    assert gesture_of(decision) == {"id": "del-1", "action": "revoke", "version": 3, "at": kit.TODAY.isoformat()}
    assert gesture_of(EndMembership("firm-1", "acc-1")) == {"firm": "firm-1", "member": "acc-1"}
    granted = gesture_of(Grant("rfc", ("access",), "lou.martin"))
    assert granted == {"service": "rfc", "rights": ["access"], "grantee": "lou.martin", "reason": ""}
