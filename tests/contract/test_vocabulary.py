"""The application and the server call things alike: what the application knows is what the document lists."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from comptexpert_desktop.domain.catalogue import DateRules
from comptexpert_desktop.domain.commands import SignUp
from comptexpert_desktop.domain.delegation_rules import STARTS_FROM
from comptexpert_desktop.domain.escalation import FileStatus
from comptexpert_desktop.domain.periods import ZONE
from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.review import Answer
from comptexpert_desktop.domain.vocabulary import CODES, Action, Status
from comptexpert_desktop.presentation.errors.message_table import TABLE
from tests.contract.vocabulary import ROOT, read_vocabulary, write_module

if TYPE_CHECKING:
    from enum import StrEnum

WORDS = read_vocabulary()
OF_PROGRAMS = {
    "BODY_TOO_LARGE",
    "BODY_UNREADABLE",
    "KEY_REQUIRED",
    "METHOD_NOT_ALLOWED",
    "PRECONDITION_INVALID",
    "PRECONDITION_REQUIRED",
}
"""What only a faulty program is answered: nobody is to do anything about it, and the general sentence says so."""


def test_the_module_of_the_words_is_the_one_that_the_document_gives() -> None:
    again = "write it: python3 dev.py docs"
    module = ROOT / "comptexpert_desktop" / "domain" / "vocabulary.py"
    assert module.read_text("utf-8") == write_module(WORDS), again


@pytest.mark.parametrize(
    ("known", "listed", "own"),
    [
        (FileStatus, WORDS["escalation"]["statuses"], {"asked", "untracked"}),
        (Answer, WORDS["review"]["answers"], {""}),
        (Profile, WORDS["signup"]["profiles"], set[str]()),
        (OtherKind, WORDS["signup"]["kinds"], set[str]()),
    ],
    ids=["escalation", "review", "profile", "kind"],
)
def test_what_the_application_adds_to_a_list_of_the_server_is_its_own(
    known: type[StrEnum], listed: list[str], own: set[str]
) -> None:
    assert {word.value for word in known} == {*listed, *own}


def test_days_are_counted_where_the_server_counts_them() -> None:
    told = json.loads((ROOT / "comptexpert_server" / "catalogue" / "catalogue.json").read_text("utf-8"))["dates"]
    assert told == {"zone": ZONE, "default_days": DateRules().default_days}


def test_a_sign_up_says_what_the_server_reads() -> None:
    document = json.loads((ROOT / "docs" / "api" / "openapi.json").read_text("utf-8"))
    read = document["components"]["schemas"]["SignupIn"]["properties"]
    assert {field.name for field in fields(SignUp)} - {"form", "first_requests"} == set(read)


def test_an_action_starts_from_where_the_server_lets_it() -> None:
    listed = {(found["action"], found["status"]) for found in WORDS["delegation"]["transitions"]}
    assert {(action.value, status.value) for action, statuses in STARTS_FROM.items() for status in statuses} == listed
    assert set(STARTS_FROM) == set(Action)
    assert {found["status"] for found in WORDS["delegation"]["transitions"]} <= {status.value for status in Status}


def test_every_refusal_of_the_server_has_words() -> None:
    assert CODES - set(TABLE) == OF_PROGRAMS
