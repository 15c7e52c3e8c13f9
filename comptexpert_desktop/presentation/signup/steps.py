"""Which screens a sign-up goes through, and on which one each field is corrected."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import signup_rules
from comptexpert_desktop.domain.profile import Flow, OtherKind, Profile, flow_of
from comptexpert_desktop.errors import Problem

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_desktop.domain.signup import SignupDraft


class StepId(StrEnum):
    """One screen of the wizard."""

    PROFILE = "profile"
    MANDATE = "mandate"
    IDENTITY = "identity"
    LOGIN = "login"
    PERSON = "person"
    FIRM = "firm"
    SUMMARY = "summary"


TITLES = {
    StepId.PROFILE: "Profil",
    StepId.MANDATE: "Mandat",
    StepId.IDENTITY: "Identité",
    StepId.LOGIN: "Identifiant",
    StepId.PERSON: "Vous",
    StepId.FIRM: "Cabinet",
    StepId.SUMMARY: "Vérification",
}

_FIELDS = {
    StepId.PROFILE: {"profile"},
    StepId.MANDATE: {"also_expert"},
    StepId.IDENTITY: {"entry", "entry_id", "registration_number", "date_of_birth"},
    StepId.LOGIN: {"email", "login_id", "login_id_again", "alternates"},
    StepId.PERSON: {"kind", "given_name", "surname", "agc", "agc_name", "agc_siren"},
    StepId.FIRM: {"firm_hint", "grantor", "grantor_entry_id", "first_requests"},
    StepId.SUMMARY: set(),
}

_CODES = {
    "REG_NO_MATCH": "entry",
    "REG_NUMBER_UNKNOWN": "registration_number",
    "REG_NOT_SELECTED": "entry",
    "REG_DOB_MISMATCH": "date_of_birth",
    "REG_PROFILE_MISMATCH": "profile",
    "REG_UNCONFIRMED": "date_of_birth",
    "ID_TAKEN": "login_id",
    "ID_INVALID": "login_id",
    "EMAIL_INVALID": "email",
}
"""On which field a refusal of the server is corrected."""


def steps_of(draft: SignupDraft) -> tuple[StepId, ...]:
    """List the screens for this draft, in order."""
    if draft.profile is None:
        return (StepId.PROFILE, StepId.IDENTITY, StepId.LOGIN, StepId.SUMMARY)
    flow = flow_of(draft.profile)
    if flow is Flow.REGISTRY:
        return (StepId.PROFILE, StepId.IDENTITY, StepId.LOGIN, StepId.SUMMARY)
    if flow is Flow.AGC_HEAD and draft.also_expert is False:
        return (StepId.PROFILE, StepId.MANDATE, StepId.LOGIN, StepId.PERSON, StepId.SUMMARY)
    if flow is Flow.AGC_HEAD:
        return (StepId.PROFILE, StepId.MANDATE, StepId.IDENTITY, StepId.LOGIN, StepId.SUMMARY)
    if draft.kind in {None, OtherKind.FIRM_STAFF}:
        return (StepId.PROFILE, StepId.LOGIN, StepId.PERSON, StepId.FIRM, StepId.SUMMARY)
    return (StepId.PROFILE, StepId.LOGIN, StepId.PERSON, StepId.SUMMARY)


def problems_of(step: StepId, draft: SignupDraft, *, today: date) -> tuple[Problem, ...]:
    """List what must be corrected on one screen."""
    fields = _FIELDS[step]
    return tuple(problem for problem in signup_rules.problems(draft, today=today) if problem.field in fields)


def first_incomplete(draft: SignupDraft, *, today: date) -> StepId:
    """Tell where to take a draft up again."""
    order = steps_of(draft)
    return next((step for step in order if problems_of(step, draft, today=today)), order[-1])


def step_of_field(field: str) -> StepId | None:
    """Tell on which screen a field stands."""
    return next((step for step, fields in _FIELDS.items() if field in fields), None)


def problem_of_code(code: str) -> Problem | None:
    """Tell on which field a refusal of the server is corrected, if on any."""
    return Problem(_CODES[code], code) if code in _CODES else None


def search_profile(draft: SignupDraft) -> Profile:
    """Tell which list of the registry the person stands on."""
    if draft.profile is None or draft.profile is Profile.AGC_HEAD:
        return Profile.EXPERT_COMPTABLE
    return draft.profile
