"""One person, one account, from trainee to honorary: the real server, the real window, a moved clock, real mails."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget

from comptexpert_desktop.desktop import window
from comptexpert_desktop.presentation.profile_words import profile_name
from comptexpert_desktop.rehearsal import secret_service
from comptexpert_desktop.rehearsal.stage import PASSWORD
from comptexpert_desktop.settings import Settings
from tests import postgresql
from tests.journeys import signup_cast
from tests.journeys.delegation_stage import Elsewhere
from tests.journeys.journey_stage import pictures_below
from tests.journeys.life_stage import LifeServer, LifeStage, RelayMailbox
from tests.journeys.signup_robot import SignupRobot
from tests.server.mail.relay import running_relay

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.journey, pytest.mark.secretservice]

NEW_SURNAME, NEW_ADDRESS = "Mariée-Kermadec", "alix.mariee@rehearsal.example"


class Life:
    """What the registry says of one person, and what everybody is then told."""

    def __init__(self, stage: LifeStage, robot: SignupRobot) -> None:
        self.stage, self.robot = stage, robot
        number = robot.who.number
        self.line = next(one for one in signup_cast.people() if one["registration_number"] == number)
        self._mails = 0

    def changes(self, *, days: float = 3, **members: object) -> None:
        """Let days pass, then let the Ordre import what changed."""
        self.stage.server.move(days)
        self.line |= members
        file = self.stage.folder / "registry.jsonl"
        file.write_text(json.dumps(self.line) + "\n", "utf-8")
        self.stage.server.command("import-registry", str(file))

    def is_told(self, text: str, *, at: str = "") -> None:
        """Wait for a mail of this step that says so."""
        mails = self.stage.mailbox.mails
        address = at or str(self.line["email"])
        self.stage.robot.wait_until(
            lambda: any(
                text in f"{one.subject}\n{one.text}".lower() for one in mails()[self._mails :] if one.to == address
            ),
            f"« {text} » dans un courriel à {address}",
            seconds=30,
        )

    def is_seen(self, step: str, *, profile: str, opens: str = "", closed: str = "") -> None:
        """Compare what a site is told, what `/me` says and what the window shows, and keep a picture."""
        claims = self.stage.ask_site()
        assert claims is not None
        elsewhere = Elsewhere(self.stage, "life")
        try:
            me = elsewhere._server.me(token=elsewhere._token)
        finally:
            elsewhere.close()
        assert {one.service for one in me.services if one.is_open} == set(claims["comptexpert_services"])
        assert claims["comptexpert_profile"] == me.account.profile == profile
        assert claims["family_name"] == self.line["surname"] == me.account.surname
        assert set(opens.split()) <= set(claims["comptexpert_services"])
        assert not set(closed.split()) & set(claims["comptexpert_services"])
        assert me.account.may_grant is (profile == "expert_comptable")
        address = f"{str(self.line['email'])[0]}•••@"
        self.stage.see_account(profile_name(profile), str(self.line["surname"]), address)
        self.stage.shoot(step)
        self._mails = len(self.stage.mailbox.mails())


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.campaign)])
def test_from_trainee_to_honorary(qapp, tmp_path, database):
    with postgresql.cluster() if database == "postgresql" else nullcontext("") as url:
        live(tmp_path, database_url=url)


def live(folder: Path, *, database_url: str) -> None:
    (folder / "server").mkdir()
    with secret_service.session() as service, service.inside(), running_relay() as relay:
        server = LifeServer(folder / "server", relay=relay, database_url=database_url)
        server.start()
        app = window.build(Settings(server_url=server.url, data_dir=folder / "application"), clock=server.now)
        try:
            app.show()
            stage = LifeStage(app, server=server, service=service, folder=folder, pictures=pictures_below(folder))
            stage.mailbox = RelayMailbox(relay)
            stage.know_site()
            walk(stage)
        finally:
            app.close()
            server.stop()


def walk(stage: LifeStage) -> None:
    alba, brume = (stage.person(case)["firms"][0] for case in ("ec", "ec_other_firm"))
    first, second = ({name: one[name] for name in ("siren", "name")} for one in (alba, brume))
    robot = SignupRobot(stage, way="trainee", outcome="SENT")
    life = Life(stage, robot)
    life.changes(days=0, firms=[first])

    stage.login = robot.login
    stage.robot.wait_for_text("À jour", seconds=30)
    robot.fill_in()
    robot.send()
    robot.is_sent()
    life.is_told("activation")
    stage.shoot("01-signed-up")
    robot.activate()
    stage._cast["life"] = {"login_id": robot.login, "password": PASSWORD}
    stage.sign_in(login_id=robot.login, name=robot.who.surname)
    life.is_seen("02-trainee", profile="trainee", opens="bibliordre", closed="jesignexpert directory_page")

    life.changes(list="memorialiste")
    life.is_seen("03-memorialiste", profile="memorialiste", opens="bibliordre", closed="jesignexpert")

    life.changes(list="expert_comptable")
    life.is_seen("04-expert", profile="expert_comptable", opens="jesignexpert jefacture directory_page")
    grant_first_right(stage)
    life.is_told("jesignexpert", at=stage.person("staff")["email"])

    life.changes(surname=NEW_SURNAME)
    life.is_seen("06-married", profile="expert_comptable")

    before = str(life.line["email"])
    life.changes(email=NEW_ADDRESS)
    life.is_told("adresse", at=before)
    life.is_told("adresse", at=NEW_ADDRESS)
    life.is_seen("07-new-address", profile="expert_comptable")

    life.changes(firms=[second])
    life.is_told("jesignexpert", at=stage.person("staff")["email"])
    life.is_seen("08-other-firm", profile="expert_comptable", opens="jesignexpert")

    life.changes(status="suspended")
    assert "jesignexpert" not in (stage.ask_site() or {"comptexpert_services": []})["comptexpert_services"]
    stage.robot.click("syncButton")
    stage.robot.wait_until(stage.robot.find(QAbstractButton, "syncButton").isEnabled, "la fin du tour", seconds=30)
    stage.shoot("09-suspended")
    life.changes(status="active")
    life.is_seen("10-back", profile="expert_comptable", opens="jesignexpert")

    life.changes(list="honorary")
    life.is_seen("11-honorary", profile="honorary", opens="bibliordre", closed="jesignexpert jefacture directory_page")


def grant_first_right(stage: LifeStage) -> None:
    """Grant from the first template of the firm to its collaborateur, the three words compared when they are asked."""
    stage.open_desk()
    stage.robot.click("grantButton")
    stage.robot.wait_until(lambda: stage.robot.is_shown(QComboBox, "templateBox"), "les modèles", seconds=30)
    stage.tab_to("templateBox")
    stage.key(Qt.Key.Key_Down)
    stage.tab_to("granteeEdit")
    stage.write(stage.person("staff")["login_id"])
    stage.press("sendRequestButton")
    stage.robot.find(QWidget, "grantSummary")
    stage.shoot("05-first-grant")
    if stage.robot.is_shown(QAbstractButton, "wordsCompared"):
        stage.robot.click("wordsCompared")
    stage.confirm()
    stage.show("live")
    stage.robot.wait_until(lambda: any("active" in row.lower() for row in stage.rows()), "les droits", seconds=40)
