"""The OpenAPI document, completed from what each operation declares."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from comptexpert_server.web import codes
from comptexpert_server.web.problems import MEDIA_TYPE, ProblemOut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ninja.openapi.schema import OpenAPISchema

REFERENCE = {"$ref": "#/components/schemas/ProblemOut"}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
    "description": "Made once when the person acts; a repeated key gets the first answer, for 90 days.",
}
MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": '^("[0-9]{1,9}"|[0-9]{1,9})$'},
    "description": "The version that the person saw.",
}


def complete(document: OpenAPISchema, *, vocabulary: Mapping[str, object]) -> OpenAPISchema:
    """Add the vocabulary, the headers that writes ask for and the refusals that each operation may answer."""
    document["x-vocabulary"] = dict(vocabulary)
    schemas = document["components"].setdefault("schemas", {})
    definition = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(definition.pop("$defs", {}))
    schemas["ProblemOut"] = definition
    for path, methods in document["paths"].items():
        for operation in methods.values():
            _complete_operation(operation, has_object="{" in path)
    return document


def _complete_operation(operation: dict[str, Any], *, has_object: bool) -> None:
    if operation.get("x-idempotent"):
        operation["parameters"].append(KEY)
    if operation.get("x-conditional"):
        operation["parameters"].append(MATCH)
    operation["x-codes"] = _codes(operation)
    for status in _refusals(operation, has_object=has_object):
        answer = operation["responses"].setdefault(status.value, {"description": status.phrase})
        answer["content"] = {MEDIA_TYPE: {"schema": REFERENCE}}


def _codes(operation: dict[str, Any]) -> list[str]:
    """List every code with which an operation refuses: its own, and those that come with what it asks for."""
    found = {*operation.get("x-codes", ()), *codes.OF_EVERY_CALL}
    if operation.get("x-policy") != "public":
        found.update(codes.OF_A_TOKEN)
    if "requestBody" in operation:
        found.update(codes.OF_A_BODY)
    if operation.get("x-idempotent"):
        found.update(codes.OF_A_KEY)
    if operation.get("x-step-up", "none") != "none":
        found.update(codes.OF_A_PROOF)
    if operation.get("x-conditional"):
        found.update(codes.OF_A_VERSION)
    return sorted(found)


def _refusals(operation: dict[str, Any], *, has_object: bool) -> list[HTTPStatus]:
    found = {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
    if operation.get("x-policy") != "public":
        found |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    if has_object or operation.get("x-policy") != "public" or not codes.OF_AN_ABSENCE.isdisjoint(operation["x-codes"]):
        found.add(HTTPStatus.NOT_FOUND)
    if "requestBody" in operation:
        found.add(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if operation.get("x-idempotent") or not codes.OF_A_CONFLICT.isdisjoint(operation["x-codes"]):
        found.add(HTTPStatus.CONFLICT)
    if not codes.OF_AN_OLD_VERSION.isdisjoint(operation["x-codes"]):
        found.add(HTTPStatus.PRECONDITION_FAILED)
    if operation.get("x-conditional"):
        found |= {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED}
    return sorted(found)
