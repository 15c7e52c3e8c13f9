"""First chapter of the tour: accounts are created, refused, corrected, and wait for the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.choice import Choice

if TYPE_CHECKING:
    from comptexpert_desktop.rehearsal.stage import Stage

EXPERT_ROW, OTHER_ROW = 0, 1
STAFF_LOGIN = "yann.kervella"
STAFF_EMAIL = "yann.kervella@rehearsal.example"
EXPERT_LOGIN = "maelys.legoff"


def window_before_the_server(stage: Stage) -> None:
    """Show the window before any server answers: the status says so."""
    stage.robot.wait_for_text("Hors ligne")


def server_up(stage: Stage) -> None:
    """Start the server: the status follows."""
    stage.back_online()
    stage.robot.wait_for_text("À jour", seconds=30)


def profile(stage: Stage) -> None:
    """Choose the profile with the keyboard."""
    stage.robot.click("Créer un Comptexpert")
    stage.choose_profile(EXPERT_ROW)


def typeahead(stage: Stage) -> None:
    """Find oneself by the first letters of any part of the name, without accents."""
    stage.robot.click("nextButton")
    person = stage.person("signup_ok")
    stage.pick(edit="nameEdit", suggestions="nameSuggestions", typed="oeuvrard le g", row=person["surname"], shown=True)


def identifiant(stage: Stage) -> None:
    """Enter a wrong date of birth, then the identifiant twice, under the warning that it is final."""
    stage.robot.enter("birthDateEdit", "01/01/1980")
    stage.robot.click("nextButton")
    stage.enter_identifiant(EXPERT_LOGIN)


def summary(stage: Stage) -> None:
    """Read everything again before it leaves."""
    stage.robot.click("nextButton")
    stage.robot.find(QWidget, "submitButton")


def wrong_date_of_birth(stage: Stage) -> None:
    """The server does not find the date: the refusal names the Conseil régional, nothing is lost."""
    stage.robot.click("submitButton")
    stage.robot.find(QAbstractButton, "correctButton")


def date_corrected(stage: Stage) -> None:
    """Correct the date alone and send again: the mail goes to the address that the Ordre knows."""
    stage.robot.click("correctButton")
    year, month, day = stage.person("signup_ok")["date_of_birth"].split("-")
    stage.robot.enter("birthDateEdit", f"{day}/{month}/{year}")
    _continue_to_the_end(stage)
    stage.robot.find(QAbstractButton, "resendButton")


def no_email(stage: Stage) -> None:
    """An entry without an e-mail: only the Conseil régional can help, and it is named."""
    person = stage.person("signup_no_email")
    _new_signup(stage, EXPERT_ROW)
    stage.robot.click("nextButton")
    stage.pick(
        edit="nameEdit",
        suggestions="nameSuggestions",
        typed="quemeneur be",
        row=f"{person['surname']} {person['given_name']}",
    )
    year, month, day = person["date_of_birth"].split("-")
    stage.robot.enter("birthDateEdit", f"{day}/{month}/{year}")
    stage.robot.click("nextButton")
    stage.enter_identifiant("bertrand.quemeneur")
    _continue_to_the_end(stage)
    stage.robot.find(QAbstractButton, "correctButton")


def activation(stage: Stage) -> None:
    """Open the activation mail, set the password on the page: the application hears of it."""
    stage.open_mail(to=stage.person("signup_ok")["email"])
    _open_list(stage)
    stage.robot.click("syncButton")
    stage.robot.wait_for_text("Compte actif", seconds=30)


def offline_form(stage: Stage) -> None:
    """The server is gone: a collaborateur fills the form in all the same, with a first request."""
    stage.server.kill()
    _new_signup(stage, OTHER_ROW)
    stage.robot.click("nextButton")
    stage.robot.enter("emailEdit", STAFF_EMAIL)
    stage.enter_identifiant(STAFF_LOGIN)
    stage.robot.click("nextButton")
    kinds = stage.robot.find(Choice, "kindBox")
    kinds.setFocus(Qt.FocusReason.TabFocusReason)
    stage.robot.press(Qt.Key.Key_Down, on=kinds)
    stage.robot.enter("givenNameEdit", "Yann")
    stage.robot.enter("surnameEdit", "Kervella")
    stage.robot.click("nextButton")
    pick_expert(stage)
    stage.robot.click("firstRequestBox")
    choose_service(stage, "jefacture")
    stage.robot.enter("reasonEdit", "Saisie des factures de mes dossiers.")


def queued(stage: Stage) -> None:
    """What was entered is kept and waits for the network; the window says that nothing left."""
    _continue_to_the_end(stage)
    stage.robot.find(QWidget, "signupStateCard")
    stage.robot.wait_for_text("réseau")


def sent_by_itself(stage: Stage) -> None:
    """The server is back: the request leaves by itself."""
    stage.back_online()
    stage.robot.find(QAbstractButton, "resendButton")


def staff_activation(stage: Stage) -> None:
    """The collaborateur activates their account too."""
    stage.open_mail(to=STAFF_EMAIL)
    stage.robot.click("syncButton")
    stage.robot.find(QAbstractButton, "signupSignInButton")


def pick_expert(stage: Stage) -> None:
    """Choose the expert-comptable by her registration number: thirty thousand people have her homonyms."""
    expert = stage.person("ec")
    number = expert["registration_number"]
    stage.pick(edit="grantorEdit", suggestions="grantorSuggestions", typed=number, row=expert["surname"])


def choose_service(stage: Stage, service: str) -> None:
    """Choose a service in its list, and its first right."""
    services = stage.robot.find(Choice, "serviceBox")
    services.setFocus(Qt.FocusReason.TabFocusReason)
    row = next(row for row in range(services.count()) if service.lower() in services.itemText(row).lower())
    stage.robot.press(Qt.Key.Key_Home, *[Qt.Key.Key_Down] * row, on=services)
    right = next(box for box in stage.robot.all(Check) if box.objectName().startswith("ask-"))
    if not right.isChecked():
        right.setFocus(Qt.FocusReason.TabFocusReason)
        stage.robot.press(Qt.Key.Key_Space, on=right)


def _new_signup(stage: Stage, profile_row: int) -> None:
    _open_list(stage)
    stage.robot.click("newSignupButton")
    stage.choose_profile(profile_row)


def _open_list(stage: Stage) -> None:
    stage.go_to("signups")
    if stage.robot.is_shown(QAbstractButton, "seeSignupsButton"):
        stage.robot.click("seeSignupsButton")
    stage.robot.find(QAbstractButton, "newSignupButton")


def _continue_to_the_end(stage: Stage) -> None:
    for _ in range(6):
        if stage.robot.is_shown(QAbstractButton, "submitButton"):
            break
        stage.robot.click("nextButton")
    stage.robot.click("submitButton")


STEPS = (
    window_before_the_server,
    server_up,
    profile,
    typeahead,
    identifiant,
    summary,
    wrong_date_of_birth,
    date_corrected,
    no_email,
    activation,
    offline_form,
    queued,
    sent_by_itself,
    staff_activation,
)
