"""The authorisation matrix: every operation of the OpenAPI document, everybody, every state.

A cell is told from the rules of the domain and nothing else; an operation without a row fails.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import timedelta
from http import HTTPStatus
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from comptexpert_server.base.clock import now, today
from comptexpert_server.delegations.models import Status
from comptexpert_server.reviews.services import open_review
from tests.server import desk
from tests.server.api.world import PEOPLE, UNKNOWN, UNSEEING, World
from tests.server.delegations.table import cells

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.desk import Answer, Desk

pytestmark = pytest.mark.django_db
DOCUMENT = json.loads((Path(__file__).parents[3] / "docs" / "api" / "openapi.json").read_text("utf-8"))
OPERATIONS = {
    operation["operationId"]: (method, path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
CASE_PATH = "/api/v1/delegations/{delegation_id}/"
EVERYONE = (*PEOPLE, *UNKNOWN, "other scope")
ACTIONS = tuple(
    name for name, (method, path, _operation) in OPERATIONS.items() if path.startswith(CASE_PATH) and method == "post"
)

# -- A decision: action × state × person -----------------------------------------------------------------------------

# Who gets 200; the others who see the case get 403 or 409, the rest 404.
FIRM = {"grantor", "peer", "cover"}
LETTERS = {"G": {"grantor"}, "P": {"peer", "cover"}, "C": {"cover"}, "E": {"grantee"}, "-": set()}
FIRST_APPROVER = "grantor"
MAY: dict[tuple[str, str], set[str]] = {
    cell: set.union(*(LETTERS[letter] for letter in letters)) for cell, letters in cells().items()
}
MAY["approve", "PENDING_SECOND"] -= {FIRST_APPROVER}


def said(action: str, world: World) -> dict[str, Any]:
    said: dict[str, dict[str, Any]] = {
        "refuse": {"note": "Non, merci"},
        "transfer": {"grantor": str(world.successor.pk)},
        "narrow": {"rights": ["prepare"]},
        "broaden": {"rights": ["sign"]},
        "edit": {"valid_until": (today() + timedelta(days=20)).isoformat()},
    }
    return said.get(action, {})


def _is_expected(answer: Answer, *, name: str, action: str, status: str) -> bool:
    if name in UNKNOWN:
        return answer.status == 401
    if name == "other scope":
        return answer.status == 403 and answer.code == "AUTH_SCOPE"
    if name in UNSEEING:
        return answer.status == 404
    if name in MAY[action, status]:
        return answer.status == 200
    return answer.status in {403, 409}


def _undone(act: Callable[[], Answer]) -> Answer:
    """Give what an act answers, and leave no trace of it."""
    with transaction.atomic():
        answer = act()
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.one_in(3)
def test_a_decision_is_open_to_whom_the_rules_name(status: str) -> None:
    world = World(status)
    assert {action for action, _status in MAY} == set(ACTIONS)
    wrong = []
    for name, action in product(EVERYONE, ACTIONS):
        answer = _undone(lambda n=name, a=action: world.person(n).decide(world.case, a, **said(a, world)))  # type: ignore[misc]  # bound at once
        if not _is_expected(answer, name=name, action=action, status=status):
            wrong.append((name, action, answer.status, answer.body))
    assert not wrong


@pytest.mark.parametrize("name", UNSEEING)
def test_a_case_that_one_may_not_see_and_one_that_never_was_are_the_same(name: str) -> None:
    world = World("PENDING")
    person = world.person(name)
    for action in ACTIONS:
        unseen = person.decide(world.case, action, **said(action, world))
        unknown = person.decide({"id": str(uuid.uuid4()), "version": 1}, action, **said(action, world))
        assert (unseen.status, unseen.same) == (404, unknown.same), action


@pytest.mark.parametrize("status", ["PENDING", "PENDING_SECOND", "ACTIVE", "SUSPENDED", "REVOKED"])
def test_a_batch_opens_nothing_that_a_single_decision_does_not(status: str) -> None:
    world = World(status)
    wrong = []
    for name in PEOPLE:
        items = [
            {"id": world.case["id"], "version": world.case["version"], "action": action, "key": str(uuid.uuid4())}
            | said(action, world)
            for action in ACTIONS
        ]
        for item in items:
            answer = _undone(
                lambda n=name, i=item: world.person(n).post("/delegations/decisions", {"items": [i]})  # type: ignore[misc]  # bound at once
            )
            result = answer.body["results"][0]
            told = desk.Answer(result["status"], result, {})
            if not _is_expected(told, name=name, action=str(item["action"]), status=status):
                wrong.append((name, item["action"], result))
    assert not wrong


# -- Every other operation: person × operation -----------------------------------------------------------------------


def _firm(world: World, person: Desk) -> Answer:
    return person.send("PATCH", f"/firms/{world.firm.pk}", body={"two_approvers": True}, version=1)


def _grant(world: World, person: Desk) -> Answer:
    return person.grant(desk.account(), service="rfc", firm=str(world.firm.pk))


def _other_session(world: World, person: Desk) -> Answer:
    """End a session that is nobody's: it is over, whoever says so."""
    del world
    return person.send("DELETE", f"/sessions/{uuid.uuid4()}")


