"""The ten commonest jobs of three cabinets, in the real window on the real server, with what each costs.

Every key that is pressed and every click counts, a field that is filled in counts once. Nothing is chosen for the person
beforehand: a job begins on the home page, or on the list of requests where one decides.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QListWidget, QTableView, QWidget

from comptexpert_desktop.desktop import window
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.presentation import days
from comptexpert_desktop.rehearsal import secret_service
from comptexpert_desktop.settings import Settings
from comptexpert_desktop.ui.destinations import DELEGATIONS, HOME, Destination
from comptexpert_desktop.ui.window.main_window import MainWindow
from comptexpert_desktop.usecases.outbox import outbox
from tests.journeys.counted import CountingHands
from tests.journeys.delegation_stage import CONTROL, Elsewhere
from tests.journeys.journey_stage import pictures_below
from tests.journeys.life_stage import LifeServer, LifeStage, RelayMailbox
from tests.server.mail.relay import running_relay

pytestmark = [pytest.mark.journey, pytest.mark.secretservice, pytest.mark.timeout(900)]

BOUNDS = {
    "account": (8, 4),
    "ask four services": (9, 2),
    "decide one": (1, 0),
    "decide twenty": (20, 0),
    "new hire in three cabinets": (5, 1),
    "renew what ends in thirty days": (4, 0),
    "move from one cabinet to another role": (8, 0),
    "departure over three cabinets": (4, 0),
    "who can sign": (2, 0),
    "proof of a past date": (4, 1),
    "what left the machine": (1, 0),
}
"""At most so many keys and clicks, and so many fields; the print of a proof is one key more."""
COUNTED: dict[str, tuple[int, int]] = {}
OTHERS = (("404833048", "Comptoir du Vieux-Port"), ("552100554", "Rives de la Rance"))
LOW = ("network", "rfc", "directory_page", "jefacture")
HELD, ENDING, REVIEWED = "bibliordre", "bibliobase", "jesignexpert"
PAST_DAYS = 3


@pytest.fixture(scope="module")
def stage(qapp, folder_on_disk):
    """One expert-comptable in three cabinets, whose rights were granted three days ago; nobody is signed in yet."""
    folder = folder_on_disk
    (folder / "server").mkdir()
    with secret_service.session() as service, service.inside(), running_relay() as relay:
        server = LifeServer(folder / "server", relay=relay)
        server.start()
        app = window.build(Settings(server_url=server.url, data_dir=folder / "application"), clock=server.now)
        try:
            app.show()
            made = LifeStage(app, server=server, service=service, folder=folder, pictures=pictures_below(folder))
            made.mailbox = RelayMailbox(relay)
            made.robot.wait_for_text("À jour", seconds=30)
            link_to_three(made)
            grant_some(made)
            server.move(PAST_DAYS)
            yield made
        finally:
            app.close()
            server.stop()


def link_to_three(stage):
    """Let the Ordre say that the expert-comptable works in three cabinets."""
    who = stage.person("ec")
    names = ("registration_number", "surname", "given_name", "date_of_birth", "email", "council")
    firms = [{"siren": who["firms"][0]["siren"], "name": who["firms"][0]["name"]}]
    firms += [{"siren": siren, "name": name} for siren, name in OTHERS]
    line = {name: who[name] for name in names} | {"firms": firms, "town": "Rennes", "postal_code": "35000"}
    file = stage.folder / "registry.jsonl"
    file.write_text(json.dumps(line | {"list": "expert_comptable", "status": "active"}) + "\n", "utf-8")
    stage.server.command("import-registry", str(file))


def grant_some(stage):
    """Grant what the jobs are about: rights that end soon, rights of one who will leave, a right of a past day."""
    expert = Elsewhere(stage, "ec")
    stage.firms = [firm.id for firm in expert._server.me(token=expert._token).firms]
    assert len(stage.firms) == 3
    soon = (day_in_france(stage.server.now()) + timedelta(days=PAST_DAYS + 10)).isoformat()
    for firm in stage.firms:
        for whom, service, ends in (("staff", ENDING, {"valid_until": soon}), ("staff_other_firm", HELD, {})):
            asked = {"firm": firm, "service": service, "rights": ["access"], "grantee": stage.person(whom)["login_id"]}
            expert.send("POST", "/delegations", asked | ends)
    asked = {"firm": stage.firms[0], "service": REVIEWED, "rights": ["prepare"]}
    expert.send("POST", "/delegations", asked | {"grantee": stage.person("staff")["login_id"]})
    expert.close()


def ask_many(stage, *, count):
    """Let two people ask for rights of low and medium risk in the three cabinets."""
    made = 0
    for who in ("staff", "staff_other_firm"):
        person = Elsewhere(stage, who)
        for firm in stage.firms:
            for service in LOW:
                if made < count:
                    body = {"firm": firm, "service": service, "rights": ["access"], "reason": "Campagne fiscale 2026."}
                    person.send("POST", "/delegations", body | {"grantor": stage.person("ec")["entry_id"]})
                    made += 1
        person.close()
    assert made == count


def at(stage, screen=HOME):
    """Stand on a screen with nothing chosen by the test."""
    stage.robot.window.findChild(MainWindow).open(Destination(screen))
    stage.robot.settle(300)
    return CountingHands(stage)


def read(stage, work):
    told = []
    stage.app.tasks.read(stage.robot.window, work, told.append)
    stage.robot.wait_until(lambda: bool(told), "la lecture")
    return told[0]


def kinds(stage):
    return [entry.kind for entry in read(stage, outbox.entries)]


def all_sent(stage, *, count):
    """Wait until the server has answered every command, and none came back."""
    stage.robot.click("syncButton")

    def is_done():
        entries = read(stage, outbox.entries)
        assert not [entry.code for entry in entries if entry.status is OutboxStatus.NEEDS_YOU]
        return len([entry for entry in entries if entry.status is OutboxStatus.SENT]) >= count

    stage.robot.wait_until(is_done, f"{count} réponses", seconds=60)


def counted(hands, job):
    """Note what a job cost; it may cost no more than its bound."""
    COUNTED[job] = (hands.acts, hands.fields)
    acts, fields = BOUNDS[job]
    assert hands.acts <= acts, COUNTED[job]
    assert hands.fields <= fields, COUNTED[job]


def test_an_account_is_asked(stage):
    who = stage.person("signup_ok")
    hands = at(stage)
    hands.click("createAccountButton")
    hands.robot.find(QWidget, "profileList")
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Return)
    hands.fill("nameEdit", "oeuvrard le g")
    hands.robot.find(QWidget, "nameSuggestions")
    hands.robot.settle(400)
    hands.press(Qt.Key.Key_Return)
    year, month, day = who["date_of_birth"].split("-")
    hands.fill("birthDateEdit", f"{day}/{month}/{year}")
    hands.press(Qt.Key.Key_Return)
    hands.fill("loginIdEdit", "maelys.legoff")
    hands.fill("loginIdAgainEdit", "maelys.legoff")
    hands.press(Qt.Key.Key_Return)
    hands.robot.find(QWidget, "submitButton")
    hands.press(Qt.Key.Key_Space)
    stage.robot.wait_until(lambda: stage.mailbox.mails(to=who["email"]), "le courriel d’activation", seconds=40)
    counted(hands, "account")


def test_one_request_is_decided(stage):
    ask_many(stage, count=21)
    stage.come_in("ec")
    stage.robot.click("syncButton")
    hands = at(stage, DELEGATIONS)
    stage.robot.wait_until(lambda: len(stage.rows()) == 21, "les demandes", seconds=30)
    hands.press(Qt.Key.Key_A)
    stage.robot.wait_until(lambda: kinds(stage).count(Kind.APPROVE) == 1, "l’accord")
    counted(hands, "decide one")
    stage.robot.wait_until(lambda: len(stage.rows()) == 20, "la réponse", seconds=40)


def test_twenty_requests_are_decided_and_the_last_is_taken_back(stage):
    hands = at(stage, DELEGATIONS)
    before = kinds(stage).count(Kind.APPROVE)
    for done in range(1, 21):
        stage.robot.settle(200)  # a person reads the case that is shown beside the list
        hands.press(Qt.Key.Key_A)
        stage.robot.wait_until(lambda made=before + done: kinds(stage).count(Kind.APPROVE) == made, f"l’accord {done}")
    counted(hands, "decide twenty")
    hands.press(Qt.Key.Key_Z)
    stage.robot.wait_until(lambda: kinds(stage).count(Kind.APPROVE) == before + 19, "la reprise")
    all_sent(stage, count=before + 19)
    stage.robot.wait_until(lambda: len(stage.rows()) == 1, "les réponses", seconds=40)


def test_who_can_sign_is_said(stage):
    hands = at(stage)
    hands.press(Qt.Key.Key_4, CONTROL)
    stage.robot.find(QWidget, "rightPane")
    said = stage.robot.text_of("whoCanAnswer")
    assert "par délégation" in said.lower()
    counted(hands, "who can sign")


def test_what_left_the_machine_is_said(stage):
    hands = at(stage)
    hands.press(Qt.Key.Key_7, CONTROL)
    stage.robot.find(QWidget, "outboxScreen")
    counted(hands, "what left the machine")


def test_what_ends_in_thirty_days_is_renewed_with_a_date(stage):
    hands = at(stage)
    before = len(kinds(stage))
    hands.click("homeEndingButton")
    stage.robot.wait_until(lambda: len(stage.rows()) == 3, "ce qui prend fin", seconds=20)
    hands.press(Qt.Key.Key_E)
    assert "prolongé jusqu’au" in stage.robot.find(QListWidget, "bulkNames").item(0).text()
    hands.press(Qt.Key.Key_Return)
    stage.robot.wait_until(lambda: kinds(stage).count(Kind.RENEW) == 3, "les prolongations")
    counted(hands, "renew what ends in thirty days")
    all_sent(stage, count=before + 3)


def test_a_new_hire_gets_a_role_in_three_cabinets(stage):
    hands = at(stage)
    before = len(kinds(stage))
    hands.press(Qt.Key.Key_N, CONTROL)
    has_keyboard = stage.robot.find(QWidget, "templateBox").hasFocus
    stage.robot.wait_until(has_keyboard, "les modèles", seconds=20)
    hands.press(Qt.Key.Key_Down)
    hands.fill("granteeEdit", "nora.petit@rehearsal.example")
    hands.tick("everyFirmBox")
    hands.click("sendRequestButton")
    stage.robot.find(QWidget, "grantSummary")
    hands.press(Qt.Key.Key_Return)
    stage.robot.wait_until(lambda: kinds(stage).count(Kind.GRANT) == 9, "les accords")
    counted(hands, "new hire in three cabinets")
    all_sent(stage, count=before + 9)


def test_the_rights_of_a_past_day_are_proved_and_printed(stage):
    hands = at(stage)
    hands.press(Qt.Key.Key_4, CONTROL)
    stage.robot.find(QTableView, "rightsTable")
    hands.click_row("rightsTable", stage.name("staff"))
    hands.press(Qt.Key.Key_I)
    has_keyboard = stage.robot.find(QLineEdit, "personDay").hasFocus
    stage.robot.wait_until(has_keyboard, "le jour")
    on = day_in_france(stage.server.now()) - timedelta(days=PAST_DAYS - 1)
    hands.fill("personDay", days.written(on))
    hands.press(Qt.Key.Key_Return)
    stage.robot.wait_until(lambda: "Au soir du" in stage.robot.text_of("personSource"), "le jour passé", seconds=30)
    counted(hands, "proof of a past date")
    stage.shoot("proof")
    said = stage.robot.text_of("personSource")
    assert "4\u00a0droits" in said, said
    assert "3\u00a0registres vérifiés" in said
    pages, text = printed(stage)
    assert pages == 1
    assert f"Droits de {stage.name('staff')} au" in text
    for name in (stage.person("ec")["firms"][0]["name"], *(name for _siren, name in OTHERS)):
        assert name in text


def printed(stage):
    """Press Ctrl+P, let the system's dialog print to a file, and read it."""
    stage.key(Qt.Key.Key_P, modifier=CONTROL)
    dialog = stage.robot.find(QPrintDialog, "printDialog")
    target = stage.folder / "preuve.pdf"
    dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    dialog.printer().setOutputFileName(str(target))
    dialog.done(QDialog.DialogCode.Accepted)
    stage.robot.wait_for_text("envoyé à l’impression")
    pages = PdfReader(target).pages
    return len(pages), " ".join(" ".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())


