"""The network in « Réglages »: which proxy, who we are to it, and a test."""

from __future__ import annotations

import json

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton

from comptexpert_desktop.settings import Resolved, load
from comptexpert_desktop.ui.destinations import ProxySignIn
from comptexpert_desktop.ui.network.check_dialog import CheckDialog
from tests.desktop.ui import walks
from tests.desktop.ui.settings.test_settings_screen import open_settings

PLACE = "proxy.example:3128"


@pytest.fixture
def robot(app_kit, qtbot, tmp_path):
    app_kit.gateways.network.place = PLACE
    return open_settings(app_kit, qtbot, tmp_path)


def asked(robot, qtbot):
    robot.screen.arrive(ProxySignIn())
    qtbot.waitUntil(lambda: bool(robot.screen.window().findChildren(QLineEdit, "proxyPasswordEdit")))
    return robot.dialog()


def test_without_a_proxy_nothing_is_asked(app_kit, qtbot, tmp_path):
    robot = open_settings(app_kit, qtbot, tmp_path)
    assert not robot.find("proxyAccountButton").isVisible()
    robot.screen.arrive(ProxySignIn())
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
    with qtbot.waitSignal(robot.kit.navigator.synchronising):
        dialog.plain_box.setChecked(True)
        dialog.confirm_button.click()
    assert robot.kit.gateways.network.logins == [("poste", "canary-of-the-proxy")]
    assert json.loads((robot.kit.folder / "settings.json").read_text()) == {"proxy_user": "poste"}
    assert "trousseau" in robot.screen.banner.text()
    assert [path for path in tmp_path.rglob("*") if path.is_file() and b"canary" in path.read_bytes()] == []


def test_without_a_keyring_the_person_is_told(robot, qtbot):
    robot.kit.gateways.network.is_kept = False
    dialog = asked(robot, qtbot)
    dialog.user_edit.setText("poste")
    dialog.password_edit.setText("x")
    dialog.plain_box.setChecked(True)
    dialog.confirm_button.click()
    qtbot.waitUntil(lambda: "faute de trousseau" in robot.screen.banner.text())


def test_giving_up_says_nothing_to_anybody(robot, qtbot):
    dialog = asked(robot, qtbot)
    dialog.user_edit.setText("poste")
    dialog.cancel_button.click()
    robot.settle()
    assert robot.kit.gateways.network.logins == []


def test_a_name_that_it_imposes_cannot_be_typed_over(app_kit, qtbot, tmp_path):
    app_kit.gateways.network.place, app_kit.gateways.network.user = PLACE, "poste-impose"
    resolved = {"proxy_user": Resolved("poste-impose", "policy", is_locked=True)}
    robot = open_settings(app_kit, qtbot, tmp_path, resolved=resolved)
    dialog = asked(robot, qtbot)
    assert dialog.user_edit.isReadOnly()
    assert "Géré par votre service informatique." in walks.words_of(dialog)
    dialog.password_edit.setText("x")
    with qtbot.waitSignal(robot.kit.navigator.synchronising):
        dialog.plain_box.setChecked(True)
        dialog.confirm_button.click()
    assert not (robot.kit.folder / "settings.json").exists()


def test_the_test_of_the_connection_opens_before_any_sign_in(robot, qtbot):
    robot.find("networkTestButton").click()
    dialog = robot.screen.window().findChild(CheckDialog)
    qtbot.waitUntil(dialog.again_button.isEnabled)
    assert dialog.verdict.text() == "Tout fonctionne."
    dialog.close_button.click()


def test_everything_the_keyboard_reaches_has_a_name(robot, qtbot):
    assert walks.unnamed(asked(robot, qtbot)) == []


def choosing(robot):
    robot.find("proxyWaysButton").click()
    return robot.dialog()


def test_a_script_is_chosen_by_an_address_that_is_one(app_kit, qtbot, tmp_path):
    robot = open_settings(app_kit, qtbot, tmp_path)
    dialog = choosing(robot)
    assert dialog.script_field.isHidden()
    dialog.mode.setCurrentIndex(dialog.mode.findData("pac"))
    assert not dialog.script_field.isHidden()
    assert not dialog.confirm_button.isEnabled()
    dialog.script.setText("proxy.pac")
    assert "http://proxy/proxy.pac" in dialog.script_field.error()
    dialog.script.setText("file:///etc/proxy.pac")
    dialog.confirm_button.click()
    qtbot.waitUntil(lambda: "prochaine ouverture" in robot.screen.banner.text())
    found = load(data_dir=str(robot.kit.folder)).network
    assert (found.proxy_mode, found.pac_url) == ("pac", "file:///etc/proxy.pac")


