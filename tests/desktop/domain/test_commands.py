"""Every field of every command goes through the row of the outbox and back, and what leaves says each of them."""

from __future__ import annotations

import dataclasses
import json
import typing

import pytest

from comptexpert_desktop.adapters import commands_http
from comptexpert_desktop.domain import codec, commands
from comptexpert_desktop.domain.commands import TYPES, kind_of
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.domain.wire_types import Sending
from tests.desktop.domain.examples import an_example, another

COMMANDS = sorted(set(TYPES.values()), key=lambda one: one.__name__)
STAYS_HERE = {
    "Decide": {"gesture", "seen"},
    "SignUp": {"form", "first_requests"},
    "ResendActivation": {"signup_outbox_id"},
    "OpenEscalation": {"signup_outbox_id"},
}
"""What a command keeps for this machine, and never sends."""


@pytest.mark.parametrize("cls", COMMANDS, ids=lambda cls: cls.__name__)
def test_every_field_is_kept_and_read_back(cls):
    command = an_example(cls)
    for field in dataclasses.fields(cls):
        if field.default is not dataclasses.MISSING:
            assert getattr(command, field.name) != field.default, field.name
    assert codec.read(cls, json.loads(json.dumps(codec.write(command)))) == command


@pytest.mark.parametrize("cls", COMMANDS, ids=lambda cls: cls.__name__)
def test_every_field_changes_what_leaves_but_those_that_stay_here(cls):
    whole = an_example(cls)
    said = written(whole)
    for field in dataclasses.fields(cls):
        changed = dataclasses.replace(whole, **{field.name: another(getattr(whole, field.name))})
        assert (written(changed) == said) is (field.name in STAYS_HERE.get(cls.__name__, set())), field.name


def written(command):
    request = commands_http.request_of(command)
    return (request.method, request.path, request.body, request.if_match, request.claim, request.table)


def test_every_kind_of_the_outbox_holds_a_command():
    assert set(TYPES) == set(Kind)
    made = [an_example(cls) for cls in COMMANDS]
    assert {type(one) for one in made} == set(typing.get_args(commands.Command))
    assert all(isinstance(one, TYPES[kind_of(one)]) for one in made)


def test_what_travels_together_is_of_one_gesture_or_of_one_review_and_keeps_its_order():
    alone, ask = commands.Decide("d", commands.Action.REVOKE, 1), an_example(commands.Ask)
    many = [dataclasses.replace(alone, delegation_id=str(one), gesture="g") for one in range(201)]
    sendings = [Sending(str(rank), one) for rank, one in enumerate([alone, *many, ask])]
    parcels = commands_http.parcels(sendings)
    assert [len(one) for one in parcels] == [1, 200, 1, 1]
    assert [one for parcel in parcels for one in parcel] == sendings


def test_an_unreadable_row_says_where():
    with pytest.raises(ValueError, match=r"\$\.version"):
        codec.read(commands.Decide, {"delegation_id": "d", "action": "revoke", "version": "one"})
