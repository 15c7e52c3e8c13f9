"""What a form must hold before it may be queued."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from comptexpert_desktop.adapters import commands_http
from comptexpert_desktop.domain import signup_rules
from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.signup import DraftId, FirstRequest, SignupDraft
from comptexpert_desktop.errors import Problem
from tests.fakes import TODAY, an_entry

EXPERT = SignupDraft(
    id=DraftId("draft"),
    profile=Profile.EXPERT_COMPTABLE,
    entry=an_entry(),
    date_of_birth=date(1975, 6, 2),
    login_id="claire.aubier",
    login_id_again="claire.aubier",
    alternates=("claire.aubier2", ""),
)
STAFF = SignupDraft(
    id=DraftId("draft"),
    profile=Profile.OTHER,
    kind=OtherKind.FIRM_STAFF,
    email="karim@cabinet.example",
    given_name=" Karim ",
    surname="Leroux",
    firm_hint="Cabinet Aubier",
    grantor=an_entry(),
    login_id="karim.leroux",
    login_id_again="karim.leroux",
    first_requests=(FirstRequest("jesignexpert", ("prepare",), "Préparer les envois de paie"),),
)
HEAD = replace(
    STAFF,
    profile=Profile.AGC_HEAD,
    kind=None,
    first_requests=(),
    also_expert=False,
    agc_name="AGC de l’Ouest",
    agc_siren="732 829 320",
)


def body_of(draft):
    return commands_http.request_of(signup_rules.sign_up(draft)).body


@pytest.mark.parametrize("draft", [EXPERT, STAFF, HEAD, replace(EXPERT, profile=Profile.AGC_HEAD, also_expert=True)])
def test_a_complete_form_has_no_problem(draft):
    assert signup_rules.problems(draft, today=TODAY) == ()


@pytest.mark.parametrize(
    ("draft", "field", "code"),
    [
        (replace(EXPERT, profile=None), "profile", "FIELD_REQUIRED"),
        (replace(EXPERT, entry=None), "entry", "REG_NOT_SELECTED"),
        (replace(EXPERT, date_of_birth=None), "date_of_birth", "FIELD_REQUIRED"),
        (replace(EXPERT, date_of_birth=TODAY), "date_of_birth", "DATE_INVALID"),
        (replace(EXPERT, date_of_birth=date(1850, 1, 1)), "date_of_birth", "DATE_INVALID"),
        (replace(EXPERT, login_id=""), "login_id", "FIELD_REQUIRED"),
        (replace(EXPERT, login_id="Cla ire"), "login_id", "ID_INVALID"),
        (replace(EXPERT, login_id_again="claire.auber"), "login_id_again", "ID_DIFFERS"),
        (replace(EXPERT, alternates=("x",)), "alternates", "ID_INVALID"),
        (replace(EXPERT, alternates=("claire.aubier",)), "alternates", "ID_REPEATED"),
        (replace(EXPERT, alternates=("abcdef", "abcdefg", "abcdefgh")), "alternates", "ID_INVALID"),
        (replace(STAFF, email=""), "email", "FIELD_REQUIRED"),
        (replace(STAFF, email="karim@cabinet"), "email", "EMAIL_INVALID"),
        (replace(STAFF, kind=None), "kind", "FIELD_REQUIRED"),
        (replace(STAFF, given_name=" "), "given_name", "FIELD_REQUIRED"),
        (replace(STAFF, surname=""), "surname", "FIELD_REQUIRED"),
        (replace(STAFF, grantor=None), "grantor", "REG_NOT_SELECTED"),
        (
            replace(STAFF, first_requests=(FirstRequest("portal", ("access",), "court"),)),
            "first_requests",
            "REASON_TOO_SHORT",
        ),
        (replace(HEAD, also_expert=None), "also_expert", "FIELD_REQUIRED"),
        (replace(HEAD, agc_name=""), "agc_name", "FIELD_REQUIRED"),
        (replace(HEAD, agc_siren="732829321"), "agc_siren", "SIREN_INVALID"),
    ],
)
def test_each_gap_has_its_field_and_its_code(draft, field, code):
    assert signup_rules.problems(draft, today=TODAY) == (Problem(field, code),)


@pytest.mark.parametrize("login_id", ["abcdef", "a-b.c_d9", "a" * 32, "Abcdef", "abcdef\n"])
def test_an_identifiant_of_the_right_form_is_taken(login_id):
    assert signup_rules.is_login_id(login_id)


@pytest.mark.parametrize("login_id", ["abcde", "a" * 33, "1abcdef", "abc def", "abcdé", "a@b.example"])
def test_an_identifiant_of_another_form_is_not(login_id):
    assert not signup_rules.is_login_id(login_id)


def test_a_registry_profile_sends_its_entry_and_never_an_address():
    draft = replace(EXPERT, email="typed@elsewhere.example", given_name="Typed")
    assert body_of(draft) == {
        "profile": "expert_comptable",
        "login_id": "claire.aubier",
        "entry_id": an_entry().entry_id,
        "date_of_birth": "1975-06-02",
        "alternates": ["claire.aubier2"],
    }


def test_a_number_stands_for_an_entry_that_was_not_found():
    body = body_of(replace(EXPERT, entry=None, registration_number="14 0000-0000 01"))
    assert body["registration_number"] == "140000000001"
    assert "entry_id" not in body


def test_a_collaborateur_sends_a_person_and_an_expert():
    body = body_of(replace(STAFF, date_of_birth=date(1990, 1, 1)))
    assert body == {
        "profile": "other",
        "kind": "firm_staff",
        "login_id": "karim.leroux",
        "email": "karim@cabinet.example",
        "given_name": "Karim",
        "surname": "Leroux",
        "firm_hint": "Cabinet Aubier",
        "grantor_entry_id": an_entry().entry_id,
    }


def test_the_head_of_an_agc_sends_it_with_a_clean_siren():
    assert body_of(HEAD)["agc"] == {"name": "AGC de l’Ouest", "siren": "732829320"}


@pytest.mark.parametrize(
    ("number", "unusual"), [("140000000001", False), ("14 00 00 00 00 01", False), ("AB12", True), ("", False)]
)
def test_an_unusual_number_is_warned_about_only(number, unusual):
    assert signup_rules.is_unusual_number(number) is unusual


def test_a_draft_does_not_show_itself_in_a_log():
    assert "1975" not in repr(EXPERT)
    assert "claire" not in repr(EXPERT)
