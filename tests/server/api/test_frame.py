"""The frame of the API: who gets in, and how refusals are worded."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone
from ninja import NinjaAPI, Router

from comptexpert_server.config import api as frame
from comptexpert_server.web import rates
from comptexpert_server.web.policy import Policy, declare
from tests.server import desk

if TYPE_CHECKING:
    from django.http import HttpRequest
    from ninja.operation import Operation

pytestmark = pytest.mark.django_db
PRIVATE = [
    operation
    for operation in frame.operations(frame.api)
    if (operation.openapi_extra or {})["x-policy"] != Policy.PUBLIC.value
]


def _call(operation: Operation, *, headers: dict[str, str]) -> Any:
    path = operation.path.replace("{", "").replace("}", "")
    for word in ("delegation_id", "firm_id", "account_id", "entry_id", "session_id"):
        path = path.replace(word, str(uuid.uuid4()))
    return Client().generic(
        operation.methods[0], f"/api/v1{path}", data="{}", content_type="application/json", headers=headers
    )


def test_every_operation_declares_its_policy() -> None:
    assert frame.undeclared(frame.api) == []


def test_an_operation_without_a_policy_is_never_served(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = Router()

    @forgotten.get("/forgotten")
    def look(request: HttpRequest) -> str:
        return "secret"

    monkeypatch.setattr(frame, "ROUTERS", (("test", forgotten),))
    with pytest.raises(ImproperlyConfigured, match="GET /forgotten"):
        frame.build_api()


def test_an_operation_without_a_rate_is_never_served(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = Router()
    declared = declare(Policy.ACCOUNT, rate=rates.READ)
    declared["openapi_extra"].pop("x-rate")

    @forgotten.get("/forgotten", **declared)
    def look(request: HttpRequest) -> str:
        return "secret"

    monkeypatch.setattr(frame, "ROUTERS", (("test", forgotten),))
    with pytest.raises(ImproperlyConfigured, match="GET /forgotten"):
        frame.build_api()
    with pytest.raises(ImproperlyConfigured, match="counts addresses"):
        declare(Policy.PUBLIC, rate=rates.READ)


def test_a_caller_who_comes_too_often_is_told_when_to_come_back_and_others_are_not_held(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    moment = 1000.0
    monkeypatch.setattr("comptexpert_server.web.rates.time.monotonic", lambda: moment)
    one, other = Client(REMOTE_ADDR="198.51.100.1"), Client(REMOTE_ADDR="198.51.100.2")
    limit = rates.PUBLIC_READ.calls
    throttle = next(op for op in frame.operations(frame.api) if op.path == "/councils").throttle_objects[0]
    for _ in range(limit):
        assert throttle._take("198.51.100.1", at=moment) == 0
    refused = one.get("/api/v1/councils")
    assert (refused.status_code, refused.json()["code"], refused["Retry-After"]) == (429, "TOO_MANY_REQUESTS", "1")
    assert other.get("/api/v1/councils").status_code == 200
    moment += 60 / limit + 0.001
    assert one.get("/api/v1/councils").status_code == 200
    assert one.get("/api/v1/councils").status_code == 429
    settings.ADDRESS_LIMITS = False
    assert one.get("/api/v1/councils").status_code == 200


def test_a_declared_policy_asks_for_a_token() -> None:
    for operation in frame.operations(frame.api):
        is_public = (operation.openapi_extra or {})["x-policy"] == Policy.PUBLIC.value
        assert bool(operation.auth_callbacks) is not is_public, operation.path


@pytest.mark.parametrize("operation", PRIVATE, ids=lambda one: f"{one.methods[0]} {one.path}")
def test_a_private_operation_refuses_a_caller_without_a_token(operation: Operation) -> None:
    answer = _call(operation, headers={})
    assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_FAILED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("operation", PRIVATE, ids=lambda one: f"{one.methods[0]} {one.path}")
def test_a_private_operation_refuses_a_token_without_the_scope(operation: Operation) -> None:
    token = desk.mint(desk.account(), scopes="openid profile")
    answer = _call(operation, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "AUTH_SCOPE")


@pytest.mark.parametrize("case", ["unknown", "expired", "inactive", "refresh token", "empty"])
def test_a_token_that_does_not_hold_is_refused(case: str) -> None:
    person = desk.staff(is_active=case != "inactive")
    if case == "unknown":
        person.token = uuid.uuid4().hex
    elif case == "expired":
        person.token = desk.mint(person.account, minutes=-1)
    elif case == "refresh token":
        person.account.token_set.update(type="rt")
    elif case == "empty":
        person.token = " "
    answer = person.get("/sync")
    assert (answer.status, answer.code) == (401, "SESSION_EXPIRED")
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_a_token_ends_on_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    person = desk.staff()
    assert person.get("/sync").status == 200
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert person.get("/sync").status == 401


@pytest.mark.parametrize("path", ["/", "/nothing", "/delegations/", "/delegations/not-a-uuid/approve/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT"])
def test_an_unknown_address_is_a_problem_document(path: str, method: str) -> None:
    answer = desk.staff().send(method, path)
    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.code == "NOT_FOUND"


def test_a_method_that_is_not_served_names_those_that_are() -> None:
    answer = desk.staff().send("PUT", "/sync")
    assert (answer.status, answer.code, answer.headers["Allow"]) == (405, "METHOD_NOT_ALLOWED", "GET")


def test_an_id_that_is_no_uuid_is_a_wrong_input() -> None:
    answer = desk.staff().get("/delegations/x")
    assert (answer.status, answer.code) == (422, "INVALID_INPUT")
    assert answer.body["errors"][0]["field"] == "delegation_id"


@pytest.mark.parametrize("raw", ["{", "nothing", '{"a": '])
def test_unreadable_json_is_400(raw: str) -> None:
    person = desk.staff()
    answer = person.client.post(
        "/api/v1/delegations",
        data=raw.encode(),
        content_type="application/json",
        headers={"Authorization": f"Bearer {person.token}", "Idempotency-Key": str(uuid.uuid4())},
    )
    assert (answer.status_code, json.loads(answer.content)["code"]) == (400, "BODY_UNREADABLE")


@pytest.mark.parametrize("raw", ["[]", "null", "3", '"text"'])
def test_json_of_the_wrong_shape_is_422(raw: str) -> None:
    assert desk.staff().post("/delegations", json.loads(raw)).status == 422


def test_a_body_too_large_is_413(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = desk.staff().post("/delegations", {"reason": "a" * 2000})
    assert answer.status == 413
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("member", ["status", "version", "id", "origin", "sequence", "is_staff"])
def test_an_unexpected_member_is_refused(member: str) -> None:
    answer = desk.staff().ask(desk.entry(desk.firm()), **{member: "ACTIVE"})
    assert (answer.status, answer.body["errors"]) == (422, [{"field": member, "code": "EXTRA_FORBIDDEN"}])


def test_a_fault_says_nothing_of_itself_and_logs_no_data(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    message = "Key (email)=(secret@alba.example) already exists"

    def broken(*_arguments: object, **_options: object) -> None:
        raise RuntimeError(message)

    monkeypatch.setattr("comptexpert_server.delegations.sync.changes", broken)
    answer = desk.staff().get("/sync")
    assert (answer.status, answer.code) == (500, "SERVER_FAULT")
    assert "RuntimeError" in caplog.text
    assert "secret@alba.example" not in caplog.text


def test_every_answer_carries_the_epoch_and_the_date() -> None:
    answer = desk.staff().get("/sync")
    assert answer.headers["Comptexpert-Epoch"]
    assert answer.headers["Date"].endswith("GMT")


@pytest.mark.parametrize(
    ("version", "status", "code"),
    [(None, 428, "PRECONDITION_REQUIRED"), ("x", 400, "PRECONDITION_INVALID"), ("*", 400, "PRECONDITION_INVALID")],
)
def test_a_decision_says_what_it_saw(version: object, status: int, code: str) -> None:
    agathe = desk.expert(desk.firm())
    asked = desk.pending(desk.staff(), agathe)
    answer = agathe.decide(asked, "approve", version=version)
    assert (answer.status, answer.code) == (status, code)


def test_the_version_may_come_without_quotes() -> None:
    agathe = desk.expert(desk.firm())
    asked = desk.pending(desk.staff(), agathe)
    answer = agathe.send("POST", f"/delegations/{asked['id']}/approve", body={}, headers={"If-Match": "1"})
    assert answer.status == 200


def test_declare_keeps_public_operations_open() -> None:
    router = Router()

    @router.get("/open", **declare(Policy.PUBLIC, rate=rates.PUBLIC_READ))
    def look(request: HttpRequest) -> str:
        return "open"

    api = NinjaAPI(urls_namespace="open")
    api.add_router("", router)
    assert frame.undeclared(api) == []
