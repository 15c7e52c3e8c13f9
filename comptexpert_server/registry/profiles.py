"""Which list of the registry a profile stands on, and who may see it."""

from __future__ import annotations

LISTS = (
    "expert_comptable",
    "agc_employee_83_ter",
    "agc_employee_83_quater",
    "trainee",
    "memorialiste",
    "honorary",
    "in_company",
    "cafcac_track",
)
PUBLIC_LISTS = ("expert_comptable", "agc_employee_83_ter", "agc_employee_83_quater", "honorary")
"""Those of the snapshot; the others are searched online only."""
CONFIRMED_HEADS = "agc_head"
"""Heads of an AGC who are no experts-comptables, once a council confirmed them: no import brings or strikes them."""
GRANTING_LISTS = ("expert_comptable", "agc_employee_83_ter", "agc_employee_83_quater")
AGC_HEAD = "agc_head"
OTHER = "other"
OTHER_KINDS = ("firm_staff", "student", "teacher", "unspecified")
PROFILES = (*LISTS, AGC_HEAD, OTHER)


def list_of(profile: str) -> str:
    """Give the list that a profile is searched on: a head of an AGC stands among the experts-comptables."""
    return "expert_comptable" if profile == AGC_HEAD else profile
