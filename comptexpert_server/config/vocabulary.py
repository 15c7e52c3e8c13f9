"""What the server and its clients call things: the codes, statuses, actions and transitions of the API's document."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from comptexpert_server.delegations import rules
from comptexpert_server.delegations.models import Status
from comptexpert_server.desk.models import FileStatus
from comptexpert_server.firms import absence_rules
from comptexpert_server.firms.models import AbsenceStatus
from comptexpert_server.registry.profiles import OTHER_KINDS, PROFILES
from comptexpert_server.reviews.rules import Answer, Stage
from comptexpert_server.web.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from enum import StrEnum

    from django.db.models import TextChoices

    Doing = TypeVar("Doing", bound=StrEnum)
    Standing = TypeVar("Standing", bound=TextChoices)
    Being = TypeVar("Being", bound=StrEnum)


def vocabulary() -> dict[str, object]:
    """Return the words of the API, a member a subject."""
    return {
        "codes": list(CODES),
        "signup": {"profiles": list(PROFILES), "kinds": list(OTHER_KINDS)},
        "delegation": {
            "statuses": _values(Status),
            "actions": _values(rules.Action),
            "roles": _values(rules.Role),
            "transitions": _transitions(rules.TABLE),
        },
        "absence": {
            "statuses": _values(AbsenceStatus),
            "actions": _values(absence_rules.AbsenceAction),
            "roles": _values(absence_rules.AbsenceRole),
            "transitions": _transitions(absence_rules.TABLE),
        },
        "review": {"statuses": _values(Stage), "answers": _values(Answer)},
        "escalation": {"statuses": _values(FileStatus)},
    }


def _values(words: Iterable[StrEnum | TextChoices]) -> list[str]:
    return [word.value for word in words]


def _transitions(
    table: Mapping[tuple[Doing, Standing], Collection[Being]],
) -> list[dict[str, object]]:
    """List who may do what from where; what is not listed, nobody may."""
    return [
        {"action": action.value, "status": status.value, "roles": sorted(role.value for role in roles)}
        for (action, status), roles in table.items()
    ]
