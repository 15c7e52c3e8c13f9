"""The OpenAPI document: 3.1, complete, and the one that clients were given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from comptexpert_server.config.api import api

EXPORTED = Path(__file__).parents[3] / "docs" / "api" / "openapi.json"


@pytest.fixture
def document() -> dict[str, Any]:
    found = api.get_openapi_schema(path_prefix="/api/v1/")
    return dict(json.loads(json.dumps(found)))


def test_the_exported_document_is_the_one_that_is_served(document: dict[str, Any]) -> None:
    again = "export it: python -m comptexpert_server openapi > docs/api/openapi.json"
    assert json.loads(EXPORTED.read_text("utf-8")) == document, again


def test_the_document_is_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")


@pytest.mark.django_db
def test_the_document_is_served(client: Any, document: dict[str, Any]) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.json()) == (200, document)


def test_every_operation_has_one_name(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))


def test_every_refusal_is_a_problem_document(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            refusals = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
            assert "422" in refusals, (method, path)
            for answer in refusals.values():
                assert list(answer["content"]) == ["application/problem+json"], (method, path)


def test_decisions_document_their_headers(document: dict[str, Any]) -> None:
    for action in ("approve", "refuse", "revoke", "suspend", "resume", "withdraw", "renew", "transfer", "relinquish"):
        operation = document["paths"][f"/api/v1/delegations/{{delegation_id}}/{action}"]["post"]
        names = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
        assert names == {"Idempotency-Key", "If-Match"}
        assert {"400", "401", "403", "404", "409", "412", "422", "428"} <= set(operation["responses"])


def test_what_is_no_json_is_documented(document: dict[str, Any]) -> None:
    register = document["paths"]["/api/v1/register"]["get"]["responses"]["200"]["content"]
    assert set(register) == {"application/json", "text/csv"}
    asked = document["paths"]["/api/v1/delegations/imports"]["post"]["requestBody"]["content"]
    assert set(asked) == {"text/csv"}
    assert "304" in document["paths"]["/api/v1/catalogue"]["get"]["responses"]


def test_references_lead_somewhere(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    requested = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert requested <= set(document["components"]["schemas"])
