"""Strength by default: every write that gives power, or takes a control away, asks for proof; the others never do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings
from ninja import Router

from comptexpert_server.config import api as frame
from comptexpert_server.web import rates
from comptexpert_server.web.policy import Policy, declare
from tests.server import desk
from tests.server.api.test_who_may import ACTIONS, CALLS, OPEN, OPERATIONS, _undone
from tests.server.api.test_who_may import said as said_of
from tests.server.api.world import World

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tests.server.desk import Answer, Desk

pytestmark = pytest.mark.django_db
EXPECTED = {
    "accept_terms": "fresh",
    "answer_review": "by_right",
    "approve": "by_right",
    "begin_delegation": "by_right",
    "cancel_departure": "fresh",
    "broaden": "by_right",
    "change_firm": "fresh",
    "change_my_email": "fresh",
    "choose_my_mails": "fresh",
    "close_my_account": "fresh",
    "correct_my_name": "fresh",
    "cover_absence": "fresh",
    "decide_many": "by_right",
    "edit": "by_right",
    "end_absence": "none",
    "end_membership": "none",
    "end_session": "none",
    "import_delegations": "by_right",
    "import_part": "by_right",
    "keep_unused": "fresh",
    "narrow": "none",
    "object_to_absence": "none",
    "open_review": "none",
    "prolong": "none",
    "refuse": "none",
    "relinquish": "none",
    "renew": "by_right",
    "resume": "by_right",
    "revoke": "none",
    "show_effects": "none",
    "suspend": "none",
    "transfer": "by_right",
    "withdraw": "none",
}
"""What each write of an account asks; a new one without a row fails."""
GIVES = sorted(name for name, step_up in EXPECTED.items() if step_up != "none")
TAKES = sorted(
    {name for name, step_up in EXPECTED.items() if step_up == "none"} - {"prolong", "relinquish", "withdraw"}
)
FRESH = sorted(name for name, step_up in EXPECTED.items() if step_up == "fresh")
OWN = {"change_my_email", "close_my_account", "correct_my_name"}
"""What a person does with their own account: asked of somebody whom no registry holds."""
STATUS = {"approve": "PENDING", "decide_many": "PENDING", "resume": "SUSPENDED", "refuse": "PENDING"}
HIGH = {"service": "jesignexpert", "rights": ["seal"]}


def _call(name: str, world: World, person: Desk) -> Answer:
    if name in ACTIONS:
        return person.decide(world.case, name, **said_of(name, world))
    if name == "decide_many":
        item = {"id": world.case["id"], "version": 1, "action": "approve", "key": world.case["id"]}
        found = person.post("/delegations/decisions", {"items": [item]}).body["results"][0]
        return desk.Answer(found["status"], found, {})
    answer = CALLS[name](world, person)
    results = answer.body.get("results", []) if isinstance(answer.body, dict) else []
    return desk.Answer(results[0]["status"], results[0], {}) if results else answer


def _person(world: World, name: str) -> Desk:
    return world.person("grantee" if name in OWN else "grantor")


def test_each_write_declares_how_strong_a_session_it_wants() -> None:
    writes = {name: said for name, (method, _path, said) in OPERATIONS.items() if method != "get" and name not in OPEN}
    assert {name: said["x-step-up"] for name, said in writes.items()} == EXPECTED


def test_a_write_that_says_nothing_asks_for_the_most_or_is_not_served(monkeypatch: pytest.MonkeyPatch) -> None:
    assert declare(Policy.ACCOUNT, rate=rates.WRITE, idempotent=True)["openapi_extra"]["x-step-up"] == "fresh"
    router = Router()

    @router.post("/forgotten", **declare(Policy.ACCOUNT, rate=rates.WRITE))
    def write(request: HttpRequest) -> str:
        return "done"

    monkeypatch.setattr(frame, "ROUTERS", (("test", router),))
    with pytest.raises(Exception, match="POST /forgotten"):
        frame.build_api()


@pytest.mark.parametrize("name", GIVES)
def test_what_gives_power_asks_for_the_factor_and_for_a_session_proven_by_it(name: str, settings: Any) -> None:
    world = World(STATUS.get(name, "ACTIVE"))
    grantor = _person(world, name)
    settings.FACTOR_REQUIRED = True
    assert _undone(lambda: _call(name, world, grantor)).code == "AUTH_FACTOR_REQUIRED"
    again = desk.add_factor(grantor)
    assert _undone(lambda: _call(name, world, desk.prove(again))).code == "AUTH_STEP_UP"
    strong = _call(name, world, desk.prove(again, second_factor=True))
    assert strong.status in {200, 201, 202, 204} or strong.code == "DEL_STALE", strong.body


@pytest.mark.parametrize("name", FRESH)
def test_what_concerns_the_whole_firm_asks_for_a_recent_sign_in(name: str, settings: Any) -> None:
    world = World("ACTIVE")
    grantor = desk.prove(_person(world, name), minutes_ago=6)
    settings.STEP_UP_AGE = timedelta(minutes=5)
    assert _call(name, world, grantor).code == "AUTH_STEP_UP"
    assert _call(name, world, desk.prove(grantor, minutes_ago=4)).status in {200, 202, 204}


@pytest.mark.parametrize("name", TAKES)
def test_what_ends_or_refuses_is_never_held_up(name: str, settings: Any) -> None:
    world = World(STATUS.get(name, "ACTIVE"))
    settings.FACTOR_REQUIRED, settings.STEP_UP_AGE = True, timedelta(minutes=5)
    answer = _call(name, world, world.person("grantor"))
    assert answer.status in {200, 204}, answer.body


def test_a_repeated_key_has_its_first_answer_however_old_the_proof_is_by_then(settings: Any) -> None:
    world = World("ACTIVE")
    grantor = desk.prove(world.person("grantor"))
    settings.STEP_UP_AGE = timedelta(minutes=5)
    key = str(world.firm.pk)
    first = grantor.post(f"/firms/{world.firm.pk}/terms", {"service": "jefacture"}, key=key)
    desk.prove(grantor, minutes_ago=60)
    again = grantor.post(f"/firms/{world.firm.pk}/terms", {"service": "jefacture"}, key=key)
    assert (first.status, again.status, again.headers["Idempotency-Replayed"]) == (200, 200, "true")


def test_a_request_of_a_collaborateur_asks_for_nothing(settings: Any) -> None:
    world = World("ACTIVE")
    settings.FACTOR_REQUIRED, settings.STEP_UP_AGE = True, timedelta(minutes=5)
    asked = desk.staff().ask(desk.grantor_of(world.people["grantor"]), **HIGH)
    assert asked.status == 201


@pytest.mark.parametrize("document", [{"FACTOR_REQUIRED": True}, {"STEP_UP_AGE": timedelta(minutes=5)}])
def test_an_import_asks_as_a_grant_does(document: dict[str, Any]) -> None:
    world = World("ACTIVE")
    line = f"{desk.account().login_id};jesignexpert;seal"
    with override_settings(**document):
        raw = world.person("grantor").client.generic(
            "POST",
            "/api/v1/delegations/imports?dry_run=true",
            data=f"grantee;service;rights\n{line}\n",
            content_type="text/csv",
            headers={"Authorization": f"Bearer {world.people['grantor'].token}"},
        )
    assert raw.json()["lines"][0]["code"].startswith("AUTH_")
