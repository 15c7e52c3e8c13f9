"""How surely we must know who decides."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.server import desk

if TYPE_CHECKING:
    from tests.server.desk import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def agathe() -> Desk:
    return desk.expert(desk.firm())


def test_a_high_risk_right_asks_for_a_recent_sign_in(agathe: Desk, settings: Any) -> None:
    settings.STEP_UP_AGE = timedelta(minutes=5)
    asked = desk.pending(desk.staff(), agathe, service="jesignexpert", rights=["seal"])
    no_family = agathe.decide(asked, "approve")
    assert (no_family.status, no_family.code) == (403, "AUTH_STEP_UP")
    desk.prove(agathe, minutes_ago=6)
    assert agathe.decide(asked, "approve").code == "AUTH_STEP_UP"
    desk.prove(agathe, minutes_ago=4)
    assert agathe.decide(asked, "approve").status == 200


def test_other_rights_and_revocations_ask_for_none(agathe: Desk, settings: Any) -> None:
    lea = desk.staff()
    risky = desk.active(lea, agathe, service="jesignexpert", rights=["seal"])
    settings.STEP_UP_AGE = timedelta(minutes=5)
    assert agathe.decide(desk.pending(lea, agathe), "approve").status == 200
    assert agathe.decide(risky, "revoke").status == 200


def test_a_direct_grant_and_a_batch_ask_for_it_too(agathe: Desk, settings: Any) -> None:
    settings.STEP_UP_AGE = timedelta(minutes=5)
    granted = agathe.grant(desk.account(), service="jesignexpert", rights=["seal"])
    assert granted.code == "AUTH_STEP_UP"
    asked = desk.pending(desk.staff(), agathe, service="jesignexpert", rights=["seal"])
    item = {"id": asked["id"], "action": "approve", "version": 1, "key": asked["id"]}
    assert agathe.post("/delegations/decisions", {"items": [item]}).body["results"][0]["code"] == "AUTH_STEP_UP"


def test_granting_asks_for_a_second_factor_where_it_is_required(agathe: Desk, settings: Any) -> None:
    settings.FACTOR_REQUIRED = True
    asked = desk.pending(desk.staff(), agathe)
    assert agathe.decide(asked, "approve").code == "AUTH_FACTOR_REQUIRED"
    again = desk.add_factor(agathe)
    assert agathe.decide(asked, "approve").code == "SESSION_EXPIRED", "a new factor ends every session"
    assert again.decide(asked, "approve").code == "AUTH_STEP_UP", "a session that no factor proved"
    assert desk.prove(again).decide(asked, "approve").code == "AUTH_STEP_UP"
    assert desk.prove(again, minutes_ago=600, second_factor=True).decide(asked, "approve").status == 200


def test_refusing_asks_for_no_factor(agathe: Desk, settings: Any) -> None:
    settings.FACTOR_REQUIRED = True
    assert agathe.decide(desk.pending(desk.staff(), agathe), "refuse", note="Non").status == 200


def test_what_a_right_is_broadened_by_asks_for_it_too(agathe: Desk, settings: Any) -> None:
    held = desk.active(desk.staff(), agathe, service="jesignexpert", rights=["prepare"])
    settings.STEP_UP_AGE = timedelta(minutes=5)
    desk.prove(agathe, minutes_ago=60)
    assert agathe.decide(held, "broaden", rights=["seal"]).code == "AUTH_STEP_UP"
    desk.prove(agathe)
    assert agathe.decide(held, "broaden", rights=["seal"]).status == 200
