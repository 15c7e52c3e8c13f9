"""Fill the sign-up form in as a person does, in the real window."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QRadioButton

from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.presentation.errors.message_table import TABLE
from comptexpert_desktop.presentation.profile_words import PROFILES
from tests.journeys.signup_cast import BORN, RIGHT_DAY, WAYS, Person, Way, login_id, person

if TYPE_CHECKING:
    from comptexpert_desktop.rehearsal.stage import Stage

SIREN = "732829320"


class SignupRobot:
    """One applicant at the keyboard."""

    def __init__(self, stage: Stage, *, way: str, outcome: str) -> None:
        self.stage, self.robot = stage, stage.robot
        self.way: Way = WAYS[way]
        self.outcome = outcome
        self.who: Person = person(self.way, outcome=outcome)
        self.login = login_id(self.way, outcome=outcome)
        self.email = self.who.email

    def begin(self) -> None:
        """Open a new form from the list and choose the profile."""
        self.open_list()
        self.robot.click("newSignupButton")
        self.stage.choose_profile(list(PROFILES).index(self.way.profile))
        self.robot.click("nextButton")
        if self.way.profile is Profile.AGC_HEAD:
            answer = "Oui" if self.way.in_registry else "Non"
            self.robot.click(next(each for each in self.robot.all(QRadioButton) if answer in each.text()))
            self.robot.click("nextButton")

    def open_list(self) -> None:
        """Come back to « Mes inscriptions », wherever the last journey ended."""
        self.stage.go_to("signups")
        for name in ("seeSignupsButton", "leaveButton"):
            if self.robot.is_shown(QAbstractButton, name):
                self.robot.click(name)
        self.robot.find(QAbstractButton, "newSignupButton")

    def identify(self, *, day: str = RIGHT_DAY) -> None:
        """Choose oneself in the list, by name, and give the date of birth."""
        self.stage.pick(
            edit="nameEdit",
            suggestions="nameSuggestions",
            typed=self.who.surname.replace("-", " ").lower(),
            row=self.who.surname,
        )
        self.robot.enter("birthDateEdit", day)

    def identify_by_number(self, number: str) -> None:
        """Give the registration number instead of the name."""
        self.robot.click("notFoundButton")
        self.robot.enter("registrationNumberEdit", number)
        self.robot.enter("birthDateEdit", RIGHT_DAY)

    def choose_identifiant(self, login: str = "") -> None:
        """Type the e-mail when it is asked, and the identifiant twice."""
        if not self.way.in_registry:
            self.robot.enter("emailEdit", self.email)
        self.stage.enter_identifiant(login or self.login)

    def present(self) -> None:
        """Give one's names, for those whom no registry knows."""
        if self.way.profile is Profile.AGC_HEAD:
            self.robot.enter("agcNameEdit", "AGC des Abers")
            self.robot.enter("sirenEdit", SIREN)
        else:
            kinds = self.robot.find(QComboBox, "kindBox")
            kinds.setFocus(Qt.FocusReason.TabFocusReason)
            self.robot.press(Qt.Key.Key_Home, on=kinds)
            for _ in range(1 + list(OtherKind).index(self.way.kind or OtherKind.UNSPECIFIED)):
                self.robot.press(Qt.Key.Key_Down, on=kinds)
        self.robot.enter("givenNameEdit", self.who.given_name)
        self.robot.enter("surnameEdit", self.who.surname)

    def fill_in(self, *, day: str = RIGHT_DAY, number: str = "", login: str = "") -> None:
        """Fill every screen in, up to the last one."""
        self.begin()
        if self.way.in_registry:
            self.identify_by_number(number) if number else self.identify(day=day)
            self.robot.click("nextButton")
        self.choose_identifiant(login)
        self.robot.click("nextButton")
        if not self.way.in_registry:
            self.present()
            self.robot.click("nextButton")
            if self.way.kind is OtherKind.FIRM_STAFF:
                self.robot.click("nextButton")
        self.robot.find(QAbstractButton, "submitButton")

    def send(self) -> None:
        """Send what the last screen shows."""
        self.robot.click("submitButton")
        self.robot.find(QAbstractButton, "seeSignupsButton")

    def is_refused(self, code: str = "") -> None:
        """See the refusal in words, and the way to correct it."""
        self.robot.find(QAbstractButton, "correctButton")
        self.sees(TABLE[code or self.outcome].title)

    def is_sent(self) -> None:
        """See that the activation mail left."""
        self.robot.find(QAbstractButton, "resendButton")
        self.sees("Courriel envoyé")

    def sees(self, text: str) -> None:
        """Wait for words on the screen."""
        self.robot.wait_for_text(text)

    def activate(self) -> None:
        """Open the mail, set the password, and see the account active."""
        self.stage.open_mail(to=self.email)
        self.robot.click("syncButton")
        self.robot.find(QAbstractButton, "signupSignInButton")

    def outside(self, **fields: Any) -> tuple[int, dict[str, Any]]:
        """Sign up from elsewhere, without the window: what came before the journey."""
        body: dict[str, Any] = {"profile": self.way.profile.value, "login_id": f"d.{self.login}"[:32]}
        if self.way.in_registry:
            body |= {"registration_number": self.who.number, "date_of_birth": BORN}
        else:
            body |= {"email": self.email, "given_name": self.who.given_name, "surname": self.who.surname}
            body |= {"kind": self.way.kind.value} if self.way.kind else {"agc": {"name": "AGC", "siren": SIREN}}
        return _post(f"{self.stage.server.url}/api/v1/signups", body | fields)


def _post(url: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    request = urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())
