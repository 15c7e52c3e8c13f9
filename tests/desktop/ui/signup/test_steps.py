"""Which screens a person goes through, and where each thing is corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.domain.signup_rules import problems
from comptexpert_desktop.presentation.signup.steps import (
    StepId,
    first_incomplete,
    problem_of_code,
    problems_of,
    search_profile,
    step_of_field,
    steps_of,
)
from tests.fakes import an_entry

TODAY = date(2026, 11, 24)
BLANK = SignupDraft(id=DraftId("d1"))
EXPERT = replace(
    BLANK,
    profile=Profile.EXPERT_COMPTABLE,
    entry=an_entry(),
    date_of_birth=date(1980, 3, 12),
    login_id="claire.aubier",
    login_id_again="claire.aubier",
)


def names(draft: SignupDraft) -> str:
    return " ".join(step.value for step in steps_of(draft))


@pytest.mark.parametrize(
    ("draft", "screens"),
    [
        (BLANK, "profile identity login summary"),
        (EXPERT, "profile identity login summary"),
        (replace(BLANK, profile=Profile.HONORARY), "profile identity login summary"),
        (replace(BLANK, profile=Profile.AGC_HEAD), "profile mandate identity login summary"),
        (replace(BLANK, profile=Profile.AGC_HEAD, also_expert=True), "profile mandate identity login summary"),
        (replace(BLANK, profile=Profile.AGC_HEAD, also_expert=False), "profile mandate login person summary"),
        (replace(BLANK, profile=Profile.OTHER), "profile login person firm summary"),
        (replace(BLANK, profile=Profile.OTHER, kind=OtherKind.FIRM_STAFF), "profile login person firm summary"),
        (replace(BLANK, profile=Profile.OTHER, kind=OtherKind.STUDENT), "profile login person summary"),
    ],
)
def test_each_profile_has_its_screens(draft, screens):
    assert names(draft) == screens


def test_a_draft_is_taken_up_where_it_stopped():
    assert first_incomplete(BLANK, today=TODAY) is StepId.PROFILE
    assert first_incomplete(replace(EXPERT, entry=None), today=TODAY) is StepId.IDENTITY
    assert first_incomplete(replace(EXPERT, login_id_again=""), today=TODAY) is StepId.LOGIN
    assert first_incomplete(EXPERT, today=TODAY) is StepId.SUMMARY


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("kind", [None, *OtherKind])
@pytest.mark.parametrize("also_expert", [None, True, False])
def test_every_problem_has_a_screen_of_its_flow(profile, kind, also_expert):
    draft = replace(BLANK, profile=profile, kind=kind, also_expert=also_expert)
    order = steps_of(draft)
    for problem in problems(draft, today=TODAY):
        assert step_of_field(problem.field) in order, problem


def test_a_screen_shows_its_own_problems_only():
    fields = {
        problem.field for problem in problems_of(StepId.IDENTITY, replace(BLANK, profile=Profile.TRAINEE), today=TODAY)
    }
    assert fields == {"entry", "date_of_birth"}


@pytest.mark.parametrize(
    ("code", "step"),
    [
        ("REG_DOB_MISMATCH", StepId.IDENTITY),
        ("REG_NUMBER_UNKNOWN", StepId.IDENTITY),
        ("REG_PROFILE_MISMATCH", StepId.PROFILE),
        ("ID_TAKEN", StepId.LOGIN),
    ],
)
def test_a_refusal_of_the_server_leads_to_its_screen(code, step):
    problem = problem_of_code(code)
    assert problem is not None
    assert step_of_field(problem.field) is step


def test_what_only_the_council_can_mend_leads_nowhere():
    assert problem_of_code("REG_NO_EMAIL") is None


def test_the_head_of_an_agc_is_searched_among_the_experts():
    assert search_profile(replace(BLANK, profile=Profile.AGC_HEAD)) is Profile.EXPERT_COMPTABLE
    assert search_profile(replace(BLANK, profile=Profile.TRAINEE)) is Profile.TRAINEE
