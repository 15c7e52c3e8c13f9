"""« Préparer un diagnostic »: the whole is shown before anything is written, and what is written is what was shown."""

from __future__ import annotations

import json
import stat

import pytest
from PySide6.QtGui import QGuiApplication

from comptexpert_desktop.domain.network_check import Finding, Step
from comptexpert_desktop.errors import StoreError
from comptexpert_desktop.ui.settings.bundle_dialog import BundleDialog
from comptexpert_desktop.usecases.support import diagnostics
from tests.desktop.ui import kit, walks
from tests.desktop.ui.settings.test_settings_screen import open_settings


@pytest.fixture
def shown(app_kit, qtbot, tmp_path):
    """Open the preview on a desk where something is going on."""
    app_kit.fill(kit.delegation())
    robot = open_settings(app_kit, qtbot, tmp_path)
    robot.find("diagnosticButton").click()
    assert not robot.find("diagnosticButton").isEnabled()
    qtbot.waitUntil(lambda: robot.screen.findChild(BundleDialog) is not None)
    return robot, robot.screen.findChild(BundleDialog)


def test_every_line_is_shown_and_names_nobody(shown):
    robot, dialog = shown
    document = json.loads(dialog.text.toPlainText())
    assert {"version", "state", "network", "files", "logs", "settings"} <= set(document)
    assert document["network"][-1] == {"step": "clock", "code": "ok"}
    text = dialog.text.toPlainText().lower()
    people = (kit.EXPERT, kit.STAFF)
    assert [one.surname for one in people if one.surname.lower() in text] == []
    assert robot.find("diagnosticButton").isEnabled()


def test_what_is_saved_is_what_was_shown_for_its_person_alone(shown, tmp_path):
    _, dialog = shown
    before = set(tmp_path.rglob("*.json"))
    target = tmp_path / "diagnostic.json"
    dialog.save_to(target)
    assert target.read_text(encoding="utf-8") == dialog.text.toPlainText()
    assert set(tmp_path.rglob("*.json")) - before == {target}
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert "diagnostic.json" in dialog.outcome.text()


def test_a_place_that_takes_no_file_is_told(shown, tmp_path):
    _, dialog = shown
    dialog.save_to(tmp_path / "absent" / "diagnostic.json")
    assert "n’a pas pu être écrit" in dialog.outcome.text()


def test_it_is_copied_whole(shown):
    _, dialog = shown
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == dialog.text.toPlainText()


def test_the_step_that_fails_is_the_last_one(app_kit, qtbot, tmp_path):
    app_kit.gateways.network.findings[Step.TLS] = Finding(
        Step.TLS, "NET_TLS", {"reason": "expired", "issuer": "Inspection"}
    )
    robot = open_settings(app_kit, qtbot, tmp_path)
    robot.find("diagnosticButton").click()
    qtbot.waitUntil(lambda: robot.screen.findChild(BundleDialog) is not None)
    found = json.loads(robot.screen.findChild(BundleDialog).text.toPlainText())["network"]
    assert found[-1] == {"step": "tls", "code": "NET_TLS", "reason": "expired", "issuer": "Inspection"}


def test_files_that_cannot_be_read_are_told_and_it_can_be_tried_again(app_kit, qtbot, tmp_path, monkeypatch):
    def refuse(*_given, **_options):
        raise StoreError("STORE_BUSY")

    monkeypatch.setattr(diagnostics, "gather", refuse)
    robot = open_settings(app_kit, qtbot, tmp_path)
    robot.find("diagnosticButton").click()
    qtbot.waitUntil(lambda: bool(robot.screen.banner.text()))
    assert robot.find("diagnosticButton").isEnabled()


def test_everything_the_keyboard_reaches_has_a_name(shown):
    _, dialog = shown
    assert walks.unnamed(dialog) == []
    assert walks.rich_labels(dialog) == []
