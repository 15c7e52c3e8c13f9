"""Whom the form of a request finds: the copy of this machine first, and the server for who is not in it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.registry import EntryId, RegistryEntry
from comptexpert_desktop.errors import Unreachable
from tests.desktop.ui.delegations.test_requests import StaffRobot

CONFIRMED_TODAY = RegistryEntry(
    entry_id=EntryId("entry-9"),
    surname="Kermarrec",
    given_name="Paul",
    town="Brest",
    council="bretagne",
    list=Profile.AGC_HEAD,
    registration_number="",
)


def test_who_is_not_in_the_copy_of_this_machine_is_looked_for_on_the_server(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot)
    robot.know_people()
    robot.open_form("jesignexpert")
    app_kit.gateways.found = (CONFIRMED_TODAY,)
    edit = robot.form.grantor.edit
    qtbot.keyClicks(edit.edit, "kerma")
    qtbot.waitUntil(edit.list.isVisible)
    assert "Réponse du serveur." in edit.status.text()
    qtbot.keyClick(edit.edit, Qt.Key.Key_Return)
    assert robot.form.request().grantor_entry_id == "entry-9"


def test_the_server_is_not_asked_for_who_is_in_the_copy_of_this_machine(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot)
    robot.know_people()
    robot.open_form("jesignexpert")
    app_kit.gateways.found = (CONFIRMED_TODAY,)
    robot.choose_expert()
    assert robot.form.request().grantor_entry_id == "entry-1"


def test_without_the_server_the_copy_of_this_machine_says_that_nobody_has_this_name(app_kit, qtbot) -> None:
    robot = StaffRobot(app_kit, qtbot)
    robot.know_people()
    robot.open_form("jesignexpert")
    app_kit.gateways.search_grantors = unreachable
    qtbot.keyClicks(robot.form.grantor.edit.edit, "kerma")
    status = robot.form.grantor.edit.status
    qtbot.waitUntil(lambda: "Aucun nom ne correspond. Annuaire du 20/11/2026." in status.text())


def unreachable(_text, *, limit):
    raise Unreachable
