"""« Importer… »: nothing is granted before the agreement, each line says what it gives, a lost answer is found again."""

from __future__ import annotations

import csv
import io

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog

from comptexpert_desktop.domain import import_file
from comptexpert_desktop.domain.delegation import DelegationQuery, Role
from comptexpert_desktop.errors import Refused, ServerFault, Unreachable
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.documents import importing
from tests.desktop.ui.importing.import_robot import GOOD, HEAD, INVITED, UNKNOWN, WRONG, ImportRobot


@pytest.fixture
def robot(window_kit, qtbot, tmp_path):
    return ImportRobot(window_kit, qtbot, tmp_path)


def granted(robot):
    """The people who have a delegation on the server."""
    return sorted(one.grantee.display_name for one in robot.server.delegations.values())


def test_each_line_says_what_it_would_give_and_nothing_is_granted(robot):
    rows = robot.preview(HEAD + GOOD + INVITED + UNKNOWN + WRONG)
    assert rows == [
        ("2", "Karim LEROUX", "Sera accordée"),
        ("3", "nora.petit@cabinet.example", "Sera invitée"),
        ("4", "inconnu.total", "Refusée"),
        ("5", "karim.leroux", "À corriger"),
    ]
    assert "n’a pas le droit «\u00a0tout\u00a0»" in robot.sentence(3)
    assert robot.dialog.grant_button.text() == "Accorder 2\u00a0délégations"
    assert granted(robot) == []
    assert robot.applied() == []


def test_the_agreement_grants_the_good_lines_in_one_call(robot):
    robot.preview(HEAD + GOOD + UNKNOWN + INVITED)
    robot.dialog.grant_button.click()
    robot.wait_for("2\u00a0délégations sont accordées. 1\u00a0ligne reste à corriger.")
    assert granted(robot) == ["Karim LEROUX", "nora.petit@cabinet.example"]
    ((table, _key),) = robot.applied()
    assert [row["grantee"] for row in csv.DictReader(io.StringIO(table))] == [
        "karim.leroux",
        "nora.petit@cabinet.example",
    ]
    query = DelegationQuery(role=Role.GRANTOR)
    known = robot.kit.read(lambda stores: delegations.page(stores, query=query, limit=9, offset=0), robot.qtbot)
    assert known.total == 2


def test_a_whole_good_file_closes_the_dialog_and_says_it_on_the_desk(robot):
    robot.preview(HEAD + GOOD)
    robot.dialog.grant_button.click()
    robot.wait_for_banner("1\u00a0délégation est accordée")
    assert robot.dialog is None


def test_what_is_there_already_is_left_aside(robot):
    robot.preview(HEAD + GOOD)
    robot.dialog.grant_button.click()
    robot.wait_for_banner("accordée")
    assert robot.preview(HEAD + GOOD) == [("2", "karim.leroux", "Déjà accordée")]
    assert robot.dialog.grant_button.isHidden()


def test_a_lost_answer_is_asked_for_again_under_the_same_key(robot):
    robot.server.import_losses.extend([None, Unreachable("NET_OFFLINE", data={"host": "x", "sent": True})])
    robot.open()
    robot.preview(HEAD + GOOD)
    robot.dialog.grant_button.click()
    robot.wait_for("peut-être accordées")
    robot.kit.sync.ask()
    robot.wait_for_banner("1\u00a0délégation est accordée")
    first, second = robot.applied()
    assert first == second
    assert granted(robot) == ["Karim LEROUX"]


def test_an_import_goes_on_once_the_dialog_is_closed(robot):
    robot.server.import_losses.extend([None, Unreachable("NET_OFFLINE", data={"host": "x", "sent": True})])
    robot.open()
    robot.preview(HEAD + GOOD)
    robot.dialog.grant_button.click()
    robot.wait_for("peut-être accordées")
    robot.qtbot.keyClick(robot.dialog, Qt.Key.Key_Escape)
    robot.wait_for_banner("la demande est dans la boîte d’envoi")
    robot.kit.sync.ask()
    robot.qtbot.waitUntil(lambda: len(robot.applied()) == 2)
    assert len(set(robot.applied())) == 1


