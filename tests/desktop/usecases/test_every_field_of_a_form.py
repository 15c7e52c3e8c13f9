"""Every field of the sign-up form is kept, copied to a file, read from it, sent, and shown before it is sent.

A field that is new is in none of the exceptions below: each place that forgets it fails here.
"""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest

from comptexpert_desktop.domain import signup_rules
from comptexpert_desktop.domain.commands import SignUp
from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.signup import SignupDraft
from comptexpert_desktop.presentation.signup.steps import step_of_field
from comptexpert_desktop.usecases.signup import drafts, signup
from tests.desktop.domain.examples import an_example, another

FIELDS = [field.name for field in fields(SignupDraft)]
EVERYTHING = an_example(SignupDraft)
STAFF = replace(EVERYTHING, profile=Profile.OTHER, kind=OtherKind.FIRM_STAFF, entry=None)
FORMS = (
    STAFF,
    replace(EVERYTHING, profile=Profile.AGC_HEAD, entry=None, also_expert=False),
    replace(EVERYTHING, profile=Profile.TRAINEE, entry=None),
    replace(EVERYTHING, profile=Profile.TRAINEE),
)
"""One for each way through the form: each shows some of the fields."""

OF_THIS_MACHINE = {"id", "updated_at"}
TYPED_TWICE = {"login_id_again", "typed_birth"}
"""What stands in a field while it is typed."""


def differs(read, name):
    """Tell whether a field changes what is read of a form, on one of the ways through it."""
    changes = [(form, replace(form, **{name: changed(form, name)})) for form in FORMS]
    return any(read(form) != read(other) for form, other in changes)


def changed(form, name):
    value = getattr(form, name)
    return STAFF.grantor if value is None and name == "entry" else another(value)


@pytest.mark.parametrize("name", FIELDS)
def test_a_form_is_kept_with_each_of_its_fields(desk, name):
    form = replace(EVERYTHING, **{name: another(getattr(EVERYTHING, name))})
    signup.save_draft(desk.stores, draft=form, now=desk.now)
    assert signup.drafts(desk.stores) == (replace(form, updated_at=desk.now),)


@pytest.mark.parametrize("name", FIELDS)
def test_a_file_of_a_form_holds_each_of_its_fields(name):
    assert differs(drafts.to_file, name) is (name not in OF_THIS_MACHINE | TYPED_TWICE)


@pytest.mark.parametrize("name", FIELDS)
def test_a_form_is_read_from_its_file_with_each_of_its_fields(name):
    assert differs(lambda form: drafts.from_file(drafts.to_file(form), draft_id="d"), name) is (
        name not in OF_THIS_MACHINE | TYPED_TWICE
    )


@pytest.mark.parametrize("form", FORMS[2:], ids=["by number", "by name"])
def test_a_file_holds_nothing_that_this_way_through_the_form_does_not_ask(form):
    sent, nothing = signup_rules.sign_up(form), SignUp(profile="", login_id="")
    asked = {field.name for field in fields(SignUp) if getattr(sent, field.name) != getattr(nothing, field.name)}
    assert set(json.loads(drafts.to_file(form))) <= asked | {"given_name", "surname", "registration_number"}


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_sent_says_each_field_of_the_form(name):
    def sent(form):
        return replace(signup_rules.sign_up(form), form=None)

    assert differs(sent, name) is (name not in OF_THIS_MACHINE | TYPED_TWICE)


@pytest.mark.parametrize("name", [*FIELDS, *signup.DOCUMENT_FIELDS])
def test_each_field_stands_on_a_screen_where_it_is_corrected(name):
    assert (step_of_field(name) is None) is (name in OF_THIS_MACHINE | {"typed_birth"})


def test_a_file_says_what_a_sign_up_says():
    assert {field.name for field in fields(SignUp)} == {*signup.DOCUMENT_FIELDS, "form"}
