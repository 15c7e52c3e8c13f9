"""« Exporter… »: what was asked for, everything of it and nothing else, in each format; and what came of it is said."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from icalendar import Calendar
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from comptexpert_desktop.domain import register as domain
from comptexpert_desktop.domain.delegation import Party, Status
from comptexpert_desktop.errors import Unreachable
from comptexpert_desktop.ui.documents import export_job, writers
from comptexpert_desktop.usecases.documents import register
from tests.desktop.domain.test_register import PUBLIC, a_register, cut, rewritten
from tests.desktop.ui import kit
from tests.desktop.ui.documents.export_robot import ExportRobot

TRAP = Party("acc-trap", "=cmd", "=HYPERLINK(1)", "Piège")
LIVE = "Tous les droits"


@pytest.fixture
def robot(app_kit, qtbot):
    return ExportRobot(
        app_kit,
        qtbot,
        kit.delegation(1),
        kit.active(2),
        kit.active(3, status=Status.SUSPENDED, grantee=TRAP),
        kit.active(4, status=Status.REVOKED),
    )


@pytest.fixture
def served(robot):
    """Let the server give a register."""
    document = a_register(12)
    robot.kit.gateways.register = lambda _firm, *, form, token: json.dumps(document, ensure_ascii=False).encode()
    robot.kit.gateways.pinned_key = lambda: PUBLIC
    return document


def table(target):
    return list(csv.reader(io.StringIO(target.read_bytes().decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_live_rights_as_a_table_run_nothing(robot, tmp_path):
    rows = table(robot.export(LIVE, "csv", tmp_path / "droits.csv"))
    assert rows[0][:3] == ["Personne", "Identifiant", "Cabinet"]
    assert [row[0] for row in rows[1:]] == ["Lou MARCHETTI", "'=HYPERLINK(1) PIÈGE"]
    assert rows[1][3:5] == ["732829320", "Jesignexpert"]
    assert rows[2][1] == "'=cmd"
    assert "2\u00a0délégations sont enregistrées dans «\u00a0droits.csv\u00a0»." in robot.said()


def test_the_live_rights_as_a_workbook_keep_days_as_days(robot, tmp_path):
    target = robot.export(LIVE, "xlsx", tmp_path / "droits.xlsx")
    rows = list(openpyxl.load_workbook(target).worksheets[0].iter_rows())
    assert [row[0].value for row in rows] == ["Personne", "Lou MARCHETTI", "=HYPERLINK(1) PIÈGE"]
    assert rows[2][0].data_type == "s"
    assert rows[1][8].value.date() == kit.TODAY + timedelta(days=177)


def test_the_live_rights_as_data_keep_their_codes(robot, tmp_path):
    found = json.loads(robot.export(LIVE, "json", tmp_path / "droits.json").read_text(encoding="utf-8"))
    assert found["count"] == 2
    assert [one["status"] for one in found["delegations"]] == ["ACTIVE", "SUSPENDED"]
    assert found["delegations"][0]["rights"] == ["prepare", "sign"]
    assert found["delegations"][0]["not_transmitted"] is None


def test_the_live_rights_as_a_document_name_everybody(robot, tmp_path):
    reader = PdfReader(robot.export(LIVE, "pdf", tmp_path / "droits.pdf"))
    said = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "Droits en cours" in said
    assert "Lou MARCHETTI l.marchetti Cabinet des Aubépines" in said
    assert "2 délégations. Actifs, programmés et suspendus." in said.replace("\u00a0", " ")


def test_the_shown_view_is_what_the_table_shows(robot, tmp_path):
    robot.desk.query_bar.filters.choose("ended")
    robot.settle()
    rows = table(robot.export("La vue", "csv", tmp_path / "vue.csv"))
    assert [row[6] for row in rows[1:]] == ["Révoquée"]
    assert "1\u00a0délégation est enregistrée" in robot.said()


def test_the_chosen_lines_alone_leave(robot, tmp_path):
    robot.desk.query_bar.filters.choose("all")
    robot.settle()
    robot.open()
    assert "La vue affichée" in robot.offers()[0], "one line is at hand, and none was chosen"
    robot.dialog().reject()
    robot.table.selection.select(["del-000002", "del-000004"])
    robot.settle()
    rows = table(robot.export("2\u00a0lignes choisies", "csv", tmp_path / "choisies.csv"))
    assert sorted(row[6] for row in rows[1:]) == ["Active", "Révoquée"]


def test_the_end_dates_as_a_calendar(robot, tmp_path):
    target = robot.export("échéances", "ics", tmp_path / "fins.ics")
    read = Calendar.from_ical(target.read_bytes())
    found = [part for part in read.walk() if part.name == "VEVENT"]
    assert [str(one["summary"]) for one in found] == ["2 délégations prennent fin"]
    assert "Lou MARCHETTI · Jesignexpert" in str(found[0]["description"])
    assert "2\u00a0échéances" in robot.said()


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_register_that_was_exported_verifies_without_the_server(robot, served, tmp_path, form):
    target = robot.export("registre", form, tmp_path / f"registre.{form}")
    verdict = register.verify(target.read_text(encoding="utf-8-sig"), key=PUBLIC)
    assert (verdict.holds, verdict.lines) == (True, 12)
    assert "La chaîne et sa signature ont été vérifiées (12\u00a0lignes)." in robot.said()


def test_a_register_to_read_says_what_it_is_worth(robot, served, tmp_path):
    reader = PdfReader(robot.export("registre", "pdf", tmp_path / "registre.pdf"))
    said = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert "Lachaîneetsasignatureontétévérifiées(12lignes)." in said
    assert served["end"]["head"] in said
    rows = list(openpyxl.load_workbook(robot.export("registre", "xlsx", tmp_path / "r.xlsx")).worksheets[0].values)
    assert [row[0] for row in rows[1:]] == list(range(1, 13))
    assert rows[1][4] == served["events"][0]["digest"]


def test_a_register_that_was_touched_is_kept_and_said(robot, served, tmp_path):
    served["events"][4]["action"] = "delegation.revoke"
    target = robot.export("registre", "json", tmp_path / "registre.json")
    assert target.exists()
    assert "rompue à la ligne 5" in robot.said()


def test_a_register_that_does_not_continue_the_last_one_is_said_until_it_does(robot, served, tmp_path):
    served.update(a_register(12, firm=kit.HAWTHORN.id))
    whole = dict(served)
    robot.export("registre", "json", tmp_path / "lundi.json")
    served.update(cut(whole, 9))
    for name in ("mardi.json", "mercredi.json"):
        robot.export("registre", "json", tmp_path / name)
        assert "ne prolonge pas celui que ce poste connaissait (ligne 10)" in robot.said()
    served.update(whole)
    robot.export("registre", "json", tmp_path / "jeudi.json")
    assert "La chaîne et sa signature ont été vérifiées (12\u00a0lignes)." in robot.said()


def test_a_restored_server_is_said_once(robot, served, tmp_path):
    served.update(a_register(12, firm=kit.HAWTHORN.id))
    robot.export("registre", "json", tmp_path / "lundi.json")
    back = rewritten(cut(served, 10), 10, action=domain.RESTORED, at="2026-03-13T00:00:00.000000Z")
    served.update(back)
    robot.export("registre", "json", tmp_path / "mardi.json")
    assert "remis à un état antérieur (ligne 10)" in robot.said()
    robot.export("registre", "json", tmp_path / "mercredi.json")
    assert "vérifiées (10\u00a0lignes)" in robot.said()


def test_without_network_the_register_is_not_written(robot, tmp_path):
    def unreachable(_firm, *, form, token):
        raise Unreachable("NET_OFFLINE", data={"host": "x.example", "sent": False})

    robot.kit.gateways.register = unreachable
    target = robot.export("registre", "json", tmp_path / "registre.json")
    assert not target.exists()
    assert "Pas de réseau" in robot.said()


def test_a_folder_that_cannot_be_written_is_said(robot, tmp_path):
    robot.export(LIVE, "csv", tmp_path / "absent" / "droits.csv")
    assert "n’a pas pu être écrit" in robot.said()


def test_nothing_to_export_writes_no_file(app_kit, qtbot, tmp_path):
    robot = ExportRobot(app_kit, qtbot, kit.delegation(1))
    target = robot.export(LIVE, "xlsx", tmp_path / "droits.xlsx")
    assert not target.exists()
    assert "rien à exporter" in robot.said()


def test_an_export_that_lasts_shows_how_far_it_is_and_can_be_stopped(robot, tmp_path, monkeypatch):
    def slow(read, *, order, now, progress, owner):
        progress.begin(10)
        done = 0
        while True:
            progress.step(done % 10)
            done += 1

    monkeypatch.setattr(writers, "write_rights", slow)
    target = robot.export(LIVE, "csv", tmp_path / "droits.csv", wait=False)
    robot.qtbot.waitUntil(lambda: bool(robot.screen.findChild(QDialog, "progressDialog")))
    shown = robot.screen.findChild(QDialog, "progressDialog")
    robot.qtbot.waitUntil(shown.isVisible)
    assert shown.bar.accessibleName() == "Export en cours"
    robot.press(Qt.Key.Key_Escape, on=shown)
    robot.qtbot.waitUntil(lambda: bool(robot.said()))
    assert "arrêté" in robot.said()
    assert not target.exists()


def test_another_person_gets_nothing_of_the_first(robot, tmp_path, monkeypatch):
    monkeypatch.setattr(export_job.exporting, "AT_ONCE", 1)
    target = robot.export(LIVE, "csv", tmp_path / "droits.csv", wait=False)
    robot.kit.sign_in(grants=False)
    robot.settle()
    robot.settle()
    assert not target.exists()


def test_the_keyboard_alone_exports(robot):
    robot.press(Qt.Key.Key_E, modifier=Qt.KeyboardModifier.ControlModifier)
    assert robot.dialog().objectName() == "exportDialog"
    assert robot.offers() == [
        "La vue affichée",
        "Tous les droits en cours",
        "Les échéances",
        "Le registre de Cabinet des Aubépines",
    ]


def test_those_who_ask_export_their_own_and_no_register(app_kit, qtbot):
    robot = ExportRobot(app_kit, qtbot, kit.delegation(1), grants=False)
    robot.open()
    assert robot.offers() == ["La vue affichée", "Tous les droits en cours que j’ai reçus", "Les échéances"]


def test_the_folder_is_opened_where_links_allow(robot, tmp_path):
    opened = []

    class Folders:
        def open_folder(self, folder):
            opened.append(folder)

    robot.screen.context = replace(robot.screen.context, links=Folders())
    robot.export(LIVE, "csv", tmp_path / "droits.csv")
    robot.desk.banner.action_button.click()
    assert opened == [tmp_path]
