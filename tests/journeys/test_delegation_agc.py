"""A collaborateur asks the people of AGCs, whom they find by name in the window, and a refused head reads why."""

from __future__ import annotations

import json
import re
import urllib.request
import uuid

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLineEdit

from comptexpert_desktop.rehearsal.stage import PASSWORD
from comptexpert_desktop.rehearsal.visitor import Visitor
from tests.journeys.delegation_stage import DeskStage
from tests.journeys.journey_stage import staged

pytestmark = [pytest.mark.journey, pytest.mark.secretservice]

EMPLOYEE = "signup_ok_agc_employee_83_ter"
HEAD = {"given_name": "Paul", "surname": "Kermarrec", "agc": {"name": "AGC du Ponant", "siren": "732829320"}}
REFUSED = {"given_name": "Maud", "surname": "Kerguelen", "agc": {"name": "AGC de l’Iroise", "siren": "552100554"}}
IDENTITY = {"date_of_birth": "1970-01-31", "town": "Brest", "postal_code": "29200"}
WHY = "Le procès-verbal de nomination n’est pas signé."
MANDATES = "/admin/desk/mandate/"


class AgcStage(DeskStage):
    """The stage, with people of AGCs who sign up, and an operator of a council who answers them."""

    def join(self, name: str, /, **fields: object) -> None:
        """Sign somebody up from elsewhere and activate their account."""
        login_id = f"{fields['given_name']}.{fields['surname']}".lower()
        sent = {"email": f"{login_id}@rehearsal.example"} | fields | {"login_id": login_id}
        if sent["profile"] != "agc_head":
            sent = {key: sent[key] for key in ("profile", "registration_number", "date_of_birth", "login_id")}
        request = urllib.request.Request(
            f"{self.server.url}/api/v1/signups",
            data=json.dumps(sent).encode(),
            headers={"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())},
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
            assert answer.status == 202
        self.open_mail(to=str(fields.get("email", sent.get("email"))))
        self.person("staff")  # reads the others first
        self._cast[name] = {**fields, "login_id": login_id, "password": PASSWORD}

    def answer_mandate(self, surname: str, **fields: str) -> None:
        """Let the council of Bretagne confirm the mandate of a head, or refuse it."""
        operator, person = Visitor(), self.person("council_operator")
        page = operator.open(f"{self.server.url}/compte/login/")
        form = page.form_with("login", "password")
        operator.submit(page, form, login=person["login_id"], password=person["password"])
        listed = operator.open(f"{self.server.url}{MANDATES}")
        row = next(one for one in re.findall(r"<tr>.*?</tr>", listed.text, re.DOTALL) if surname in one)
        (path,) = re.findall(rf"{MANDATES}[0-9a-f-]+/change/", row)
        page = operator.open(f"{self.server.url}{path}")
        done = operator.submit(page, page.form_with("answer", "reason"), reason="Pièces vues au guichet.", **fields)
        assert surname not in done.text or "succès" in done.text, done.text

    def ask(self, *, typed: str, row: str, picture: str) -> None:
        """Ask for a right, with a name typed in the field and the line chosen with the arrows."""
        self.open_screen("delegations")
        self.press("askButton")
        box = self.robot.find(QComboBox, "serviceBox")
        self.tab_to("serviceBox")
        self.key(Qt.Key.Key_Home)
        while box.currentData() != "bibliordre":
            self.key(Qt.Key.Key_Down)
        self.tab_to("grantorEdit")
        self.write(typed)
        found = self.robot.find(QAbstractItemView, "grantorSuggestions")
        self.robot.wait_until(lambda: row in lines_of(found), f"«\u00a0{row}\u00a0» dans la liste")
        self.shoot(picture)
        self.key(*[Qt.Key.Key_Down] * lines_of(found).index(row), Qt.Key.Key_Return)
        assert row.startswith(self.robot.find(QLineEdit, "grantorEdit").text())
        self.tab_to("reasonEdit")
        self.write("Préparation de la campagne fiscale.")
        self.press("sendRequestButton")

    def is_asked(self, case: str, *, picture: str) -> None:
        """Sign in as the person who was asked, and see the request of the collaborateur on the desk."""
        self.sign_out()
        self.come_in(case)
        self.open_desk()
        self.show("undecided")
        self.wait_for_row(self.person("staff")["surname"])
        self.choose(self.person("staff")["surname"])
        self.robot.wait_for_text("Préparation de la campagne fiscale.")
        self.shoot(picture)


def lines_of(view: QAbstractItemView) -> list[str]:
    """Read the lines of a list as they are heard."""
    model = view.model()
    said = Qt.ItemDataRole.AccessibleTextRole
    return [str(model.index(row, 0).data(said)) for row in range(model.rowCount())] if view.isVisible() else []


@pytest.fixture
def stage(qapp, tmp_path):
    """One server and one window; the collaborateur is signed in, with the public lists of before any confirmation."""
    with staged(AgcStage, tmp_path) as made:
        yield made


def test_a_member_of_the_list_83_ter_is_found_by_name_and_asked(stage):
    employee = stage.person(EMPLOYEE)
    stage.join(EMPLOYEE, **employee)
    stage.come_in("staff")
    name = f"{employee['surname'].upper()} {employee['given_name']}"
    row = f"{name}, Lyon · Auvergne-Rhône-Alpes · Salarié d’AGC, article 83 ter"
    stage.ask(typed=employee["surname"].lower(), row=row, picture="31-83-ter")
    stage.wait_for_row("En attente")
    stage.is_asked(EMPLOYEE, picture="32-83-ter-is-asked")


def test_a_head_of_an_agc_is_found_by_name_as_soon_as_they_are_confirmed_and_asked(stage):
    stage.join("head", profile="agc_head", **HEAD)
    stage.come_in("staff")
    stage.answer_mandate("Kermarrec", answer="confirm", **IDENTITY)
    row = "KERMARREC Paul, Brest · Bretagne · Président ou directeur d’AGC"
    stage.ask(typed="kermarrec", row=row, picture="33-head-of-agc")
    stage.wait_for_row("En attente")
    stage.is_asked("head", picture="34-head-is-asked")


def test_a_head_whose_mandate_was_refused_reads_why_in_their_account(stage):
    stage.join("refused", profile="agc_head", **REFUSED)
    stage.answer_mandate("Kerguelen", answer="refuse", response=WHY)
    stage.come_in("refused")
    stage.robot.click("ownAccountButton")
    stage.robot.wait_for_text("Votre mandat pour AGC de l’Iroise n’a pas été confirmé.")
    stage.robot.wait_for_text(f"Le Conseil régional répond\u00a0: «\u00a0{WHY}\u00a0» Vous pouvez demander de nouveau.")
    assert stage.robot.find(QAbstractButton, "mandateButton").isEnabled()
    stage.shoot("35-refused-mandate")
