"""A revocation without a network: loud until the server has answered, and true for everybody from then on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from comptexpert_desktop.desktop import window
from comptexpert_desktop.rehearsal import secret_service
from comptexpert_desktop.rehearsal.embedded import running
from comptexpert_desktop.settings import Settings
from tests import made_once
from tests.journeys.delegation_stage import DeskStage, Elsewhere

pytestmark = [pytest.mark.journey, pytest.mark.secretservice]

PICTURES = "COMPTEXPERT_JOURNEY_PICTURES"
"""Where the pictures are kept when somebody wants to look at them."""
SERVICE = "bibliordre"
LOUD = "PAS ENCORE EFFECTIF"
MAX_LOOKS = 400


@pytest.fixture(scope="module")
def stage(qapp, tmp_path_factory):
    """One server and one window; a collaborateur who holds a right is signed in elsewhere."""
    folder = tmp_path_factory.mktemp("revoked")
    pictures = Path(os.environ[PICTURES]) if PICTURES in os.environ else folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    (folder / "server").mkdir()
    with (
        secret_service.session() as service,
        service.inside(),
        running(folder / "server", entries=200, cache=made_once.folder()) as server,
    ):
        app = window.build(Settings(server_url=server.url, data_dir=folder / "application"))
        app.show()
        made = DeskStage(app, server=server, service=service, folder=folder, pictures=pictures)
        made.robot.wait_for_text("À jour", seconds=30)
        expert = Elsewhere(made, "ec")
        expert.grant(SERVICE, "access", grantee="staff")
        expert.close()
        made.staff = Elsewhere(made, "staff")
        made.come_in("ec")
        yield made
        made.staff.close()
        made.leave()


def test_a_revocation_is_loud_until_the_answer_and_holds_from_the_first_request_after_it(stage):
    assert stage.staff.holds(SERVICE) == (True, True)
    stage.open_desk()
    stage.show("live")
    stage.choose(SERVICE)
    stage.server.kill()
    stage.press("revokeButton")
    stage.confirm()
    stage.wait_for_row(LOUD)
    stage.robot.settle(500)
    assert stage.has(LOUD), "nothing has answered"
    stage.shoot("01-not-effective")
    stage.server.start()
    stage.server.wait_until_ready()
    assert stage.staff.holds(SERVICE) == (True, True), "nothing was sent yet"
    stage.robot.click("syncButton")
    looks = []
    while (is_loud := stage.has(LOUD)) and len(looks) < MAX_LOOKS:
        looks.append(stage.staff.holds(SERVICE))
        stage.robot.settle(10)
    first_after = stage.staff.holds(SERVICE)
    assert not is_loud
    assert first_after == (False, False), "this request began after the desk had the answer"
    assert looks, "the desk was still loud when the server was back"
    stage.show("ended")
    stage.wait_for_row(SERVICE)
    stage.shoot("02-revoked")
