"""Each profile and each outcome of a sign-up, through the real window and the real server, with a picture."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.presentation.errors.message_table_people import ACCOUNT, REGISTRY
from tests.journeys.journey_stage import MIN_PICTURE, JourneyStage, staged
from tests.journeys.signup_cast import WAYS, people
from tests.journeys.signup_outcomes import ELSEWHERE, JOURNEYS
from tests.journeys.signup_robot import SignupRobot
from tests.journeys.signup_table import CAMPAIGN, EVERY, EVERYDAY, OUTCOMES, applies


class Clock:
    """The time, or some days ahead of it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Journeys(JourneyStage):
    """The stage, with a clock that can be moved."""

    clock: Clock


@pytest.fixture(scope="module")
def stage(qapp, tmp_path_factory):
    """One server and one window for every journey."""
    folder = tmp_path_factory.mktemp("signup")
    lines = "".join(json.dumps(line) + "\n" for line in people())
    (folder / "people.jsonl").write_text(lines, encoding="utf-8")

    def add_people(server):
        server.command("import-registry", str(folder / "people.jsonl"))

    clock = Clock()
    with staged(Journeys, folder, prepare=add_people, clock=clock) as made:
        made.clock = clock
        yield made


def play(stage, way, outcome):
    stage.picture_now = stage.pictures / f"{outcome}-{way}.png"
    stage.picture_now.unlink(missing_ok=True)
    robot = SignupRobot(stage, way=way, outcome=outcome)
    try:
        JOURNEYS[outcome](robot)
    finally:
        if not stage.picture_now.exists():
            stage.robot.picture(stage.picture_now)
    assert stage.picture_now.stat().st_size > MIN_PICTURE


@pytest.mark.journey
@pytest.mark.secretservice
@pytest.mark.parametrize(("way", "outcome"), EVERYDAY)
def test_a_person_meets_this_outcome(stage, way, outcome):
    play(stage, way, outcome)


@pytest.mark.campaign
@pytest.mark.journey
@pytest.mark.secretservice
@pytest.mark.parametrize(("way", "outcome"), CAMPAIGN)
def test_a_person_of_any_profile_meets_this_outcome(stage, way, outcome):
    play(stage, way, outcome)


@pytest.mark.journey
@pytest.mark.secretservice
def test_a_request_leaves_by_itself_once_the_council_has_corrected_the_registry(stage, tmp_path):
    robot = SignupRobot(stage, way="memorialiste", outcome="REG_NO_EMAIL")
    robot.fill_in()
    robot.send()
    robot.is_refused()
    robot.robot.click("openFileButton")
    robot.sees("Dossier ouvert")
    robot.sees("Référence\u00a0: DR-")
    robot.sees("croec")
    robot.robot.picture(stage.pictures / "council-open.png")
    corrected = next(line for line in people() if line["registration_number"] == robot.who.number)
    (tmp_path / "correction.jsonl").write_text(json.dumps(corrected | {"email": robot.email}) + "\n", "utf-8")
    stage.server.command("import-registry", str(tmp_path / "correction.jsonl"))
    robot.robot.click("syncButton")
    robot.sees("Tableau corrigé")
    robot.sees("Votre demande est repartie d’elle-même")
    robot.is_sent()
    robot.robot.picture(stage.pictures / "council-corrected.png")
    robot.activate()


def test_every_profile_and_every_kind_is_a_way_to_sign_up():
    assert {way.profile for way in WAYS.values()} == set(Profile)
    assert {way.kind for way in WAYS.values() if way.kind} == set(OtherKind)
    assert {way.in_registry for way in WAYS.values() if way.profile is Profile.AGC_HEAD} == {True, False}


def test_every_code_of_signing_up_has_a_journey():
    codes = set(REGISTRY) | {code for code in ACCOUNT if code.startswith(("ID_", "MAIL_", "ACT_"))}
    assert codes - set(JOURNEYS) == set(ELSEWHERE)


def test_every_profile_meets_every_outcome_that_can_come_of_it():
    assert set(OUTCOMES) == set(JOURNEYS)
    requested = {(way, outcome) for way in WAYS for outcome in JOURNEYS if applies(way, outcome)}
    assert requested == set(EVERY) == set(EVERYDAY) | set(CAMPAIGN)
    assert {way for way, outcome in EVERYDAY if outcome == "SENT"} == set(WAYS)
    assert {outcome for _, outcome in EVERYDAY} == set(JOURNEYS)
