"""What is typed is checked as the application checks it: `docs/api/cases.json`, read by both suites."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from comptexpert_server.accounts.schemas import SignupIn
from comptexpert_server.accounts.sign_up import body_faults
from comptexpert_server.base import typed_values
from comptexpert_server.delegations.rules import MIN_REASON
from comptexpert_server.web.schemas import Body, Note

CASES: dict[str, Any] = json.loads((Path(__file__).parents[3] / "docs" / "api" / "cases.json").read_text("utf-8"))
RULES = {
    "email": typed_values.clean_email,
    "name": typed_values.clean_name,
    "login_id": typed_values.clean_login_id,
    "registration_number": typed_values.clean_number,
    "siren": typed_values.clean_siren,
    "reason": typed_values.clean_note,
}
TYPED = [(kind, case["typed"], case["kept"]) for kind in RULES for case in CASES[kind]]


class Said(Body):
    """A body with a note."""

    note: Note = ""


@pytest.mark.parametrize(
    ("kind", "typed", "kept"), TYPED, ids=[f"{kind} {typed!r:.40}" for kind, typed, _kept in TYPED]
)
def test_what_is_typed_is_kept_as_the_table_says(kind: str, typed: str, kept: str | None) -> None:
    assert RULES[kind](typed) == kept


@pytest.mark.parametrize("case", CASES["reason_length"], ids=lambda case: repr(case["typed"])[:30])
def test_what_no_reader_sees_makes_no_reason(case: dict[str, Any]) -> None:
    assert (len(Said(note=case["typed"]).note) >= MIN_REASON) is case["enough"]


@pytest.mark.parametrize("case", CASES["date_of_birth"], ids=lambda case: case["day"])
def test_a_birth_is_neither_to_come_nor_before_anybody_alive(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comptexpert_server.accounts.sign_up.today", lambda: date.fromisoformat(case["today"]))
    asked = {"registration_number": "140000001234", "date_of_birth": case["day"], "login_id": "lou.essai"}
    faults = body_faults(SignupIn(profile="expert_comptable", **asked))
    assert ("date_of_birth" not in faults) is case["accepted"]


@pytest.mark.parametrize("case", CASES["email"], ids=lambda case: repr(case["typed"])[:40])
def test_a_sign_up_takes_an_address_as_the_table_says(case: dict[str, Any]) -> None:
    person = {"given_name": "Lou", "surname": "Essai", "kind": "student", "login_id": "lou.essai"}
    try:
        faults = body_faults(SignupIn(profile="other", email=case["typed"], **person))
    except ValidationError as error:
        faults = {str(fault["loc"][0]): fault["type"] for fault in error.errors()}
    assert ("email" not in faults) is (case["kept"] is not None)