def test_a_person_moves_from_one_cabinet_to_another_role(stage):
    hands = at(stage)
    before = len(kinds(stage))
    hands.press(Qt.Key.Key_4, CONTROL)
    stage.robot.find(QTableView, "rightsTable")
    hands.click_row("rightsTable", stage.name("staff"))
    hands.press(Qt.Key.Key_M)
    has_keyboard = stage.robot.find(QWidget, f"moveRole-{stage.firms[0]}").hasFocus
    stage.robot.wait_until(has_keyboard, "les rôles", seconds=20)
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Tab)
    hands.press(Qt.Key.Key_Down)
    stage.robot.settle(800)  # the server says what changes
    stage.shoot("move")
    hands.press(Qt.Key.Key_Return, CONTROL)
    stage.robot.wait_until(lambda: kinds(stage).count(Kind.LEAVE) == 1, "la mutation")
    counted(hands, "move from one cabinet to another role")
    all_sent(stage, count=before + 3)
    held = held_by(stage, "staff")
    assert stage.firms[1] not in {firm for firm, _service in held}
    assert (stage.firms[2], ENDING) in held, "the cabinet that was not named does not change"
    assert len({service for firm, service in held if firm == stage.firms[0]}) > 1


def held_by(stage, who):
    """Ask the server what somebody may use."""
    person = Elsewhere(stage, who)
    page = person._server.sync(token=person._token, cursor="")
    person.close()
    return {(one.firm.id, one.service) for one in page.delegations if one.effective}


