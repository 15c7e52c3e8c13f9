"""Every code has its words, and the words are French, plain and useful."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from comptexpert_desktop import errors
from comptexpert_desktop.errors import InvalidInput, Problem, Refused, ServerFault, Unreachable
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.presentation.errors.message_table import TABLE
from tests.fakes import a_council

ROOT = Path(__file__).resolve().parents[4] / "comptexpert_desktop"
FAMILIES = "REG|ID|MAIL|ACT|AUTH|NET|SERVER|CLOCK|KEYRING|DEL|OUTBOX|STORE|SIGN_IN|INTENT|SNAPSHOT|REPLY"
CODE = re.compile(rf"({FAMILIES})_[A-Z_]*[A-Z]")
OF_THE_DOMAIN = [
    "REG_NO_MATCH",
    "REG_NUMBER_UNKNOWN",
    "REG_NOT_SELECTED",
    "REG_NO_EMAIL",
    "REG_DOB_MISMATCH",
    "REG_TOO_MANY_TRIES",
    "REG_PROFILE_MISMATCH",
    "REG_ALREADY_BOUND",
    "REG_STRUCK_OFF",
    "REG_SNAPSHOT_STALE",
    "ID_TAKEN",
    "ID_INVALID",
    "ID_IMMUTABLE",
    "MAIL_IN_USE",
    "ACT_EXPIRED",
    "ACT_ALREADY_DONE",
    "AUTH_FAILED",
    "SESSION_EXPIRED",
    "NET_OFFLINE",
    "NET_PROXY",
    "NET_TLS",
    "SERVER_FAULT",
    "CLOCK_SKEW",
    "KEYRING_LOCKED",
    "KEYRING_ABSENT",
    "KEYRING_UNSAFE",
    "AUTH_STEP_UP",
    "AUTH_FACTOR_REQUIRED",
    "DEL_NOT_GRANTOR",
    "DEL_NO_ACCOUNT",
    "DEL_WRONG_FIRM",
    "DEL_RIGHT_NOT_DELEGABLE",
    "DEL_CERT_REQUIRED",
    "DEL_TERMS",
    "DEL_DUPLICATE",
    "DEL_SELF",
    "DEL_STALE",
    "DEL_REQUEST_LAPSED",
    "OUTBOX_UNKNOWN",
]
"""Section 3 of the domain."""
NOT_SHOWN = {"DEL_UNKNOWN", "DEL_WRONG_STATE", "ABSENCE_WRONG_STATE"}
"""Codes of a programming mistake, shown as a reference; and two of an earlier version, read as those of today."""


def codes_of_the_source() -> set[str]:
    """Find every code that the application's own modules name."""
    found: set[str] = set()
    for room in ("domain", "usecases", "store", "adapters", "app", "cli", "desktop"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                    found.add(node.value)
    return found


def codes_of_the_errors() -> set[str]:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    return {kind.default_code for kind in kinds if issubclass(kind, errors.ComptexpertError)}


@pytest.mark.parametrize("code", sorted({*OF_THE_DOMAIN, *codes_of_the_errors()}))
def test_every_code_of_the_domain_has_its_words(code):
    assert code in TABLE


def test_every_code_that_the_application_names_has_its_words():
    assert not codes_of_the_source() - set(TABLE) - NOT_SHOWN


@pytest.mark.parametrize("code", sorted(TABLE))
def test_words_are_whole_sentences_without_shouting(code):
    words = TABLE[code]
    assert words.title
    assert not words.title.endswith(".")
    for sentence in (words.text, words.remedy):
        assert not sentence or sentence.endswith(".")
        assert "!" not in sentence
        assert not re.search(r" [:;?»]|« ", sentence), "a non-breaking space is missing"
        assert "'" not in sentence, "a typographic apostrophe is missing"


@pytest.mark.parametrize("code", sorted(TABLE))
def test_no_place_is_left_open(code):
    message = messages.for_code(code)
    assert "{" not in message.title + message.body


def test_a_code_of_tomorrow_is_worded_plainly_with_its_reference():
    message = messages.for_code("REG_SOMETHING_NEW")
    assert message.title == "Demande refusée"
    assert "REG_SOMETHING_NEW" in message.body


def test_the_council_is_named_with_its_contact():
    council = {"code": "bretagne", "name": "Bretagne", "email": "croec@bretagne.example", "phone": "02 00 00 00 00"}
    message = messages.for_error(Refused("REG_NO_EMAIL", data={"council": council}))
    assert "Bretagne" in message.contact
    assert "croec@bretagne.example" in message.body
    assert "02 00 00 00 00" in message.body
    assert message.contact == messages.council_contact(a_council())


def test_a_council_that_is_not_one_is_left_out():
    assert messages.for_code("REG_NO_EMAIL", data={"council": "Bretagne"}).contact == ""


def test_the_host_and_the_wait_are_said():
    assert "serveur.example" in messages.for_error(Unreachable(data={"host": "serveur.example"})).body
    assert "3\u00a0minutes" in messages.for_error(ServerFault(data={"retry_after": 180})).body
    assert "3\u00a0minutes" in messages.for_code("REG_TOO_MANY_TRIES", data={"retry_after": "180"}).body
    assert messages.for_code("SERVER_FAULT", data={"retry_after": "Fri, 13 Nov"}).body


def test_the_right_list_is_named():
    message = messages.for_code("REG_PROFILE_MISMATCH", data={"list": "honorary"})
    assert "Expert-comptable honoraire" in message.text
    assert "list_of_tomorrow" in messages.for_code("REG_PROFILE_MISMATCH", data={"list": "list_of_tomorrow"}).text


def test_free_identifiants_are_offered():
    message = messages.for_code("ID_TAKEN", data={"suggestions": ["c.aubier", "claire.aubier2"]})
    assert "c.aubier ou claire.aubier2" in message.body


def test_an_expired_session_is_never_called_unreachable():
    message = messages.for_code("SESSION_EXPIRED")
    assert "injoignable" not in message.body
    assert "Reconnectez-vous" in message.title


def test_data_never_becomes_a_template():
    message = messages.for_code("NET_OFFLINE", data={"host": "{council} %s <b>"})
    assert "{council} %s <b>" in message.text


def test_invalid_input_is_worded_by_its_first_problem():
    assert messages.for_error(InvalidInput([Problem("login_id", "ID_INVALID")])).code == "ID_INVALID"