def _decide_many(world: World, person: Desk) -> Answer:
    item = {"id": world.case["id"], "version": 1, "action": "revoke", "key": str(uuid.uuid4())}
    return person.post("/delegations/decisions", {"items": [item]})


def _import_part(world: World, person: Desk) -> Answer:
    """Send a file in two parts: its lines say why it is refused."""
    head = "grantee;service;rights\n"
    login_id = world.people["colleague"].account.login_id
    parts = [f"{head}{login_id};bibliordre;access\n", f"{head}invitee@ailleurs.example;bibliordre;access\n"]
    key, digest = str(uuid.uuid4()), hashlib.sha256("".join(parts).encode()).hexdigest()
    for number, part in enumerate(parts, start=1):
        raw = person.client.generic(
            "POST",
            "/api/v1/delegations/imports/parts",
            data=part,
            content_type="text/csv",
            headers={"Idempotency-Key": key}
            | ({"Authorization": f"Bearer {person.token}"} if person.token.strip() else {}),
            query_params={"number": str(number), "of": "2", "digest": digest},
        )
        if raw.status_code != HTTPStatus.ACCEPTED:
            break
    body = json.loads(raw.content)
    refused = [line["problem"] for line in body.get("lines", []) if line["code"]]
    return (
        desk.Answer(int(refused[0]["status"]), refused[0], raw.headers)
        if refused
        else desk.Answer(raw.status_code, body, raw.headers)
    )


def _import(world: World, person: Desk) -> Answer:
    """Preview a file: its lines say what each would give to whoever sends it."""
    line = f"{world.people['colleague'].account.login_id};bibliordre;access;"
    raw = person.client.generic(
        "POST",
        "/api/v1/delegations/imports?dry_run=true",
        data=f"grantee;service;rights;valid_until\n{line}\n",
        content_type="text/csv",
        headers={"Authorization": f"Bearer {person.token}"} if person.token.strip() else {},
    )
    body = json.loads(raw.content)
    if raw.status_code == 200 and not body["accepted"]:
        problem = body["lines"][0]["problem"]
        return desk.Answer(int(problem["status"]), problem, raw.headers)
    return desk.Answer(raw.status_code, body, raw.headers)


def _cover(world: World, person: Desk) -> Answer:
    """Ask to cover somebody of the firm who is no party of the case."""
    ends_on = (today() + timedelta(days=20)).isoformat()
    body = {"absent": str(world.successor.pk), "ends_on": ends_on, "reason": "Congé de maternité"}
    return person.post(f"/firms/{world.firm.pk}/absences", body)


def _review(world: World) -> str:
    """Have a review open in the firm; give its address."""
    opened = open_review(world.firm, closes_on=None, account=None, now=now(), today=today())
    return f"/firms/{world.firm.pk}/reviews/{opened.pk}"


