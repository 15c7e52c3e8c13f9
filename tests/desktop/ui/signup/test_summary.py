"""The last screen shows each thing that was entered, before it is sent."""

from __future__ import annotations

from dataclasses import fields

import pytest

from comptexpert_desktop.domain.signup import SignupDraft
from comptexpert_desktop.presentation.signup.steps import steps_of
from comptexpert_desktop.ui.signup.summary_step import lines_of
from tests.desktop.usecases.test_every_field_of_a_form import OF_THIS_MACHINE, TYPED_TWICE, differs


def shown(form):
    return [line for step in steps_of(form)[:-1] for line in lines_of(step, form)]


@pytest.mark.parametrize("name", [field.name for field in fields(SignupDraft)])
def test_each_field_is_shown(name):
    assert differs(shown, name) is (name not in OF_THIS_MACHINE | TYPED_TWICE)