def test_the_proxy_is_chosen_and_kept_for_the_next_start(app_kit, qtbot, tmp_path):
    robot = open_settings(app_kit, qtbot, tmp_path)
    dialog = choosing(robot)
    dialog.mode.setCurrentIndex(dialog.mode.findData("manual"))
    assert not dialog.confirm_button.isEnabled()
    dialog.address.setText("http://nom:secret@proxy.example:3128")
    assert "sans nom ni mot de passe" in dialog.address_field.error()
    assert not dialog.confirm_button.isEnabled()
    dialog.address.setText("http://proxy.example:3128")
    dialog.exceptions.setText("intranet.example, .local.example")
    dialog.confirm_button.click()
    qtbot.waitUntil(lambda: "prochaine ouverture" in robot.screen.banner.text())
    found = load(data_dir=str(robot.kit.folder)).network
    assert (found.proxy_mode, found.proxy_url) == ("manual", "http://proxy.example:3128")
    assert found.proxy_exceptions == ("intranet.example", ".local.example")


def test_what_is_imposed_of_the_proxy_cannot_be_typed_over_and_is_not_kept(app_kit, qtbot, tmp_path):
    resolved = {"proxy_url": Resolved("http://proxy.example:3128", "policy", is_locked=True)}
    robot = open_settings(app_kit, qtbot, tmp_path, resolved=resolved)
    dialog = choosing(robot)
    assert dialog.address.isReadOnly()
    assert "Géré par votre service informatique." in walks.words_of(dialog)
    dialog.mode.setCurrentIndex(dialog.mode.findData("manual"))
    dialog.confirm_button.click()
    qtbot.waitUntil(lambda: "prochaine ouverture" in robot.screen.banner.text())
    assert "proxy_url" not in json.loads((robot.kit.folder / "settings.json").read_text())


def test_an_imposed_mode_leaves_nothing_to_choose(app_kit, qtbot, tmp_path):
    resolved = {"proxy_mode": Resolved("none", "policy", is_locked=True)}
    robot = open_settings(app_kit, qtbot, tmp_path, resolved=resolved)
    assert not robot.find("proxyWaysButton").isVisible()


def test_a_choice_that_cannot_be_kept_is_told(app_kit, qtbot, tmp_path):
    robot = open_settings(app_kit, qtbot, tmp_path)
    dialog = choosing(robot)
    (tmp_path / "settings.json").mkdir()
    dialog.confirm_button.click()
    qtbot.waitUntil(lambda: "n’a pas pu être enregistré" in robot.screen.banner.text())


def test_everything_of_the_choice_has_a_name(app_kit, qtbot, tmp_path):
    assert walks.unnamed(choosing(open_settings(app_kit, qtbot, tmp_path))) == []


def test_the_card_fits_the_smallest_window(robot, qtbot):
    qtbot.waitUntil(robot.find("proxyAccountButton").isVisible)
    assert robot.screen.network_card.minimumSizeHint().width() <= 575


def test_what_is_wrong_with_an_address_has_its_room(app_kit, qtbot, tmp_path):
    dialog = choosing(open_settings(app_kit, qtbot, tmp_path))
    dialog.mode.setCurrentIndex(dialog.mode.findData("manual"))
    before = dialog.height()
    dialog.address.setText("proxy:3128")
    qtbot.waitUntil(lambda: dialog.height() > before)
    dialog.address.setText("http://proxy.example:3128")
    assert dialog.address_field.error() == ""


def test_an_account_that_is_kept_can_be_forgotten(robot, qtbot, tmp_path):
    dialog = asked(robot, qtbot)
    assert not dialog.delete_button.isVisible()
    dialog.user_edit.setText("poste")
    dialog.password_edit.setText("x")
    dialog.plain_box.setChecked(True)
    dialog.confirm_button.click()
    qtbot.waitUntil(lambda: "«\u00a0poste\u00a0»" in robot.screen.network_card.proxy_line.text())
    robot.screen.arrive(ProxySignIn())
    found = robot.screen.window()
    qtbot.waitUntil(lambda: any(one.isVisible() for one in found.findChildren(QPushButton, "forgetProxyButton")))
    robot.dialog().delete_button.click()
    qtbot.waitUntil(lambda: "oublié" in robot.screen.banner.text())
    assert (robot.kit.gateways.network.user, robot.kit.gateways.network.logins) == ("", [])
    assert json.loads((robot.kit.folder / "settings.json").read_text()) == {"proxy_user": ""}
    qtbot.waitUntil(lambda: "avec le compte" not in robot.screen.network_card.proxy_line.text())


def test_an_imposed_name_is_not_forgotten(app_kit, qtbot, tmp_path):
    app_kit.gateways.network.place, app_kit.gateways.network.user = PLACE, "poste-impose"
    resolved = {"proxy_user": Resolved("poste-impose", "policy", is_locked=True)}
    robot = open_settings(app_kit, qtbot, tmp_path, resolved=resolved)
    assert not asked(robot, qtbot).delete_button.isVisible()
