"""Import, export and the register, through the real window and the real server, with a picture of each step."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest
from icalendar import Calendar
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QTableView, QWidget

from tests.journeys.journey_stage import JourneyStage, staged

pytestmark = [pytest.mark.journey, pytest.mark.secretservice]

GUEST = "nora.petit@rehearsal.example"
HEAD = "Identifiant ou courriel;Service;Droits;SIREN;Début;Fin;Motif\r\n"


class PaperStage(JourneyStage):
    """The stage, with the gestures of files."""

    def come_in(self, case):
        super().come_in(case)
        self.go_to("delegations")
        self.robot.find(QAbstractButton, "exportButton")

    def name_file(self, target):
        """Name a file in the dialog that is open."""
        self.robot.enter("fileNameEdit", str(target))
        self.robot.press(Qt.Key.Key_Return, on=self.robot.find(QWidget, "fileNameEdit"))

    def choose(self, box, text):
        """Choose a line of a list with the arrow keys."""
        found = self.robot.find(QComboBox, box)
        self.robot.press(Qt.Key.Key_Home, on=found)
        while text not in found.currentText():
            before = found.currentIndex()
            self.robot.press(Qt.Key.Key_Down, on=found)
            assert found.currentIndex() != before, f"{text} is not offered"

    def export(self, what, form, name, *, shown=""):
        """Export with the dialog, and wait until it is said."""
        target = self.folder / name
        self.robot.click("exportButton")
        self.choose("exportWhatBox", what)
        self.choose("exportFormBox", form)
        if shown:
            self.shoot(shown)
        self.robot.click("confirmButton")
        self.name_file(target)
        self.robot.wait_for_text(name, seconds=30)
        assert target.stat().st_size > 0
        return target

    def lines(self):
        model = self.robot.find(QTableView, "importTable").model()
        return [(str(model.index(row, 1).data()), str(model.index(row, 3).data())) for row in range(model.rowCount())]

    def give_file(self, content):
        target = self.folder / "import.csv"
        target.write_bytes(content)
        self.name_file(target)


@pytest.fixture(scope="module")
def stage(qapp, folder_on_disk):
    """One server and one window for every step."""
    with staged(PaperStage, folder_on_disk) as made:
        made.come_in("ec")
        yield made


def a_table(stage, *, extra=""):
    staff = stage.person("staff")["login_id"]
    return (
        f"{HEAD}{staff};Jesignexpert;Préparer un document à signer;;;;Déclarations d’été\r\n"
        f"{GUEST};bibliordre;access;;;;Déclarations d’été\r\n{extra}"
    )


def test_a_table_is_previewed_corrected_and_granted_once(stage):
    robot = stage.robot
    robot.click("importButton")
    stage.shoot("import-1-choose")
    robot.click("importFileButton")
    wrong = "personne.inconnue;rfc;access;;;;\r\n=1+1;rfc;access;;;;\r\n"
    stage.give_file(a_table(stage, extra=wrong).encode("cp1252"))
    robot.wait_for_text("2\u00a0lignes à corriger", seconds=30)
    assert [word for _who, word in stage.lines()] == [
        "Sera accordée",
        "Sera invitée",
        "Refusée",
        "À corriger",
    ]
    assert robot.sees("Latin-1")
    stage.shoot("import-2-preview")
    robot.click("importOnlyFaults")
    stage.shoot("import-3-faults")
    robot.click("importFaultsButton")
    stage.name_file(stage.folder / "corriger.csv")
    robot.wait_for_text("corriger.csv")
    rows = list(csv.DictReader(io.StringIO((stage.folder / "corriger.csv").read_text("utf-8-sig")), delimiter=";"))
    assert [row["Ligne"] for row in rows] == ["4", "5"]
    robot.click("importGrantButton")
    robot.wait_for_text("2\u00a0délégations sont accordées", seconds=30)
    stage.shoot("import-4-granted")
    robot.click("importCloseButton")
    robot.click("chip-live")
    robot.wait_for_text("En cours\u00a0(2)", seconds=30)
    stage.shoot("import-5-desk")


def test_both_parties_are_told_by_mail(stage):
    staff, expert = stage.person("staff")["email"], stage.person("ec")["email"]
    for address in (staff, expert, GUEST):
        stage.robot.wait_until(lambda to=address: stage.mailbox.mails(to=to), f"un courriel à {address}", seconds=30)


def test_the_same_table_again_has_nothing_left_to_grant(stage):
    stage.robot.click("importButton")
    stage.robot.click("importFileButton")
    stage.give_file(a_table(stage).encode("utf-8-sig"))
    stage.robot.wait_for_text("2\u00a0lignes déjà accordées", seconds=30)
    assert not stage.robot.is_shown(QWidget, "importGrantButton")
    stage.shoot("import-6-already")
    stage.robot.click("importCloseButton")


def test_the_live_rights_leave_in_each_format(stage):
    surname = stage.person("staff")["surname"].upper()
    table = stage.export("Tous les droits", "CSV", "droits.csv", shown="export-1-dialog")
    assert surname in table.read_text("utf-8-sig")
    stage.shoot("export-2-said")
    book = openpyxl.load_workbook(stage.export("Tous les droits", "Excel", "droits.xlsx"))
    assert len(list(book.worksheets[0].iter_rows())) == 3
    data = json.loads(stage.export("La vue", "JSON", "vue.json").read_text("utf-8"))
    assert {one["origin"] for one in data["delegations"]} == {"import"}
    pages = PdfReader(stage.export("Tous les droits", "PDF", "droits.pdf")).pages
    assert surname in pages[0].extract_text()
    fins = Calendar.from_ical(stage.export("échéances", "Calendrier", "fins.ics").read_bytes())
    (fin,) = [part for part in fins.walk() if part.name == "VEVENT"]
    assert str(fin["summary"]) == "2 délégations prennent fin"


@pytest.mark.parametrize(("form", "name"), [("JSON", "registre.json"), ("CSV", "registre.csv")])
def test_an_exported_register_verifies_and_one_changed_byte_does_not(stage, form, name):
    target = stage.export("registre", form, name, shown=f"register-1-{form.lower()}")
    stage.robot.wait_for_text("La chaîne et sa signature ont été vérifiées")
    stage.shoot(f"register-2-{form.lower()}")
    assert stage._verify(target) == 0
    text = target.read_text("utf-8")
    forged = target.with_name(f"faux-{name}")
    forged.write_text(text.replace("delegation.grant", "delegation.gramt", 1), "utf-8")
    assert forged.read_text("utf-8") != text
    assert stage._verify(forged) == 1


def test_the_register_reads_as_a_document(stage):
    target = stage.export("registre", "PDF", "registre.pdf")
    said = " ".join(" ".join(page.extract_text() for page in PdfReader(target).pages).split())
    assert "La chaîne et sa signature ont été vérifiées" in said.replace("\u00a0", " ")
    assert " accorde à " in said.replace("\u00a0", " ")
