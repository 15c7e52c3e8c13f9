"""Calls made from the OpenAPI document alone, right and wrong ones: no fault, and no answer that it does not describe.

Everyday a few hundred calls; `python3 dev.py campaigns` makes 5,000, on the database of the run.
"""

from __future__ import annotations

import json
import random
import string
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from comptexpert_server.config.api import api
from tests.server import desk
from tests.server.api.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.desk import Answer, Desk

pytestmark = pytest.mark.django_db
DOCUMENT: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
SCHEMAS = DOCUMENT["components"]["schemas"]
PREFIX = "/api/v1"
WRONG = 0.12
"""The share of values that are none of those that the document allows."""
ODD: tuple[object, ...] = (
    None, True, -1, 0, 1e308, 2**70, "", " ", "a" * 5000, "é\u0301", "🙂", "\u202e", "'; --", "=1+1", "<b>", "0001-01-01",
    "9999-12-31", "%00", "../..", [], {}, [[]], {"a": 1}, "None", "\ud800",
)  # fmt: skip
EVERYDAY, CAMPAIGN = 250, 5_000
DEPTH = 4


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    said: dict[str, Any]


OPERATIONS = [
    Operation(method.upper(), path, said)
    for path, methods in sorted(DOCUMENT["paths"].items())
    for method, said in sorted(methods.items())
]


class Caller:
    """Makes up values as the document describes them, and some as it does not."""

    def __init__(self, seed: int, *, known: list[str]) -> None:
        self._random = random.Random(seed)
        self._known = known

    def call(self, person: Desk, operation: Operation) -> tuple[str, Answer]:
        """Make one call; give its words and its answer."""
        path, query, headers = operation.path.removeprefix(PREFIX), {}, {}
        for parameter in operation.said.get("parameters", ()):
            name, value = parameter["name"], self._value(parameter.get("schema", {}))
            if parameter["in"] == "path":
                path = path.replace(f"{{{name}}}", quote(str(value) or "x", safe="", errors="replace"))
            elif parameter["in"] == "query" and (parameter.get("required") or self._random.random() < 0.5):
                query[name] = str(value).encode("utf-8", "replace").decode()
            elif parameter["in"] == "header":
                headers[name] = "".join(letter for letter in str(value) if " " < letter < "\x7f") or "x"
        body = self._body(operation)
        sent = {"query": query, "headers": headers, "body": body, "key": None if self._random.random() < 0.03 else ""}
        return f"{operation.method} {path} {sent}", person.send(operation.method, path, **sent)

    def person(self, people: list[Desk]) -> Desk:
        return self._random.choice(people)

    def operation(self) -> Operation:
        return self._random.choice(OPERATIONS)

    def _body(self, operation: Operation) -> object:
        content = operation.said.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return None
        return self._value(content["application/json"]["schema"])

    def _value(self, schema: dict[str, Any], *, depth: int = 0) -> Any:
        if self._random.random() < WRONG:
            return self._random.choice(ODD)
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        if "enum" in schema or "const" in schema:
            return self._random.choice(schema.get("enum") or [schema["const"]])
        for several in ("anyOf", "oneOf", "allOf"):
            if several in schema:
                return self._value(self._random.choice(schema[several]), depth=depth)
        make: Callable[[dict[str, Any], int], Any] = getattr(self, f"_{schema.get('type', 'any')}", self._any)
        return make(schema, depth)

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        return {
            name: self._value(inner, depth=depth + 1)
            for name, inner in schema.get("properties", {}).items()
            if (name in required and self._random.random() > WRONG / 4) or self._random.random() < 0.5
        }

    def _array(self, schema: dict[str, Any], depth: int) -> list[Any]:
        length = 0 if depth > DEPTH else self._random.randint(0, 3)
        return [self._value(schema.get("items", {}), depth=depth + 1) for _ in range(length)]

    def _string(self, schema: dict[str, Any], _depth: int) -> str:
        if schema.get("format") == "uuid" or self._random.random() < 0.1:
            return self._random.choice([*self._known, str(uuid.UUID(int=self._random.getrandbits(128)))])
        if schema.get("format") == "date":
            return f"20{self._random.randint(20, 30)}-0{self._random.randint(1, 9)}-1{self._random.randint(0, 9)}"
        if schema.get("format") == "date-time":
            return "2026-12-01T08:00:00Z"
        words = [
            "bibliordre",
            "access",
            "jesignexpert",
            "seal",
            "PENDING",
            "expert_comptable",
            '"1"',
            "lou@etudes.example",
        ]
        if self._random.random() < 0.5:
            return self._random.choice(words)
        length = self._random.randint(schema.get("minLength", 0), min(schema.get("maxLength", 30), 30))
        return "".join(self._random.choice(string.ascii_letters + " 'é-") for _ in range(length))

    def _integer(self, schema: dict[str, Any], _depth: int) -> int:
        return self._random.randint(int(schema.get("minimum", -5)), int(schema.get("maximum", 500)))

    def _number(self, schema: dict[str, Any], depth: int) -> float:
        return self._integer(schema, depth) / 2

    def _boolean(self, _schema: dict[str, Any], _depth: int) -> bool:
        return self._random.random() < 0.5

    def _null(self, _schema: dict[str, Any], _depth: int) -> None:
        return None

    def _any(self, _schema: dict[str, Any], _depth: int) -> object:
        return self._random.choice(ODD)


def check(operation: Operation, words: str, answer: Answer) -> None:
    """Hold an answer to what the document says of its operation."""
    assert answer.status < 500, words
    if answer.status >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json", words
        assert answer.body["status"] == answer.status, words
        is_frame = answer.status in {400, 404, 405}  # no operation was reached, or nothing of it could be read
        assert is_frame or answer.code in operation.said["x-codes"], (answer.code, words)
    described = operation.said["responses"]
    assert str(answer.status) in described or answer.status in {400, 404, 405}, (answer.status, words)


def make_calls(number: int, *, seed: int) -> dict[int, int]:
    """Make calls as many people; give how many answers had each status."""
    world = World("PENDING")
    people = [*world.people.values(), desk.anonymous()]
    known = [world.case["id"], str(world.firm.pk), str(world.successor.pk), str(people[0].account.pk)]
    caller, statuses = Caller(seed, known=known), dict[int, int]()
    for _ in range(number):
        operation = caller.operation()
        words, answer = caller.call(caller.person(people), operation)
        check(operation, words, answer)
        statuses[answer.status] = statuses.get(answer.status, 0) + 1
    return statuses


@pytest.fixture(autouse=True)
def many_calls(settings: Any) -> None:
    settings.ADDRESS_LIMITS = False


def test_no_call_of_the_document_makes_a_fault() -> None:
    statuses = make_calls(EVERYDAY, seed=1)
    assert {200, 401, 404, 422} <= set(statuses), statuses


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(10))
def test_five_thousand_calls_of_the_document_make_no_fault(seed: int) -> None:
    assert sum(make_calls(CAMPAIGN // 10, seed=100 + seed).values()) == CAMPAIGN // 10
