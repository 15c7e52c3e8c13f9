"""The rights in force as a table: everything alive, nothing else, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest
from PySide6.QtWidgets import QFileDialog

from comptexpert_desktop.domain.delegation import Party, Status
from comptexpert_desktop.ui.delegations.live_export import safe
from tests.desktop.ui import kit
from tests.desktop.ui.delegations.desk_robot import DeskRobot

TRAP = Party("acc-trap", "=cmd", "=HYPERLINK(1)", "Piège")


@pytest.fixture
def robot(app_kit, qtbot):
    return DeskRobot(
        app_kit,
        qtbot,
        kit.delegation(1),
        kit.active(2),
        kit.active(3, status=Status.SUSPENDED, grantee=TRAP),
        kit.active(4, status=Status.REVOKED),
    )


def save(robot, target):
    robot.screen.live_export.button.click()
    dialog = robot.screen.findChild(QFileDialog, "liveFileDialog")
    assert dialog.isVisible()
    dialog.fileSelected.emit(str(target))
    dialog.close()
    robot.settle()


def test_what_is_alive_is_written_for_a_french_spreadsheet(robot, tmp_path):
    target = tmp_path / "droits.csv"
    save(robot, target)
    content = target.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:3] == ["Personne", "Identifiant", "Cabinet"]
    assert [row[0] for row in rows[1:]] == ["Lou MARCHETTI", "'=HYPERLINK(1) PIÈGE"]
    assert rows[1][3:5] == ["732829320", "Jesignexpert"]
    assert rows[2][1] == "'=cmd"
    assert "2\u00a0délégations en cours" in robot.desk.banner.text()


def test_a_folder_that_cannot_be_written_is_said(robot, tmp_path):
    save(robot, tmp_path / "absent" / "droits.csv")
    assert "n’a pas pu être écrit" in robot.desk.banner.text()


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@SUM", "\t=1", "\r=1"])
def test_no_cell_starts_a_formula(text):
    assert safe(text).startswith("'")


@pytest.mark.parametrize("text", ["", "Lou", "732829320", "2026-11-24"])
def test_plain_cells_are_left_alone(text):
    assert safe(text) == text


def test_those_who_ask_are_not_offered_the_table(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), grants=False)
    assert not robot.screen.live_export.button.isVisible()
