"""The network in « Réglages »: which proxy, who we are to it, and a test."""

from __future__ import annotations

import json

import pytest
from PySide6.QtWidgets import QLineEdit

from comptexpert_desktop.settings import Told
from comptexpert_desktop.ui.network.check_dialog import CheckDialog
from tests.desktop.ui import walks
from tests.desktop.ui.settings.test_settings_screen import open_settings

PLACE = "proxy.example:3128"


@pytest.fixture
def robot(app_kit, qtbot, tmp_path):
    app_kit.doors.network.place = PLACE
    return open_settings(app_kit, qtbot, tmp_path)


def asked(robot, qtbot):
    robot.screen.ask_proxy()
    qtbot.waitUntil(lambda: bool(robot.screen.window().findChildren(QLineEdit, "proxyPasswordEdit")))
    return robot.dialog()


def test_without_a_proxy_nothing_is_asked(app_kit, qtbot, tmp_path):
    robot = open_settings(app_kit, qtbot, tmp_path)
    assert not robot.find("proxyAccountButton").isVisible()
    robot.screen.ask_proxy()
    qtbot.waitUntil(lambda: "Aucun proxy" in robot.screen.banner.text())


def test_the_proxy_is_named_and_its_account_is_offered(robot, qtbot):
    qtbot.waitUntil(lambda: PLACE in robot.screen.network_card.proxy_line.text())
    assert robot.find("proxyAccountButton").isVisible()


def test_the_name_is_kept_among_the_choices_and_the_password_is_not(robot, qtbot, tmp_path):
    dialog = asked(robot, qtbot)
    assert not dialog.confirm_button.isEnabled()
    dialog.user_edit.setText("poste")
    dialog.password_edit.setText("canary-of-the-proxy")
    assert dialog.password_edit.echoMode() is QLineEdit.EchoMode.Password
    with qtbot.waitSignal(robot.screen.sync_wanted):
        dialog.confirm_button.click()
    assert robot.kit.doors.network.logins == [("poste", "canary-of-the-proxy")]
    assert json.loads((tmp_path / "settings.json").read_text()) == {"proxy_user": "poste"}
    assert "trousseau" in robot.screen.banner.text()
    assert [path for path in tmp_path.rglob("*") if path.is_file() and b"canary" in path.read_bytes()] == []


def test_without_a_keyring_the_person_is_told(robot, qtbot):
    robot.kit.doors.network.is_kept = False
    dialog = asked(robot, qtbot)
    dialog.user_edit.setText("poste")
    dialog.password_edit.setText("x")
    dialog.confirm_button.click()
    qtbot.waitUntil(lambda: "faute de trousseau" in robot.screen.banner.text())


def test_giving_up_says_nothing_to_anybody(robot, qtbot):
    dialog = asked(robot, qtbot)
    dialog.user_edit.setText("poste")
    dialog.cancel_button.click()
    robot.settle()
    assert robot.kit.doors.network.logins == []


def test_a_name_that_it_imposes_cannot_be_typed_over(app_kit, qtbot, tmp_path):
    app_kit.doors.network.place, app_kit.doors.network.user = PLACE, "poste-impose"
    told = {"proxy_user": Told("poste-impose", "policy", is_locked=True)}
    robot = open_settings(app_kit, qtbot, tmp_path, told=told)
    dialog = asked(robot, qtbot)
    assert dialog.user_edit.isReadOnly()
    assert "Géré par votre service informatique." in walks.words_of(dialog)
    dialog.password_edit.setText("x")
    with qtbot.waitSignal(robot.screen.sync_wanted):
        dialog.confirm_button.click()
    assert not (tmp_path / "settings.json").exists()


def test_the_test_of_the_connection_opens_before_any_sign_in(robot, qtbot):
    robot.find("networkTestButton").click()
    dialog = robot.screen.window().findChild(CheckDialog)
    qtbot.waitUntil(dialog.again_button.isEnabled)
    assert dialog.verdict.text() == "Tout fonctionne."
    dialog.close_button.click()


def test_everything_the_keyboard_reaches_has_a_name(robot, qtbot):
    assert walks.unnamed(asked(robot, qtbot)) == []
