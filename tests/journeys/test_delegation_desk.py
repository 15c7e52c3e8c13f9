"""The review desk with the keyboard alone, through the real window and the real server, a picture at each step."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from tests.journeys.delegation_stage import CONTROL, DeskStage, Elsewhere
from tests.journeys.journey_stage import staged

pytestmark = [pytest.mark.journey, pytest.mark.secretservice]

ASKED = (("bibliordre", "access"), ("bibliobase", "access"), ("network", "access"), ("directory_page", "access"))


@pytest.fixture(scope="module")
def stage(qapp, tmp_path_factory):
    """One server and one window; a collaborateur asked from elsewhere, the expert-comptable is signed in."""
    with staged(DeskStage, tmp_path_factory.mktemp("desk")) as made:
        made.staff = Elsewhere(made, "staff")
        made.colleague = Elsewhere(made, "ec_second_of_firm")
        for asked in ASKED:
            made.staff.ask(*asked)
        made.come_in("ec")
        yield made
        made.staff.close()
        made.colleague.close()


def test_a_request_is_read_and_approved(stage):
    stage.open_desk()
    stage.robot.wait_until(lambda: len(stage.rows()) == len(ASKED), "les demandes", seconds=20)
    stage.choose("bibliordre")
    stage.shoot("01-desk")
    stage.key(Qt.Key.Key_Return)
    stage.robot.wait_until(lambda: stage.robot.find(QWidget, "delegationDetail").hasFocus(), "le détail")
    stage.key(Qt.Key.Key_Escape)
    stage.key(Qt.Key.Key_A)
    stage.wait_for_row("Accord non transmis")
    stage.robot.wait_for_text("L’envoi attend 6\u00a0secondes.")
    stage.shoot("02-approved")
    stage.wait_for_no_row("bibliordre")


def test_a_refusal_is_written(stage):
    stage.choose("bibliobase")
    stage.key(Qt.Key.Key_R)
    stage.robot.find(QWidget, "noteEdit")
    stage.write("Ce service n’est pas utile à ce dossier.")
    stage.shoot("03-refuse")
    stage.confirm()
    stage.wait_for_no_row("bibliobase")


def test_without_a_network_a_decision_waits_and_is_undone(stage):
    stage.server.kill()
    stage.choose("network")
    stage.key(Qt.Key.Key_A)
    stage.wait_for_row("Accord non transmis")
    stage.shoot("04-offline")
    stage.key(Qt.Key.Key_Z)
    stage.wait_for_no_row("Accord non transmis")
    stage.back_online()
    stage.open_desk()


def test_who_can_unblock_is_told_with_a_message_ready_to_send(stage):
    stage.staff.ask("jefacture", "access", grantor="ec_second_of_firm")
    stage.robot.click("syncButton")
    stage.open_desk()
    stage.choose("jefacture")
    stage.key(Qt.Key.Key_P)
    stage.robot.wait_for_text(f"Qui peut débloquer\u00a0: {stage.name('ec_second_of_firm')}.")
    stage.shoot("05-why")
    stage.press("whyCopyButton")
    stage.robot.wait_for_text("Le message est copié.")
    stage.key(Qt.Key.Key_Escape)


def test_a_case_that_moved_shows_before_and_now_and_is_decided_again(stage):
    stage.show("live")
    stage.choose("bibliordre")
    stage.colleague.decide(stage.colleague.find(service="bibliordre", status="ACTIVE"), "suspend")
    stage.key(Qt.Key.Key_R, modifier=CONTROL)
    stage.confirm()
    stage.robot.wait_until(lambda: stage.robot.is_shown(QWidget, "differenceView"), "ce qui a changé", seconds=20)
    stage.robot.wait_for_text("Suspendue")
    stage.shoot("06-moved")
    stage.tab_to("decideAgainButton")
    stage.key(Qt.Key.Key_Space)
    stage.confirm()
    stage.wait_for_no_row("bibliordre")


def test_a_template_grants_several_services(stage):
    stage.press("grantButton")
    stage.robot.wait_until(lambda: stage.robot.is_shown(QComboBox, "templateBox"), "les modèles", seconds=20)
    stage.tab_to("templateBox")
    stage.key(Qt.Key.Key_Down)
    stage.tab_to("granteeEdit")
    stage.write(stage.person("staff")["login_id"])
    stage.shoot("07-template")
    stage.press("sendRequestButton")
    stage.robot.find(QWidget, "grantSummary")
    stage.shoot("08-summary")
    stage.confirm()
    stage.robot.wait_until(lambda: sum("active" in row.lower() for row in stage.rows()) >= 2, "les droits", seconds=20)
    stage.shoot("09-granted")


def test_what_ends_soon_is_found_and_the_view_is_kept(stage):
    stage.tab_to("delegationTable")
    stage.key(Qt.Key.Key_F)
    stage.tab_to("serviceFilter")
    box = stage.robot.find(QComboBox, "serviceFilter")
    while box.currentData() != "rfc":
        stage.key(Qt.Key.Key_Down)
    stage.robot.wait_until(lambda: len(stage.rows()) == 1, "un service", seconds=20)
    stage.shoot("10-filters")
    stage.tab_to("delegationTable")
    stage.key(Qt.Key.Key_V)
    stage.robot.wait_until(lambda: stage.robot.is_shown(QMenu, "viewsMenu"), "les vues")
    stage.key(Qt.Key.Key_Return)
    stage.write("Revue française")
    stage.confirm()
    stage.robot.wait_for_text("est enregistrée")
    stage.press("clearFiltersButton")
    stage.robot.wait_until(lambda: len(stage.rows()) > 1, "tous les services", seconds=20)
    stage.tab_to("delegationTable")
    stage.key(Qt.Key.Key_V)
    stage.robot.wait_until(lambda: stage.robot.is_shown(QMenu, "viewsMenu"), "les vues")
    stage.key(Qt.Key.Key_Return)
    stage.robot.wait_until(lambda: len(stage.rows()) == 1, "la vue", seconds=20)
    stage.press("clearFiltersButton")
    stage.tab_to("delegationTable")


def test_a_delegation_is_transferred(stage):
    stage.choose("bibliordre")
    stage.press("transferButton")
    stage.robot.find(QWidget, "transferDialog")
    stage.robot.wait_until(
        lambda: stage.robot.find(QComboBox, "peerBox").currentText() == stage.name("ec_second_of_firm"), "le confrère"
    )
    stage.shoot("11-transfer")
    stage.confirm()
    stage.robot.wait_until(
        lambda: stage.colleague.grantor(service="bibliordre") == stage.name("ec_second_of_firm"), "le transfert"
    )
    stage.tab_to("delegationTable")


def test_several_are_suspended_or_ended_by_a_planned_departure(stage):
    stage.choose("Revue française")
    stage.press("departureButton")
    stage.robot.find(QWidget, "departureDialog")
    stage.tab_to("departureNow")
    stage.key(Qt.Key.Key_Right)
    stage.robot.wait_for_text("ne fait plus partie du cabinet le")
    stage.shoot("12-departure")
    stage.confirm()
    last = datetime.now().astimezone().date() + timedelta(days=30)
    stage.robot.wait_until(lambda: stage.colleague.leaves_on() == last.isoformat(), "le départ", seconds=20)
    stage.robot.wait_for_text("appliquée", seconds=20)
    stage.shoot("13-planned")
    stage.tab_to("delegationTable")


def test_several_are_revoked_in_one_gesture(stage):
    stage.key(Qt.Key.Key_A, modifier=CONTROL)
    stage.key(Qt.Key.Key_R, modifier=CONTROL)
    stage.robot.find(QWidget, "bulkDialog")
    stage.shoot("14-bulk")
    stage.confirm()
    stage.robot.wait_until(lambda: not stage.rows(), "plus aucun droit", seconds=20)
    stage.shoot("15-none-left")
