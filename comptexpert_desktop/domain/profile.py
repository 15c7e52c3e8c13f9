"""The profiles of the Ordre's users and the way each signs up (domain.md, section 2)."""

from __future__ import annotations

from enum import StrEnum


class Profile(StrEnum):
    """Who a person is for the Ordre; the value is the API's code."""

    EXPERT_COMPTABLE = "expert_comptable"
    AGC_EMPLOYEE_83_TER = "agc_employee_83_ter"
    AGC_EMPLOYEE_83_QUATER = "agc_employee_83_quater"
    TRAINEE = "trainee"
    MEMORIALISTE = "memorialiste"
    HONORARY = "honorary"
    IN_COMPANY = "in_company"
    CAFCAC_TRACK = "cafcac_track"
    AGC_HEAD = "agc_head"
    OTHER = "other"


class OtherKind(StrEnum):
    """What a person of profile `other` is."""

    FIRM_STAFF = "firm_staff"
    STUDENT = "student"
    TEACHER = "teacher"
    UNSPECIFIED = "unspecified"


class Flow(StrEnum):
    """The three ways to sign up."""

    REGISTRY = "registry"
    AGC_HEAD = "agc_head"
    OTHER = "other"


REGISTRY_PROFILES = (
    Profile.EXPERT_COMPTABLE,
    Profile.AGC_EMPLOYEE_83_TER,
    Profile.AGC_EMPLOYEE_83_QUATER,
    Profile.TRAINEE,
    Profile.MEMORIALISTE,
    Profile.HONORARY,
    Profile.IN_COMPANY,
    Profile.CAFCAC_TRACK,
)

PUBLIC_LISTS = (
    Profile.EXPERT_COMPTABLE,
    Profile.AGC_EMPLOYEE_83_TER,
    Profile.AGC_EMPLOYEE_83_QUATER,
    Profile.HONORARY,
)
"""The lists that the snapshot holds; the others are found online only."""


GRANTING_PROFILES = (
    Profile.EXPERT_COMPTABLE,
    Profile.AGC_EMPLOYEE_83_TER,
    Profile.AGC_EMPLOYEE_83_QUATER,
    Profile.AGC_HEAD,
)
"""Those that may be asked for a right (BR-37)."""


def flow_of(profile: Profile) -> Flow:
    """Tell which way this profile signs up."""
    if profile in REGISTRY_PROFILES:
        return Flow.REGISTRY
    return Flow.AGC_HEAD if profile is Profile.AGC_HEAD else Flow.OTHER


def is_public(profile: Profile) -> bool:
    """Tell whether the list of this profile is in the snapshot and may be searched offline."""
    return profile in PUBLIC_LISTS
