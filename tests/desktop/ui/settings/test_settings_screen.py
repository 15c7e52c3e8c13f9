"""« Réglages »: what governs the application, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication

from comptexpert_desktop.errors import Unreachable, VaultLocked
from comptexpert_desktop.settings import Resolved, load
from comptexpert_desktop.settings.definitions import KEYS
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import Scheme
from comptexpert_desktop.ui.settings import about
from comptexpert_desktop.ui.settings import screen as settings_screen
from comptexpert_desktop.ui.settings.screen import SettingsScreen
from comptexpert_desktop.usecases.ports import Snapshot
from tests.desktop.ui import kit, walks
from tests.desktop.ui.robot import Robot

SNAPSHOT = Snapshot(version=3, base_version=None, generated_at="2026-11-20T08:00:00Z", rows=())


@pytest.fixture
def fresh_look(qapp):
    """Give the application back its usual look."""
    yield
    theme.apply(QApplication.instance(), Scheme.AUTO)


def open_settings(app_kit, qtbot, tmp_path, **options) -> Robot:
    app_kit.fill()
    return Robot(SettingsScreen(app_kit.context(**options)), app_kit, qtbot)


def test_the_server_is_shown_and_cannot_be_typed_over(app_kit, qtbot, tmp_path) -> None:
    robot = open_settings(app_kit, qtbot, tmp_path)
    assert robot.find("serverEdit").text() == kit.SERVER
    assert robot.find("serverEdit").isReadOnly()


def test_a_server_chosen_by_policy_says_who_chose_it(app_kit, qtbot, tmp_path) -> None:
    robot = open_settings(app_kit, qtbot, tmp_path, server_is_locked=True)
    assert "Géré par votre service informatique." in walks.words_of(robot.screen)


@pytest.mark.parametrize("key", [key for key in KEYS if key.name != "server_url"], ids=lambda key: key.name)
def test_a_setting_of_the_firm_says_who_decided_and_cannot_be_typed_over(app_kit, qtbot, tmp_path, key) -> None:
    imposed = {key.name: Resolved(key.example, "policy", is_locked=True)}
    robot = open_settings(app_kit, qtbot, tmp_path, resolved=imposed)
    line = robot.find(f"managed-{key.name}")
    assert line.isReadOnly()
    assert line.text()
    assert line.accessibleName() == key.french[0]
    assert "Géré par votre service informatique." in walks.words_of(robot.screen)


def test_nothing_is_said_of_a_firm_that_decided_nothing(app_kit, qtbot, tmp_path) -> None:
    robot = open_settings(app_kit, qtbot, tmp_path, resolved={"proxy_mode": Resolved("system", "built-in")})
    assert "Réglages du cabinet" not in walks.words_of(robot.screen)


@pytest.mark.usefixtures("fresh_look")
def test_colours_are_applied_at_once_and_kept(app_kit, qtbot, tmp_path) -> None:
    robot = open_settings(app_kit, qtbot, tmp_path)
    assert robot.screen.schemes[Scheme.AUTO].isChecked()
    with qtbot.waitSignal(robot.screen.scheme_chosen) as chosen:
        robot.screen.schemes[Scheme.DARK].click()
    assert chosen.args == [Scheme.DARK]
    assert theme.is_dark()
    assert robot.screen.context.preferences.colour_scheme() == "dark"
    assert load(data_dir=str(robot.kit.folder)).colour_scheme == "dark"


def test_without_a_copy_of_the_registry_the_need_of_a_network_is_said(app_kit, qtbot, tmp_path) -> None:
    robot = open_settings(app_kit, qtbot, tmp_path)
    assert "Aucune copie sur ce poste" in robot.screen.registry_date.text()


def test_the_copy_is_updated_and_dated(app_kit, qtbot, tmp_path) -> None:
    app_kit.gateways.snapshots = [SNAPSHOT]
    robot = open_settings(app_kit, qtbot, tmp_path)
    robot.screen.update_button.click()
    qtbot.waitUntil(lambda: "20\u00a0novembre 2026" in robot.screen.registry_date.text())
    assert "à jour" in robot.screen.banner.text()
    robot.kit.now += timedelta(days=31)
    robot.screen.reload()
    qtbot.waitUntil(lambda: "plus de 30\u00a0jours" in robot.screen.registry_date.text())


def test_a_failed_update_says_why_and_can_be_tried_again(app_kit, qtbot, tmp_path) -> None:
    app_kit.gateways.snapshots = [Unreachable(data={"host": "127.0.0.1"})]
    robot = open_settings(app_kit, qtbot, tmp_path)
    robot.screen.update_button.click()
    qtbot.waitUntil(lambda: bool(robot.screen.banner.text()))
    assert robot.screen.update_button.isEnabled()
    robot.settle()
    assert "Aucune copie" in robot.screen.registry_date.text()


def test_the_newest_copy_says_so(app_kit, qtbot, tmp_path) -> None:
    app_kit.gateways.snapshots = [None]
    robot = open_settings(app_kit, qtbot, tmp_path)
    robot.screen.update_button.click()
    qtbot.waitUntil(lambda: "la plus récente" in robot.screen.banner.text())


def test_the_keyring_is_named_and_its_state_is_worded(app_kit, qtbot, tmp_path) -> None:
    robot = open_settings(app_kit, qtbot, tmp_path)
    qtbot.waitUntil(lambda: "Mémoire (essai)" in walks.words_of(robot.screen))
    assert robot.screen.vault_badge.text() == "Disponible"


def test_a_locked_keyring_is_not_called_available(app_kit, qtbot, tmp_path) -> None:
    robot = open_settings(app_kit, qtbot, tmp_path)
    state = robot.kit.read(settings_screen._state, qtbot)
    robot.screen._show(replace(state, summary=replace(state.summary, vault=VaultLocked.default_code)))
    assert robot.screen.vault_badge.text() != "Disponible"
    assert robot.screen.vault_text.text()


def test_about_says_that_it_is_independent_and_under_which_licences(app_kit, qtbot, tmp_path) -> None:
    robot = open_settings(app_kit, qtbot, tmp_path)
    shown = walks.words_of(robot.screen)
    assert "Application indépendante, non affiliée à l’Ordre" in shown
    assert "LGPL" in shown
    assert about.version() in shown


def test_everything_the_keyboard_reaches_has_a_name(app_kit, qtbot, tmp_path) -> None:
    robot = open_settings(app_kit, qtbot, tmp_path)
    assert walks.unnamed(robot.screen) == []
    assert walks.rich_labels(robot.screen) == []


def test_no_part_of_the_screen_is_ever_a_window(app_kit, qtbot, qapp, tmp_path) -> None:
    watch = walks.WindowWatch(qapp)
    open_settings(app_kit, qtbot, tmp_path)
    qapp.removeEventFilter(watch)
    assert watch.shown == ["SettingsScreen settingsScreen"]