def test_a_busy_server_is_asked_again_too(robot):
    robot.open()
    robot.preview(HEAD + GOOD)
    robot.server.faults.append(ServerFault("KEY_IN_FLIGHT", data={"status": 409}))
    robot.dialog.grant_button.click()
    robot.wait_for("peut-être accordées")
    robot.kit.sync.ask()
    robot.wait_for_banner("1\u00a0délégation est accordée")
    assert granted(robot) == ["Karim LEROUX"]


def test_without_network_nothing_is_granted_yet_and_it_leaves_by_itself(robot):
    robot.preview(HEAD + GOOD)
    robot.server.faults.append(Unreachable("NET_OFFLINE", data={"host": "x.example", "sent": False}))
    robot.dialog.grant_button.click()
    robot.wait_for("Rien n’est encore accordé")
    robot.kit.sync.ask()
    robot.wait_for_banner("1\u00a0délégation est accordée")
    assert len(robot.applied()) == 1


def test_a_line_refused_since_the_preview_grants_nothing_and_is_shown(robot):
    robot.preview(HEAD + GOOD + INVITED)
    robot.server.people_by_login.clear()
    robot.dialog.grant_button.click()
    robot.wait_for("La situation a changé")
    assert [row[2] for row in robot.rows()] == ["Refusée", "Sera invitée"]
    assert granted(robot) == []


