"""What is typed is checked as the server checks it: `docs/api/cases.json`, read by both suites."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from comptexpert_desktop.domain import typed_values
from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.domain.signup_rules import is_birth_date, is_reason, problems, sign_up

CASES = json.loads((Path(__file__).parents[3] / "docs" / "api" / "cases.json").read_text("utf-8"))
RULES = {
    "email": typed_values.clean_email,
    "name": typed_values.clean_name,
    "login_id": typed_values.clean_login_id,
    "registration_number": typed_values.clean_number,
    "siren": typed_values.clean_siren,
    "reason": typed_values.clean_note,
}
TYPED = [(kind, case["typed"], case["kept"]) for kind in RULES for case in CASES[kind]]
TODAY = date(2026, 11, 28)


def a_draft(**changes):
    typed = {"email": "lou@staff.example", "given_name": "Lou", "surname": "Essai", "login_id": "lou.essai"}
    typed |= changes
    again = changes.get("login_id", "lou.essai")
    return SignupDraft(DraftId("d"), profile=Profile.OTHER, kind=OtherKind.STUDENT, login_id_again=again, **typed)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"), TYPED, ids=[f"{kind} {typed!r:.40}" for kind, typed, _kept in TYPED]
)
def test_what_is_typed_is_sent_as_the_table_says(kind, typed, kept):
    assert RULES[kind](typed) == kept


@pytest.mark.parametrize("case", CASES["reason_length"], ids=lambda case: repr(case["typed"])[:30])
def test_what_no_reader_sees_makes_no_reason(case):
    assert is_reason(case["typed"]) is case["enough"]


@pytest.mark.parametrize("case", CASES["date_of_birth"], ids=lambda case: case["day"])
def test_a_birth_is_neither_to_come_nor_before_anybody_alive(case):
    born, today = date.fromisoformat(case["day"]), date.fromisoformat(case["today"])
    assert is_birth_date(born, today=today) is case["accepted"]


@pytest.mark.parametrize(
    ("field", "kind"),
    [("email", "email"), ("given_name", "name"), ("surname", "name"), ("login_id", "login_id")],
)
def test_the_form_takes_what_the_server_takes_and_sends_it_clean(field, kind):
    for case in CASES[kind]:
        draft = a_draft(**{field: case["typed"]})
        fields = {problem.field for problem in problems(draft, today=TODAY)}
        assert (field not in fields) is (case["kept"] is not None), case
        if case["kept"] is not None:
            assert getattr(sign_up(draft), field) == case["kept"], case
