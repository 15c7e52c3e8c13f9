"""The collaborateur's side with the keyboard alone, on the real server: ask, follow, ask again, give up."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QWidget

from tests.journeys.delegation_stage import DeskStage, Elsewhere
from tests.journeys.journey_stage import staged

pytestmark = [pytest.mark.journey, pytest.mark.secretservice]

REASON = "Préparation de la campagne fiscale."


@pytest.fixture(scope="module")
def stage(qapp, tmp_path_factory):
    """One server and one window; the collaborateur is signed in, the expert-comptable decides from elsewhere."""
    with staged(DeskStage, tmp_path_factory.mktemp("staff")) as made:
        made.expert = Elsewhere(made, "ec")
        made.come_in("staff")
        yield made
        made.expert.close()


def sync(stage):
    """Fetch what the expert-comptable did meanwhile."""
    stage.robot.click("syncButton")
    stage.open_desk()


def test_a_service_is_asked_of_an_expert_found_by_name(stage):
    stage.open_screen("delegations")
    stage.press("askButton")
    box = stage.robot.find(QComboBox, "serviceBox")
    stage.tab_to("serviceBox")
    stage.key(Qt.Key.Key_Home)
    while box.currentData() != "bibliordre":
        stage.key(Qt.Key.Key_Down)
    stage.tab_to("grantorEdit")
    stage.write(stage.person("ec")["surname"].lower())
    found = stage.robot.find(QAbstractItemView, "grantorSuggestions")
    stage.robot.wait_until(lambda: found.isVisible() and found.model().rowCount() > 0, "la liste")
    stage.shoot("21-typeahead")
    stage.key(Qt.Key.Key_Down, Qt.Key.Key_Return)
    stage.tab_to("reasonEdit")
    stage.write(REASON)
    stage.shoot("22-asked")
    stage.press("sendRequestButton")
    stage.wait_for_row("En attente")
    stage.shoot("23-waits")


def test_the_expert_is_reminded_with_a_message_ready_to_send(stage):
    stage.tab_to("delegationTable")
    stage.press("whyStateButton")
    stage.robot.wait_for_text(f"Qui peut débloquer\u00a0: {stage.name('ec')}.")
    stage.shoot("24-why")
    stage.key(Qt.Key.Key_Escape)


def test_a_refused_request_is_asked_again_as_it_was(stage):
    request = stage.expert.find(service="bibliordre", status="PENDING")
    stage.expert.decide(request, "refuse", note="Précisez le dossier concerné.")
    sync(stage)
    stage.show("ended")
    stage.choose("Refusée")
    stage.robot.wait_for_text("Précisez le dossier concerné.")
    stage.shoot("25-refused")
    stage.press("askAgainButton")
    stage.robot.wait_for_text("est reprise ici")
    stage.shoot("26-again")
    stage.tab_to("reasonEdit")
    stage.write("Dossier Nord. ")
    stage.press("sendRequestButton")
    stage.robot.find(QWidget, "delegationTable")
    stage.show("undecided")
    stage.wait_for_row("En attente")


def test_a_granted_right_is_effective_and_given_up(stage):
    request = stage.expert.find(service="bibliordre", status="PENDING")
    stage.expert.decide(request, "approve")
    sync(stage)
    stage.robot.wait_until(lambda: not stage.rows(), "plus aucune demande", seconds=20)
    stage.show("live")
    stage.choose("Active")
    stage.robot.wait_for_text("Ce que cette délégation vous permet")
    stage.shoot("27-effective")
    stage.press("relinquishButton")
    stage.robot.wait_for_text("Vous perdrez ces droits")
    stage.shoot("28-give-up")
    stage.confirm()
    stage.robot.wait_until(lambda: not stage.rows(), "le droit rendu", seconds=20)


def test_what_is_granted_without_its_conditions_is_said_not_to_work(stage):
    stage.expert.grant("jesignexpert", "sign", grantee="staff")
    sync(stage)
    stage.wait_for_row("Incomplète")
    stage.choose("Incomplète")
    stage.robot.wait_for_text("Ce qui manque encore")
    stage.shoot("29-not-operational")


def test_without_a_network_a_withdrawal_is_said_not_to_be_sent(stage):
    stage.staff = Elsewhere(stage, "staff")
    stage.staff.ask("rfc", "access")
    stage.staff.close()
    sync(stage)
    stage.show("undecided")
    stage.choose("Revue française")
    stage.server.kill()
    stage.press("withdrawButton")
    stage.confirm()
    stage.wait_for_row("Retrait non transmis")
    stage.shoot("30-not-sent")
    stage.back_online()
    stage.robot.wait_until(lambda: not stage.rows(), "la demande retirée", seconds=20)