def _answer_review(world: World, person: Desk) -> Answer:
    item = {"delegation_id": world.case["id"], "version": 1, "answer": "keep", "key": str(uuid.uuid4())}
    return person.post(f"{_review(world)}/answers", {"items": [item]})


CALLS: dict[str, Callable[[World, Desk], Answer]] = {
    "read_delegation": lambda world, person: person.get(f"/delegations/{world.case['id']}"),
    "read_identity": lambda world, person: person.get(f"/delegations/{world.case['id']}/identity"),
    "list_delegations": lambda _world, person: person.get("/delegations"),
    "follow": lambda _world, person: person.get("/sync"),
    "begin_delegation": _grant,
    "decide_many": _decide_many,
    "show_effects": lambda world, person: person.post(
        "/delegations/effects", {"gestures": [{"id": world.case["id"], "action": "revoke"}]}
    ),
    "import_delegations": _import,
    "import_part": _import_part,
    "read_firm": lambda world, person: person.get(f"/firms/{world.firm.pk}"),
    "change_firm": _firm,
    "accept_terms": lambda world, person: person.post(f"/firms/{world.firm.pk}/terms", {"service": "jefacture"}),
    "end_membership": lambda world, person: person.send(
        "DELETE", f"/firms/{world.firm.pk}/members/{world.people['colleague'].account.pk}"
    ),
    "keep_unused": lambda world, person: person.post(f"/firms/{world.firm.pk}/unused/{world.case['id']}/keep"),
    "cancel_departure": lambda world, person: person.send(
        "DELETE", f"/firms/{world.firm.pk}/members/{world.people['colleague'].account.pk}/departure"
    ),
    "cover_absence": _cover,
    "object_to_absence": lambda world, person: person.post(
        f"/firms/{world.firm.pk}/absences/{world.waiting.pk}/object"
    ),
    "end_absence": lambda world, person: person.post(f"/firms/{world.firm.pk}/absences/{world.covered.pk}/end"),
    "open_review": lambda world, person: person.post(f"/firms/{world.firm.pk}/reviews"),
    "read_review": lambda world, person: person.get(_review(world)),
    "answer_review": _answer_review,
    "read_register": lambda world, person: person.get("/register", firm=str(world.firm.pk)),
    "read_attestation": lambda world, person: person.get(
        "/register/attestation", firm=str(world.firm.pk), account=str(world.people["grantee"].account.pk)
    ),
    "read_me": lambda _world, person: person.get("/me"),
    "read_my_profile": lambda _world, person: person.get("/me/profile"),
    "read_my_grantors": lambda _world, person: person.get("/me/grantors"),
    "read_my_data": lambda _world, person: person.get("/me/data"),
    "change_my_email": lambda _world, person: person.post("/me/email", {"email": "nouvelle@ailleurs.example"}),
    "choose_my_mails": lambda _world, person: person.send("PATCH", "/me/mails", body={"weekly": True}),
    "correct_my_name": lambda _world, person: person.send(
        "PATCH", "/me", body={"given_name": "Léa", "surname": "Kerguen"}
    ),
    "close_my_account": lambda _world, person: person.send("DELETE", "/me"),
    "registry_entry": lambda world, person: person.get(f"/registry/entries/{world.successor.pk}"),
    "list_sessions": lambda _world, person: person.get("/sessions"),
    "end_session": _other_session,
}
EVERYBODY = set(PEOPLE)
OUTSIDE_THE_REGISTRY = {"grantee", "colleague"}
LETS_IN: dict[str, tuple[set[str], set[int]]] = {
    "read_delegation": (FIRM | {"grantee"}, {404}),
    "read_identity": (FIRM | {"grantee"}, {404}),
    "list_delegations": (EVERYBODY, set()),
    "follow": (EVERYBODY, set()),
    "begin_delegation": (FIRM, {403, 422}),
    "decide_many": (EVERYBODY, set()),
    "show_effects": (FIRM, {403, 404}),
    "import_delegations": (FIRM | {"stranger"}, {403}),
    "import_part": (FIRM | {"stranger"}, {403}),
    "read_firm": (FIRM, {404}),
    "change_firm": (FIRM, {404}),
    "accept_terms": (FIRM, {404}),
    "end_membership": (FIRM, {404}),
    "cancel_departure": (FIRM, {404}),
    "keep_unused": (FIRM, {404}),
    "cover_absence": (FIRM, {404}),
    "object_to_absence": (FIRM, {404}),
    "end_absence": (FIRM, {404}),
    "open_review": (FIRM, {404}),
    "read_review": (FIRM, {404}),
    "answer_review": (FIRM, {404}),
    "read_register": (FIRM, {404}),
    "read_attestation": (FIRM, {404}),
    "read_me": (EVERYBODY, set()),
    "read_my_profile": (EVERYBODY, set()),
    "read_my_grantors": (EVERYBODY, set()),
    "read_my_data": (EVERYBODY, set()),
    "change_my_email": (OUTSIDE_THE_REGISTRY, {409}),
    "choose_my_mails": (EVERYBODY, set()),
    "correct_my_name": (OUTSIDE_THE_REGISTRY, {409}),
    "close_my_account": (EVERYBODY, set()),
    "registry_entry": (EVERYBODY, set()),
    "list_sessions": (EVERYBODY, set()),
    "end_session": (EVERYBODY, set()),
}
"""Who gets 200 or 201 of an operation about the firm and the case of the world, and what the others get."""