def test_a_person_leaves_three_cabinets(stage):
    hands = at(stage)
    before = len(kinds(stage))
    hands.press(Qt.Key.Key_4, CONTROL)
    stage.robot.find(QTableView, "rightsTable")
    hands.click_row("rightsTable", stage.name("staff_other_firm"))
    left, ended = kinds(stage).count(Kind.LEAVE), kinds(stage).count(Kind.REVOKE)
    hands.press(Qt.Key.Key_D)
    stage.robot.find(QWidget, "departureDialog")
    stage.shoot("departure")
    hands.press(Qt.Key.Key_Return, CONTROL)
    stage.robot.wait_until(lambda: kinds(stage).count(Kind.LEAVE) == left + 3, "les départs")
    counted(hands, "departure over three cabinets")
    ended = kinds(stage).count(Kind.REVOKE) - ended
    assert ended >= 3
    all_sent(stage, count=before + 3 + ended)


def test_four_services_are_asked_at_once(stage):
    stage.sign_out()
    stage.come_in("staff_other_firm")
    hands = at(stage)
    hands.press(Qt.Key.Key_N, CONTROL)
    stage.robot.find(QWidget, "sendRequestButton")
    stage.robot.settle(400)
    for name in ("also-jefacture-access", "also-rfc-access", "also-network-access"):
        hands.tick(name)
    stage.shoot("four-services")
    hands.fill("grantorEdit", stage.person("ec")["surname"].lower())
    stage.robot.find(QWidget, "sendRequestButton")
    stage.robot.settle(800)
    hands.press(Qt.Key.Key_Return)
    hands.fill("reasonEdit", "Envois de la paie du portefeuille")
    hands.click("sendRequestButton")
    stage.robot.wait_until(lambda: kinds(stage).count(Kind.REQUEST) == 4, "quatre demandes")
    counted(hands, "ask four services")
    all_sent(stage, count=4)


def test_each_job_was_counted(stage):
    for job, (acts, fields) in COUNTED.items():
        print(f"{job}: {acts} + {fields} (at most {BOUNDS[job][0]} + {BOUNDS[job][1]})")
    assert set(COUNTED) == set(BOUNDS)
    assert QApplication.activeModalWidget() is None
