"""The table: which outcomes a sign-up has, and on which ways, in the application and on the pages alike."""

from __future__ import annotations

from tests.journeys.signup_cast import OTHER_WAYS, REGISTRY_WAYS, WAYS

OF_REGISTRY = (
    "REG_NO_MATCH",
    "REG_NUMBER_UNKNOWN",
    "REG_NOT_SELECTED",
    "REG_NO_EMAIL",
    "REG_DOB_MISMATCH",
    "REG_TOO_MANY_TRIES",
    "REG_PROFILE_MISMATCH",
    "REG_ALREADY_BOUND",
    "REG_STRUCK_OFF",
    "REG_SNAPSHOT_STALE",
)
OF_EVERYBODY = (
    "SENT",
    "ID_TAKEN",
    "ID_INVALID",
    "ID_DIFFERS",
    "ID_REPEATED",
    "ID_IMMUTABLE",
    "ACT_EXPIRED",
    "ACT_ALREADY_DONE",
    "NET_OFFLINE",
)
OF_OTHERS = ("MAIL_IN_USE",)
OUTCOMES = (*OF_REGISTRY, *OF_EVERYBODY, *OF_OTHERS)

ONLY_PUBLIC = ("REG_SNAPSHOT_STALE",)
"""Outcomes of the lists that the local copy holds."""
_PUBLIC_LISTS = ("expert_comptable", "agc_employee_83_ter", "agc_employee_83_quater", "honorary")


def applies(way: str, outcome: str) -> bool:
    """Tell whether an outcome can come of a way."""
    on_registry = WAYS[way] in REGISTRY_WAYS
    if outcome in ONLY_PUBLIC:
        return on_registry and WAYS[way].list in _PUBLIC_LISTS
    if outcome in OF_EVERYBODY:
        return True
    return on_registry if outcome in OF_REGISTRY else not on_registry


EVERY = tuple((way, outcome) for way in WAYS for outcome in OUTCOMES if applies(way, outcome))
_TURN = {
    outcome: (OTHER_WAYS if outcome in OF_OTHERS else REGISTRY_WAYS[:3])[
        rank % (len(OTHER_WAYS) if outcome in OF_OTHERS else 3)
    ].name
    for rank, outcome in enumerate(OUTCOMES)
}
"""On which way an outcome is shown every day; the campaign shows it on all."""
EVERYDAY = tuple(case for case in EVERY if case[1] == "SENT" or _TURN[case[1]] == case[0])
CAMPAIGN = tuple(case for case in EVERY if case not in EVERYDAY)
