"""A refusal that names fields says which, in every form and in the outbox: « Corrigez les champs signalés » names them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.presentation.errors.field_words import NAMES, REMEDY
from comptexpert_desktop.presentation.outbox import words
from tests.desktop.ui import kit

OPENAPI = Path(__file__).parents[4] / "docs" / "api" / "openapi.json"
OF_THE_PROGRAM = {
    "action", "code", "days", "delegation_id", "firm_id", "gestures", "id", "items", "key", "limit", "member", "q", "version",
}  # fmt: skip
"""Members that no person fills in: a refusal of one is a fault of the program."""


def members():
    """List every member of every body that the API takes."""
    document = json.loads(OPENAPI.read_text(encoding="utf-8"))
    schemas, found = document["components"]["schemas"], set()

    def walk(schema, seen):
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name in seen:
                return
            schema, seen = schemas[name], seen | {name}
        for member, below in schema.get("properties", {}).items():
            found.add(member)
            walk(below, seen)
        for below in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
            walk(below, seen)

    for operations in document["paths"].values():
        for method, operation in operations.items():
            if method != "get" and "requestBody" in operation:
                for content in operation["requestBody"]["content"].values():
                    walk(content["schema"], frozenset())
    return found


def test_every_member_that_a_person_fills_in_has_the_name_of_its_field():
    assert members() - OF_THE_PROGRAM - set(NAMES) == set()
    assert set(NAMES) <= members()


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ([{"field": "reason", "code": "TOO_SHORT"}], "«\u00a0Motif\u00a0»\u00a0: Ce champ est trop court."),
        ([{"field": "reason", "code": "STRING_TOO_SHORT"}], "«\u00a0Motif\u00a0»\u00a0: Ce champ est trop court."),
        (
            [{"field": "body.items.0.valid_until", "code": "DATE_FROM_DATETIME_PARSING"}],
            "«\u00a0Date de fin\u00a0»\u00a0: Cette date n’existe pas ou ne convient pas.",
        ),
        (
            [{"field": "email", "code": "NEVER_HEARD_OF"}, {"field": "note", "code": "TOO_LONG"}],
            (
                "«\u00a0Adresse électronique\u00a0»\u00a0: Cette saisie n’a pas été acceptée. "
                "«\u00a0Note\u00a0»\u00a0: Ce champ est trop long."
            ),
        ),
    ],
)
def test_a_refusal_names_its_fields_and_what_is_wrong_with_each(errors, said):
    message = messages.for_code("INVALID_INPUT", data={"errors": errors})
    assert (message.text, message.remedy) == (said, REMEDY)


@pytest.mark.parametrize("errors", [None, [], "reason", [{"field": "version", "code": "MISSING"}], [3]])
def test_a_refusal_that_names_none_says_so(errors):
    assert messages.for_code("INVALID_INPUT", data={"errors": errors}).text.startswith("Un élément")


@pytest.mark.parametrize("kind", list(Kind))
def test_the_outbox_names_the_fields_of_whatever_came_back(kind):
    answer = {"errors": [{"field": "reason", "code": "TOO_SHORT"}]}
    refused = kit.entry(1, status=OutboxStatus.NEEDS_YOU, code="INVALID_INPUT", attempts=1, kind=kind)
    assert "«\u00a0Motif\u00a0»" in words.explanation(replace(refused, answer=answer))