@pytest.mark.parametrize("code", ["AUTH_STEP_UP", "AUTH_FACTOR_REQUIRED"])
def test_a_stronger_sign_in_is_one_click_away(robot, code):
    robot.server.import_code = code
    robot.give(HEAD + GOOD)
    robot.wait_for("Rien n’a été accordé")
    with robot.qtbot.waitSignal(robot.kit.window.sign_in_flow.changed):
        robot.dialog.banner.action_button.click()
    assert robot.dialog is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "aucune ligne"),
        (b"PK\x03\x04", "n’est ni un tableau CSV ni un classeur"),
        ("Nom;Service\nx;y\n", "les colonnes «\u00a0Identifiant ou courriel\u00a0» et «\u00a0Droits\u00a0»"),
        (HEAD + 'x;y;"z\n', "La ligne 2 ne peut pas être lue"),
        (HEAD + GOOD * 5_001, "La ligne 5\u202f002 dépasse la limite de 5\u202f000 lignes"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_here(robot, text, words):
    robot.give(text)
    robot.wait_for(words)
    assert robot.server.import_calls == []
    assert robot.dialog.choose.isEnabled()


def test_what_the_current_line_would_change_is_asked_of_the_server(robot):
    robot.preview(HEAD + INVITED + GOOD + UNKNOWN)
    asked = robot.server.effects_asked
    robot.qtbot.waitUntil(lambda: bool(asked))
    pane, table = robot.dialog.preview.effects, robot.dialog.preview.selection
    assert pane.isVisible()
    table.select_rows([1])
    robot.qtbot.waitUntil(lambda: len(asked) == 2)
    table.select_rows([2])
    assert pane.isHidden()
    assert [(gesture.grantee, gesture.service, gesture.rights) for (gesture,) in asked] == [
        ("nora.petit@cabinet.example", "jesignexpert", ("prepare",)),
        ("karim.leroux", "jesignexpert", ("prepare",)),
    ]
    assert all(gesture.valid_until and gesture.firm for (gesture,) in asked)


def test_a_line_that_gives_something_else_by_now_is_said_and_nothing_is_granted(robot):
    robot.preview(HEAD + GOOD + INVITED)
    robot.server.changed_grantees = {"nora.petit@cabinet.example"}
    robot.dialog.grant_button.click()
    robot.wait_for("La situation a changé")
    assert [row[2] for row in robot.rows()] == ["Sera accordée", "Refusée"]
    assert "ne donnerait plus ce que l’aperçu disait" in robot.sentence(1)
    assert granted(robot) == []


def test_a_long_table_leaves_in_one_gesture_and_says_that_it_takes_time(robot, monkeypatch):
    monkeypatch.setattr(import_file, "PART", 1)
    robot.server.import_losses.extend([None, None, Unreachable("NET_OFFLINE", data={"host": "x", "sent": True})])
    robot.preview(HEAD + GOOD + INVITED)
    robot.dialog.grant_button.click()
    assert "Un long tableau demande quelques minutes" in robot.dialog.banner.text()
    robot.wait_for("peut-être accordées")
    robot.kit.sync.ask()
    robot.wait_for_banner("2\u00a0délégations sont accordées")
    first, second = robot.applied()
    assert first == second
    assert len(granted(robot)) == 2


def test_a_file_that_is_gone_is_said(robot):
    robot.open().open_file(robot.folder / "absent.csv")
    robot.wait_for("ne peut pas être ouvert")


def test_latin_letters_and_idle_columns_are_said(robot):
    robot.preview("Identifiant;Service;Droits;Couleur\nkarim.leroux;jesignexpert;Préparer;bleu\n".encode("cp1252"))
    notes = robot.dialog.preview._notes.text()
    assert "Latin-1" in notes
    assert "«\u00a0Couleur\u00a0»" in notes


def test_only_the_lines_to_correct_are_shown_and_saved(robot, tmp_path):
    robot.preview(HEAD + GOOD + UNKNOWN + WRONG)
    robot.dialog.preview.only_faults.click()
    assert [row[0] for row in robot.rows()] == ["3", "4"]
    robot.dialog.preview.faults_button.click()
    files = robot.dialog.findChild(QFileDialog, "importFaultsDialog")
    files.fileSelected.emit(str(tmp_path / "a.csv"))
    files.close()
    text = (tmp_path / "a.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["Ligne"] for row in rows] == ["3", "4"]
    assert [row["Droits"] for row in rows] == ["prepare", "tout"]
    assert all(row["À corriger"] for row in rows)
    robot.dialog.other_button.click()
    robot.dialog.findChild(QFileDialog, "importFileDialog").fileSelected.emit(str(tmp_path / "a.csv"))
    robot.qtbot.waitUntil(lambda: [row[0] for row in robot.rows()] == ["2", "3"])


def test_a_model_can_be_filled_in_and_read_back(robot, tmp_path):
    robot.open().choose.model_button.click()
    files = robot.dialog.findChild(QFileDialog, "importModelDialog")
    files.fileSelected.emit(str(tmp_path / "modele.csv"))
    files.close()
    robot.wait_for("modele.csv")
    found = robot.kit.read(
        lambda stores: importing.read(stores, content=(tmp_path / "modele.csv").read_bytes()), robot.qtbot
    )
    (line,) = found.file.lines
    assert line.cells["grantee"] == "prenom.nom"
    assert line.cells["firm"] == "732829320"


def test_a_long_preview_can_be_stopped(robot, monkeypatch):
    monkeypatch.setattr(importing, "STRETCH", 1)
    calls = []

    def slow(table, *, dry_run, key, token):
        calls.append(key)
        if len(calls) == 2:
            robot.dialog.job.progress.cancel()
        return type(robot.server).import_grants(robot.server, table, dry_run=dry_run, key=key, token=token)

    monkeypatch.setattr(robot.server, "import_grants", slow)
    robot.give(HEAD + GOOD + INVITED + UNKNOWN)
    robot.wait_for("arrêtée. Rien n’a été accordé")
    assert len(calls) == 2
    assert robot.dialog.choose.isVisible()


def test_the_keyboard_alone_imports(robot):
    robot.qtbot.keyClick(robot.screen, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert robot.dialog.focusWidget() is robot.dialog.choose.choose_button
    robot.preview(HEAD + GOOD)
    assert robot.dialog.focusWidget() is robot.table
    robot.qtbot.keyClick(robot.dialog.grant_button, Qt.Key.Key_Return)
    robot.wait_for_banner("accordée")


def test_a_refused_call_says_that_nothing_happened(robot):
    robot.server.faults.append(Refused("BODY_TOO_LARGE"))
    robot.give(HEAD + GOOD)
    robot.wait_for("Rien n’a été accordé")


def test_those_who_ask_import_nothing(window_kit, qtbot, tmp_path):
    robot = ImportRobot(window_kit, qtbot, tmp_path, may_grant=False)
    assert not robot.screen.imports.button.isVisible()
    robot.qtbot.keyClick(robot.screen, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert not [each for each in robot.screen.findChildren(QDialog) if each.isVisible()]
