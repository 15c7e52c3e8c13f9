"""Each profile and each outcome of a sign-up, through the real window and the real server, with a picture."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from comptexpert_desktop.app import window
from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.rehearsal import secret_service
from comptexpert_desktop.rehearsal.embedded import running
from comptexpert_desktop.rehearsal.stage import Stage
from comptexpert_desktop.settings import Settings
from comptexpert_desktop.ui.message_table_people import ACCOUNT, REGISTRY
from tests.journeys.signup_cast import WAYS, write_registry
from tests.journeys.signup_outcomes import CAMPAIGN, ELSEWHERE, EVERY, EVERYDAY, JOURNEYS, applies
from tests.journeys.signup_robot import SignupRobot

SMALLEST_PICTURE = 10_000
PICTURES = "COMPTEXPERT_JOURNEY_PICTURES"
"""Where the pictures are kept when somebody wants to look at them."""


class Clock:
    """The time, or some days ahead of it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Journeys(Stage):
    """The stage, with a clock that can be moved."""

    clock: Clock


@pytest.fixture(scope="module")
def stage(qapp, tmp_path_factory):
    """One server and one window for every journey."""
    folder = tmp_path_factory.mktemp("signup")
    pictures = tmp_path_factory.mktemp("pictures") if PICTURES not in os.environ else _folder(os.environ[PICTURES])
    (folder / "server").mkdir()
    write_registry(folder / "people.jsonl")
    with (
        secret_service.session() as service,
        service.inside(),
        running(folder / "server", entries=300, cache=folder) as server,
    ):
        server.command("import-registry", str(folder / "people.jsonl"))
        clock = Clock()
        settings = Settings(server_url=server.url, data_dir=folder / "application")
        app = window.build(settings, clock=clock)
        app.show()
        made = Journeys(app, server=server, service=service, folder=folder, pictures=pictures)
        made.clock = clock
        made.robot.wait_for_text("À jour", seconds=30)
        yield made
        app.close()


def _folder(name):
    # Imported here: only a person who looks at the pictures needs it.
    from pathlib import Path

    Path(name).mkdir(parents=True, exist_ok=True)
    return Path(name)


def play(stage, way, outcome):
    stage.picture_now = stage.pictures / f"{outcome}-{way}.png"
    stage.picture_now.unlink(missing_ok=True)
    robot = SignupRobot(stage, way=way, outcome=outcome)
    try:
        JOURNEYS[outcome](robot)
    finally:
        if not stage.picture_now.exists():
            stage.robot.picture(stage.picture_now)
    assert stage.picture_now.stat().st_size > SMALLEST_PICTURE


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


def test_every_profile_and_every_kind_is_a_way_to_sign_up():
    assert {way.profile for way in WAYS.values()} == set(Profile)
    assert {way.kind for way in WAYS.values() if way.kind} == set(OtherKind)
    assert {way.in_registry for way in WAYS.values() if way.profile is Profile.AGC_HEAD} == {True, False}


def test_every_code_of_signing_up_has_a_journey():
    codes = set(REGISTRY) | {code for code in ACCOUNT if code.startswith(("ID_", "MAIL_", "ACT_"))}
    assert codes - set(JOURNEYS) == set(ELSEWHERE)


def test_every_profile_meets_every_outcome_that_can_come_of_it():
    wanted = {(way, outcome) for way in WAYS for outcome in JOURNEYS if applies(way, outcome)}
    assert wanted == set(EVERY) == set(EVERYDAY) | set(CAMPAIGN)
    assert {way for way, outcome in EVERYDAY if outcome == "SENT"} == set(WAYS)
    assert {outcome for _, outcome in EVERYDAY} == set(JOURNEYS)
