"""Documents are read and written back without loss."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from comptexpert_desktop.domain import codec, documents
from comptexpert_desktop.domain.timestamps import from_text, to_text
from tests.fakes import NOW, a_catalogue, a_council, a_delegation, a_me

DELEGATION = replace(a_delegation(), decided_at=NOW, missing=("DEL_TERMS",), supersedes="x")


@pytest.mark.parametrize(
    ("value", "write", "read"),
    [
        (DELEGATION, codec.write, documents.read_delegation),
        (a_me(), codec.write, documents.read_me),
        (a_catalogue(), codec.write, documents.read_catalogue),
        (a_council(), codec.write, documents.read_council),
    ],
)
def test_what_is_written_is_read_back(value, write, read):
    assert read(json.loads(json.dumps(write(value)))) == value


def test_absent_members_are_empty():
    document = codec.write(a_delegation()) | {"reason": None, "grantee": {"email": "a@b.example"}}
    found = documents.read_delegation(document)
    assert found.reason == ""
    assert found.grantee.display_name == "a@b.example"


@pytest.mark.parametrize(
    "change", [{"status": "NEW"}, {"requested_at": None}, {"rights": "sign"}, {"version": "x"}, {"firm": None}]
)
def test_a_document_that_is_none_of_ours_is_refused(change):
    document = codec.write(a_delegation()) | change
    with pytest.raises((KeyError, TypeError, ValueError)):
        documents.read_delegation(document)


def test_times_are_written_so_that_their_texts_sort():
    assert to_text(NOW) == "2026-03-12T09:30:00.000000Z"
    assert from_text("2026-03-12T10:30:00+01:00") == NOW
