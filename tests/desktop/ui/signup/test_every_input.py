"""Each text of the sign-up form has an input that shows it and takes it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from comptexpert_desktop.domain.signup import SignupDraft
from comptexpert_desktop.presentation.signup.steps import StepId, step_of_field
from tests.desktop.usecases.test_every_field_of_a_form import FORMS

if TYPE_CHECKING:
    from tests.desktop.ui.window_kit import WindowKit

TEXTS = [field.name for field in fields(SignupDraft) if field.type == "str"]
FORM = replace(FORMS[0], entry=None, date_of_birth=None, typed_birth="12/1", alternates=())


@pytest.fixture
def wizard(window_kit: WindowKit) -> Any:
    window_kit.fill()
    window_kit.show()
    return window_kit.window.stack.screen_of("signups").wizard


@pytest.mark.parametrize("name", TEXTS)
def test_each_text_is_shown_and_typed(wizard, name):
    wizard.keeper.open(FORM)
    step = wizard.steps[step_of_field(name) or StepId.IDENTITY]
    step.show_draft(FORM)
    shown = [edit for edit in step.findChildren(QLineEdit) if edit.text() == getattr(FORM, name)]
    assert shown, f"no input shows {name}"
    QTest.keyClicks(shown[0], "7")
    assert getattr(wizard.keeper.draft, name) != getattr(FORM, name)
