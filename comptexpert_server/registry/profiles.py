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
CONFIRMED_HEADS = "agc_head"
"""Heads of an AGC who are no experts-comptables, once a council confirmed them: no import brings or strikes them."""
PUBLIC_LISTS = ("expert_comptable", "agc_employee_83_ter", "agc_employee_83_quater", "honorary", CONFIRMED_HEADS)
"""Those of the snapshot; the others are searched online only."""
GRANTING_LISTS = ("expert_comptable", "agc_employee_83_ter", "agc_employee_83_quater", CONFIRMED_HEADS)
GRANTOR = "grantor"
"""Asked for in a search: everybody who may be asked for a right, on whichever of the granting lists."""
AGC_HEAD = "agc_head"
OTHER = "other"
OTHER_KINDS = ("firm_staff", "student", "teacher", "unspecified")
PROFILES = (*LISTS, AGC_HEAD, OTHER)
LIST_NAMES = {
    "expert_comptable": "Expert-comptable",
    "agc_employee_83_ter": "Salarié d’AGC (83 ter)",
    "agc_employee_83_quater": "Salarié d’AGC (83 quater)",
    "trainee": "Stagiaire",
    "memorialiste": "Mémorialiste",
    "honorary": "Expert-comptable honoraire",
    "in_company": "Expert-comptable en entreprise",
    "cafcac_track": "Filière CAFCAC",
    CONFIRMED_HEADS: "Président ou directeur d’AGC",
}
"""As they are named to people."""


def list_of(profile: str) -> str:
    """Give the list that a profile is searched on: a head of an AGC stands among the experts-comptables."""
    return "expert_comptable" if profile == AGC_HEAD else profile
