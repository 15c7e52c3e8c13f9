"""Every field of every document that is kept goes through its text and back, and says nothing when it is absent."""

from __future__ import annotations

import json

import pytest

from comptexpert_desktop.domain import codec, documents
from comptexpert_desktop.domain.catalogue import Catalogue
from comptexpert_desktop.domain.delegation import Delegation, Firm, Party
from comptexpert_desktop.domain.escalation import Escalation, read_escalation
from comptexpert_desktop.domain.firm import FirmPage
from comptexpert_desktop.domain.firm_documents import read_firm_page
from comptexpert_desktop.domain.registry import RegionalCouncil, RegistryEntry
from comptexpert_desktop.domain.review import ReviewPage
from comptexpert_desktop.domain.review_documents import read_review_page, write_review_page
from comptexpert_desktop.domain.session import Me, OwnSession
from tests.desktop.domain.examples import a_value, an_example


def write_session(found):
    """The server says `current` of the session that asks."""
    document = codec.write(found)
    return document | {"current": document.pop("is_this_one")}


READERS = {
    Delegation: (codec.write, documents.read_delegation),
    Firm: (codec.write, documents.read_firm),
    Party: (codec.write, documents.read_party),
    Me: (codec.write, documents.read_me),
    OwnSession: (write_session, documents.read_session),
    Catalogue: (codec.write, documents.read_catalogue),
    RegionalCouncil: (codec.write, documents.read_council),
    FirmPage: (codec.write, read_firm_page),
    ReviewPage: (write_review_page, read_review_page),
    Escalation: (codec.write, read_escalation),
    RegistryEntry: (lambda entry: entry._asdict(), documents.read_entry),
}


@pytest.mark.parametrize("cls", READERS, ids=lambda cls: cls.__name__)
def test_every_field_is_written_and_read_back(cls):
    write, read = READERS[cls]
    whole = a_value(cls, "entry")
    assert read(json.loads(json.dumps(write(whole)))) == whole


@pytest.mark.parametrize("cls", READERS, ids=lambda cls: cls.__name__)
def test_an_absent_member_and_a_null_one_are_the_default_or_refused(cls):
    write, read = READERS[cls]
    said = write(a_value(cls, "entry"))
    for name in said:
        answers = [outcome(read, said | {name: None}), outcome(read, {one: said[one] for one in said if one != name})]
        assert answers[0] == answers[1], name
        assert answers[0] != outcome(read, said), name


def outcome(read, document):
    try:
        return read(document)
    except documents.MALFORMED:
        return "refused"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("reason", "x" * (documents.MAX_TEXT + 1)),
        ("version", documents.MAX_NUMBER + 1),
        ("version", -1),
        ("version", True),
        ("version", 1.0),
        ("valid_until", "1700-01-01"),
        ("valid_until", "9999-01-01"),
        ("requested_at", "2026-03-12T09:30:00"),
        ("requested_at", "1900-03-12T09:30:00Z"),
        ("requested_at", 5),
        ("firm", {"id": "x", "name": "x" * (documents.MAX_TEXT + 1)}),
        ("missing", ["x" * (documents.MAX_TEXT + 1)]),
        ("effective", "yes"),
    ],
)
def test_what_no_system_can_show_is_refused(member, value):
    document = codec.write(an_example(Delegation))
    assert documents.read_delegation(document)
    with pytest.raises(documents.MALFORMED):
        documents.read_delegation(document | {member: value})


def test_the_names_of_a_member_of_any_name_are_bounded_too():
    document = codec.write(an_example(Catalogue))
    document["services"][0]["profiles"]["x" * (documents.MAX_TEXT + 1)] = "none"
    with pytest.raises(ValueError, match="too long"):
        documents.read_catalogue(document)


def test_an_unknown_member_says_nothing():
    document = codec.write(an_example(Delegation))
    assert documents.read_delegation(document | {"colour": [1, {"red": None}]}) == an_example(Delegation)
