"""Whatever is sent, the API answers with a status of its own: never a fault, never another type."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptexpert_server.config import api as frame
from tests.server import desk

if TYPE_CHECKING:
    from ninja.operation import Operation

pytestmark = pytest.mark.django_db
ROOMS = ("catalogue", "firms", "delegations", "audit")
OURS = [operation for operation in frame.operations(frame.api) if operation.view_func.__module__.split(".")[1] in ROOMS]
WORDS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["bibliordre", "access", "approve", "2026-12-01", "9999-12-31", "0001-01-01", "\u0000", "'; --", "🙂", "=1+1"]
    ),
    st.uuids().map(str),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=6,
)
MEMBERS = (
    "firm", "service", "rights", "grantee", "grantor", "reason", "valid_from", "valid_until", "note", "at", "items",
    "two_approvers",
)  # fmt: skip
BODIES = st.one_of(VALUES, st.dictionaries(st.sampled_from(MEMBERS), VALUES, max_size=6))
QUERIES = st.dictionaries(
    st.sampled_from(["role", "status", "firm", "q", "cursor", "limit", "format"]), WORDS, max_size=4
)
QUIET = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def _call(operation: Operation, *, data: bytes, query: dict[str, str], version: str) -> Any:
    person = desk.expert(desk.firm())
    case = desk.pending(desk.staff(), person)
    path = operation.path.replace("{delegation_id}", case["id"]).replace("{account_id}", str(uuid.uuid4()))
    path = path.replace("{firm_id}", case["firm"]["id"])
    headers = {
        "Authorization": f"Bearer {person.token}",
        "Idempotency-Key": str(uuid.uuid4()),
        "If-Match": version,
    }
    return person.client.generic(
        operation.methods[0],
        f"/api/v1{path}",
        data=data,
        content_type="application/json",
        headers=headers,
        query_params=query or None,
    )


@pytest.mark.parametrize("operation", OURS, ids=lambda one: f"{one.methods[0]} {one.path}")
@QUIET
@given(body=BODIES, query=QUERIES, version=st.sampled_from(['"1"', "1", "0", "99999999999", "x", '"1", "2"']))
def test_nothing_that_is_sent_makes_a_fault(
    operation: Operation, body: object, query: dict[str, str], version: str
) -> None:
    answer = _call(operation, data=json.dumps(body).encode(), query=query, version=version)
    assert answer.status_code < 500, (body, query)
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"]


@pytest.mark.parametrize("written", [0, 1_728_000, 1.5, "0", "1728000", "2026-12-01T00:00:00", True, [], {}])
def test_a_number_is_no_date(written: object) -> None:
    operation = next(one for one in OURS if one.path == "/delegations" and "POST" in one.methods)
    body = json.dumps({"service": "rfc", "rights": ["access"], "grantee": "x", "valid_until": written}).encode()
    answer = _call(operation, data=body, query={}, version='"1"')
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["valid_until"]


def test_a_member_that_stands_twice_is_refused() -> None:
    operation = next(one for one in OURS if one.path == "/delegations" and "POST" in one.methods)
    body = b'{"service": "rfc", "rights": ["access"], "grantee": "claire", "grantee": "hugo"}'
    answer = _call(operation, data=body, query={}, version='"1"')
    assert (answer.status_code, answer.json()["code"]) == (400, "BODY_UNREADABLE")


@pytest.mark.parametrize("version", ['"1', '1"', '""', '"1" "2"', "W/1", "١"])
def test_a_version_with_half_a_quote_is_none(version: str) -> None:
    operation = next(one for one in OURS if one.path.endswith("/approve"))
    answer = _call(operation, data=b"{}", query={}, version=version)
    assert (answer.status_code, answer.json()["code"]) == (400, "PRECONDITION_INVALID")


@pytest.mark.parametrize(
    "raw",
    [b"\xff\xfe", b'{"reason": "\\ud800"}', b'{"reason": "\\u0000"}', b"[" * 5000, b'{"a":1e999}', b"NaN", b"1" * 5000],
)
def test_bytes_that_are_no_sound_json_are_refused(raw: bytes) -> None:
    operation = next(one for one in OURS if one.path == "/delegations" and "POST" in one.methods)
    answer = _call(operation, data=raw, query={}, version='"1"')
    assert answer.status_code in {400, 422}
    assert answer.headers["Content-Type"] == "application/problem+json"
