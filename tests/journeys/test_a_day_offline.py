"""A day without a network: locked, started again, and decided; what a colleague decided first is told, line by line."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from comptexpert_desktop.desktop import window
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.presentation.outbox import words
from comptexpert_desktop.ui.destinations import VAULT, Destination
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.window.main_window import MainWindow
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.support import status
from tests.journeys.delegation_stage import CONTROL, DeskStage, Elsewhere
from tests.journeys.journey_stage import staged

pytestmark = [pytest.mark.journey, pytest.mark.secretservice]

SERVICES = {
    "bibliordre": "access",
    "bibliobase": "access",
    "network": "access",
    "rfc": "access",
    "directory_page": "access",
    "jesignexpert": "prepare",
    "jefacture": "access",
}
INVITED = tuple(f"personne.{number}@cabinet.example" for number in range(1, 5))
OVERTAKEN = ("bibliordre", "bibliobase")
"""Of two rights a colleague decides first, elsewhere."""
PIN = "480271"
LOUD, CHECKED = "PAS ENCORE EFFECTIF", "Révocation en vérification"


@pytest.fixture
def stage(qapp, tmp_path):
    """One server and one window; an expert-comptable who granted thirty-five rights is signed in, and has a PIN."""
    with staged(DeskStage, tmp_path) as made:
        expert = Elsewhere(made, "ec")
        for person in (made.person("staff")["login_id"], *INVITED):
            for code, right in SERVICES.items():
                asked = {"service": code, "rights": [right], "grantee": person}
                expert.send("POST", "/delegations", {"firm": expert.person["firms"][0]["id"], **asked})
        expert.close()
        made.come_in("ec")
        yield made


def begin_again(stage):
    """Start the program again, on the same folder."""
    app = window.build(stage.app.settings)
    app.show()
    made = DeskStage(app, server=stage.server, service=stage.service, folder=stage.folder, pictures=stage.pictures)
    stage.app, stage.robot = made.app, made.robot


def choose_pin(stage):
    stage.robot.window.findChild(MainWindow).open(Destination(VAULT))
    stage.robot.wait_until(stage.robot.find(QAbstractButton, "choosePinButton").isEnabled, "le choix d’un PIN")
    stage.robot.click("choosePinButton")
    for name in ("newPinEdit", "newPinAgainEdit"):
        stage.robot.enter(name, PIN)
        stage.key(Qt.Key.Key_Return)
    stage.robot.wait_until(lambda: read(stage, status.summary).pin == "ready", "le PIN")


def read(stage, work):
    told = []
    stage.app.tasks.read(stage.robot.window, work, told.append)
    stage.robot.wait_until(lambda: bool(told), "la lecture")
    return told[0]


def queue(stage):
    return read(stage, outbox.entries)


def unlock(stage):
    stage.robot.wait_until(lambda: stage.robot.is_shown(QLineEdit, "pinEdit"), "le PIN", seconds=20)
    stage.robot.enter("pinEdit", PIN)
    stage.key(Qt.Key.Key_Return)
    stage.robot.wait_until(lambda: not stage.robot.is_shown(QWidget, "lockPage"), "la fenêtre ouverte", seconds=20)


def revoke(stage, *, row):
    stage.tab_to("delegationTable")
    stage.table.selectRow(row)
    stage.robot.settle(60)
    stage.key(Qt.Key.Key_R, modifier=CONTROL)
    stage.confirm()


def unsent(stage):
    """List the rows whose revocation waits, or was on its way when the window closed."""
    return [number for number, row in enumerate(stage.rows()) if LOUD in row or CHECKED in row]


def greens(stage):
    """List the messages of the window that are green."""
    banners = [one for one in stage.robot.all(Banner) if one.text()]
    return [one.text() for one in banners if one.property("tone") == "success"]


@pytest.mark.parametrize("decisions", [6, pytest.param(30, marks=pytest.mark.campaign)])
def test_a_day_without_a_network_ends_with_every_line_explained(stage, decisions):
    choose_pin(stage)
    stage.robot.click("syncButton")
    stage.open_desk()
    stage.show("live")
    total = len(SERVICES) * (1 + len(INVITED))
    stage.robot.wait_until(lambda: len(stage.rows()) == total, "les droits", seconds=30)
    stage.server.kill()
    for row in range(decisions // 2):
        revoke(stage, row=row)
    stage.robot.click("lockButton")
    stage.leave()
    begin_again(stage)
    unlock(stage)
    stage.open_desk()
    stage.show("live")
    stage.robot.wait_until(lambda: len(unsent(stage)) == decisions // 2, "ce qui attend")
    for done in range(decisions // 2, decisions):
        stage.robot.wait_until(lambda done=done: len(unsent(stage)) == done, "la révocation de la ligne d’avant")
        revoke(stage, row=next(number for number in range(total) if number not in unsent(stage)))
    assert len(queue(stage)) == decisions
    assert greens(stage) == []
    stage.shoot("01-waiting")
    stage.leave()

    stage.server.start()
    stage.server.wait_until_ready()
    colleague = Elsewhere(stage, "ec_second_of_firm")
    overtaken = [colleague.find(service=service, status="ACTIVE") for service in OVERTAKEN]
    for delegation_id in overtaken:
        colleague.decide(delegation_id, "suspend")
    colleague.close()
    begin_again(stage)
    stage.robot.click("syncButton")
    done = {"sent": decisions - len(OVERTAKEN), "needs_you": len(OVERTAKEN)}
    stage.robot.wait_until(lambda: Counter(entry.status.value for entry in queue(stage)) == done, "l’envoi", seconds=60)
    waiting = [entry for entry in queue(stage) if entry.status is OutboxStatus.NEEDS_YOU]
    assert {entry.delegation_id for entry in waiting} == set(overtaken)
    assert all(words.explanation(entry) for entry in waiting)
    assert greens(stage) == []
    stage.open_screen("outbox")
    stage.robot.settle(400)
    stage.shoot("02-two-to-look-at")
