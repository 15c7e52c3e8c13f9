"""The cabinet's screen through the real window and the real server: people, rules, an absence, the network away."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTableView,
    QTabWidget,
    QWidget,
)

from comptexpert_desktop.adapters.browser import SystemBrowser
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.rehearsal.visitor import Visitor
from tests.contract.raw import RawServer
from tests.fakes import new_uuid
from tests.fakes_wire import Call
from tests.journeys.journey_stage import JourneyStage, staged

pytestmark = [pytest.mark.journey, pytest.mark.secretservice]

GUEST = "lou.ferrand@rehearsal.example"


class FirmStage(JourneyStage):
    """The stage, with the gestures of this screen."""

    def open_firm(self, tab):
        """Open the screen with its shortcut and a part of it with the arrows."""
        self.robot.window.activateWindow()
        self.robot.settle(20)
        rank = [button.objectName() for button in self.robot.all(QAbstractButton) if _is_nav(button)].index("nav-firm")
        keys = QKeySequence(f"Ctrl+{rank + 1}")[0]
        QTest.keyClick(self.robot.window, keys.key(), keys.keyboardModifiers())
        tabs = self.robot.find(QTabWidget, "firmTabs")
        self.robot.wait_for_text("Lu sur le serveur")
        tabs.tabBar().setFocus()
        while tabs.currentIndex() != tab:
            self.robot.press(Qt.Key.Key_Right if tabs.currentIndex() < tab else Qt.Key.Key_Left, on=tabs.tabBar())

    def press(self, name):
        """Press a button with the keyboard."""
        button = self.robot.find(QAbstractButton, name)
        button.setFocus(Qt.FocusReason.TabFocusReason)
        self.robot.press(Qt.Key.Key_Return, on=button)

    def confirm(self):
        """Say yes with Ctrl+Enter, wherever the keyboard is."""
        self.robot.find(QAbstractButton, "confirmButton")
        dialog = QApplication.activeModalWidget()
        QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self.robot.settle()


def _is_nav(button):
    return button.objectName().startswith("nav-")


@pytest.fixture(scope="module")
def stage(qapp, tmp_path_factory):
    """One server and one window; the expert-comptable is signed in."""
    with staged(FirmStage, tmp_path_factory.mktemp("firm")) as made:
        made.come_in("ec")
        yield made


def test_the_people_are_shown_and_somebody_is_invited_then_not_any_more(stage):
    stage.open_firm(0)
    stage.robot.wait_for_text(stage.name("ec_second_of_firm"))
    stage.robot.wait_for_text(stage.name("staff"))
    stage.shoot("01-people")
    stage.press("inviteButton")
    stage.robot.enter(stage.robot.find(QLineEdit, "granteeEdit"), GUEST)
    stage.robot.enter(stage.robot.find(QPlainTextEdit, "reasonEdit"), "Renfort de la campagne fiscale.")
    stage.press("sendRequestButton")
    stage.open_firm(0)
    stage.robot.wait_for_text(GUEST, seconds=30)
    before = cancelling(stage)
    stage.robot.find(QScrollArea, "firmPeople").ensureWidgetVisible(stage.robot.find(QAbstractButton, before))
    stage.shoot("02-invited")
    stage.press(before.replace("cancel", "again"))
    stage.confirm()
    stage.robot.wait_until(lambda: cancelling(stage) not in ("", before), "la nouvelle invitation", seconds=30)
    stage.press(cancelling(stage))
    stage.confirm()
    stage.robot.wait_for_text("Aucune invitation en cours.", seconds=30)


def cancelling(stage):
    """Name the button that cancels the one invitation of the guest; empty while there is none."""
    said = f"Annuler l’invitation de {GUEST}"
    found = [one.objectName() for one in stage.robot.all(QAbstractButton) if one.accessibleName() == said]
    assert len(found) <= 1
    return "".join(found)


def test_the_rules_are_set_and_say_what_they_change(stage):
    stage.open_firm(2)
    accept = [one.objectName() for one in stage.robot.all(QAbstractButton) if one.objectName().startswith("accept-")]
    for name in accept:
        stage.press(name)
        stage.robot.wait_for_text("inscrits au registre")
        stage.shoot("03-terms")
        stage.confirm()
        stage.robot.wait_until(lambda name=name: not stage.robot.is_shown(QWidget, name), "les conditions acceptées")
    stage.press("twoApproversButton")
    stage.confirm()
    stage.robot.wait_for_text("Deux accords sont désormais demandés.")
    stage.press("reviewDayButton")
    stage.robot.find(QComboBox, "reviewMonthBox").setCurrentIndex(3)
    stage.robot.find(QComboBox, "reviewDayBox").setCurrentIndex(30)
    stage.confirm()
    stage.robot.wait_for_text("chaque année le 31\u00a0mars.")
    stage.shoot("04-rules")


def test_a_template_is_shortened(stage):
    stage.open_firm(3)
    stage.press("edit-assistant")
    stage.robot.enter(stage.robot.find(QLineEdit, "templateDaysEdit"), "90")
    stage.shoot("05-template")
    stage.confirm()
    stage.robot.wait_for_text("Pour 3\u00a0mois (90\u00a0jours)")
    stage.shoot("06-templates")


def test_without_a_network_the_last_page_is_dated_and_nothing_can_be_changed(stage):
    stage.open_firm(1)
    stage.server.kill()
    stage.open_firm(1)
    stage.robot.wait_for_text("ne se modifie qu’en ligne")
    assert not stage.robot.find(QAbstractButton, "declareAbsenceButton").isEnabled()
    stage.robot.wait_for_text("Pourquoi\u00a0? Pas de connexion au serveur.")
    stage.shoot("07-offline")
    stage.back_online()
    stage.robot.wait_until(stage.robot.find(QAbstractButton, "declareAbsenceButton").isEnabled, "le retour", seconds=30)


def test_an_absent_expert_names_a_colleague_who_decides_in_his_place(stage):
    day = datetime.now().astimezone().date() + timedelta(days=20)
    stage.open_firm(1)
    stage.press("declareAbsenceButton")
    box = stage.robot.find(QComboBox, "absenceColleagueBox")
    box.setCurrentIndex(box.findText(stage.name("ec_second_of_firm")))
    stage.robot.enter(stage.robot.find(QLineEdit, "absenceEndEdit"), f"{day:%d%m%Y}")
    stage.robot.enter(stage.robot.find(QPlainTextEdit, "absenceReasonEdit"), "Congé d’automne")
    stage.shoot("08-absence-asked")
    stage.confirm()
    away, cover = stage.name("ec"), stage.name("ec_second_of_firm")
    stage.robot.wait_for_text(f"{cover} décide en l’absence {wording.of(away)}")
    stage.robot.wait_for_text(f"Jusqu’au {wording.day(day)} inclus.")
    stage.shoot("09-absence")
    ask_as_staff(stage)
    stage.sign_out()
    stage.come_in("ec_second_of_firm")
    stage.go_to("delegations")
    stage.robot.click("chip-undecided")
    table = stage.robot.find(QTableView, "delegationTable")
    stage.robot.wait_until(lambda: table.model().rowCount() >= 1, "la demande à l’absent", seconds=30)
    table.setFocus()
    stage.robot.press(Qt.Key.Key_Home, on=table)
    stage.robot.wait_for_text(f"Vous décidez en l’absence {wording.of(away)}.")
    stage.robot.press(Qt.Key.Key_A, on=table)
    stage.robot.find(QWidget, "approveDialog")
    stage.shoot("10-in-absence")
    stage.robot.click("confirmButton")
    stage.robot.wait_until(lambda: table.model().rowCount() == 0, "la décision transmise", seconds=30)


def ask_as_staff(stage):
    """Let the collaborateur ask the one who is away, from another machine."""
    person, expert = stage.person("staff"), stage.person("ec")

    def visit(address):
        said = {"login_id": person["login_id"], "password": person["password"]}
        threading.Thread(target=lambda: Visitor().sign_in(address, **said), daemon=True).start()
        return True

    browser = SystemBrowser(stage.server.url, open_url=visit)
    tokens = browser.sign_in(cancelled=threading.Event())
    browser._client.close()
    server = RawServer(stage.server.url, pins=stage.folder / "staff-pins.json")
    body = {
        "firm": expert["firms"][0]["id"],
        "service": "bibliordre",
        "rights": ["access"],
        "grantor": expert["entry_id"],
        "reason": "Recherches pour la clôture.",
        "valid_until": (datetime.now(UTC) + timedelta(days=60)).date().isoformat(),
    }
    server.submit(Call("POST", "/delegations", body, new_uuid()), token=tokens.access_token)
    server.close()