OPEN = {
    "read_catalogue",
    "list_councils",
    "open_escalation",
    "escalation_status",
    "ask_password_reset",
    "look_up_entry",
    "search_registry",
    "registry_snapshot",
    "registry_snapshot_file",
    "create_signup",
    "signup_status",
    "resend_activation",
}
"""What anyone may call: what is personal in it is held by a secret of its own, tested where it lives."""


def test_every_operation_of_the_document_has_its_row() -> None:
    known = set(ACTIONS) | set(LETS_IN) | OPEN
    assert set(OPERATIONS) - known == set(), "an operation without a row"
    assert known - set(OPERATIONS) == set(), "a row without an operation"
    assert set(CALLS) == set(LETS_IN)


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_the_document_says_who_is_let_in(operation: str) -> None:
    _method, _path, said = OPERATIONS[operation]
    assert (said["x-policy"] == "public") is (operation in OPEN)
    assert bool(said.get("security")) is (operation not in OPEN)


@pytest.mark.parametrize("operation", sorted(CALLS))
@pytest.mark.one_in(3)
def test_an_operation_is_open_to_whom_the_rules_name(operation: str) -> None:
    may, otherwise = LETS_IN[operation]
    world = World("ACTIVE")
    wrong = []
    for name in EVERYONE:
        answer = _undone(lambda n=name: CALLS[operation](world, world.person(n)))  # type: ignore[misc]  # bound at once
        refused = {401} if name in UNKNOWN else {403} if name == "other scope" else otherwise
        if answer.status not in ({200, 201, 202, 204} if name in may else refused):
            wrong.append((name, answer.status, answer.body))
    assert not wrong


@pytest.mark.parametrize("operation", sorted(OPEN))
def test_an_open_operation_asks_nobody_who_they_are(operation: str) -> None:
    method, path, _said = OPERATIONS[operation]
    filled = path.removeprefix("/api/v1")
    for name in ("signup_id", "escalation_id"):
        filled = filled.replace(f"{{{name}}}", str(uuid.uuid4()))
    answer = desk.anonymous().send(method.upper(), filled.replace("{version}", "1"), body={})
    assert answer.status not in {401, 403, 500}, answer.body


@pytest.mark.parametrize("name", PEOPLE)
def test_a_list_and_what_changed_hold_the_cases_of_the_caller_alone(name: str) -> None:
    world = World("ACTIVE")
    person = world.person(name)
    sees = name not in UNSEEING
    assert bool(person.get("/delegations").body["items"]) is sees
    assert bool(person.get("/sync").body["delegations"]) is sees
