"""What an operation refuses with is what it declares: in the source, and in every answer that the tests see."""

from __future__ import annotations

import pytest

from comptexpert_server.config.api import api, operations
from comptexpert_server.web import codes
from tests.server.api.reachable import codes_reached

DERIVED = {
    *codes.OF_EVERY_CALL,
    *codes.OF_A_TOKEN,
    *codes.OF_A_BODY,
    *codes.OF_A_KEY,
    *codes.OF_A_VERSION,
    *codes.OF_A_PROOF,
}
"""What comes with a token, a body, a key, a version or a step-up; the document adds it."""
ELSEWHERE = {"METHOD_NOT_ALLOWED"}
"""What is answered before any operation is found."""
OPERATIONS = {str(operation.view_func.__name__): operation for operation in operations(api)}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_declares_the_codes_that_it_refuses_with(name: str) -> None:
    operation = OPERATIONS[name]
    declared = set((operation.openapi_extra or {})["x-codes"])
    assert declared == codes_reached(operation.view_func.__module__, name) - DERIVED


def test_every_code_belongs_to_an_operation() -> None:
    declared = {code for operation in OPERATIONS.values() for code in (operation.openapi_extra or {})["x-codes"]}
    assert declared | DERIVED | ELSEWHERE == set(codes.CODES)
    assert list(codes.CODES) == sorted(codes.CODES)


def test_a_code_behind_two_calls_is_found() -> None:
    assert "DEL_STALE" in codes_reached("comptexpert_server.reviews.api", "answer_review")
    assert "DEL_STALE" not in codes_reached("comptexpert_server.me.api", "read_me")
