"""A revocation without a network: loud until the server has answered, and true for everybody from then on."""

from __future__ import annotations

import pytest

from tests.journeys.delegation_stage import DeskStage, Elsewhere
from tests.journeys.journey_stage import staged

pytestmark = [pytest.mark.journey, pytest.mark.secretservice]

SERVICE = "bibliordre"
LOUD = "PAS ENCORE EFFECTIF"
MAX_LOOKS = 400


@pytest.fixture(scope="module")
def stage(qapp, tmp_path_factory):
    """One server and one window; a collaborateur who holds a right is signed in elsewhere."""
    with staged(DeskStage, tmp_path_factory.mktemp("revoked")) as made:
        expert = Elsewhere(made, "ec")
        expert.grant(SERVICE, "access", grantee="staff")
        expert.close()
        made.staff = Elsewhere(made, "staff")
        made.come_in("ec")
        yield made
        made.staff.close()


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
