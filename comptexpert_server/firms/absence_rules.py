"""The rules of absences in plain Python: who may stop a cover, and for how long one may be (BR-24)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING

from comptexpert_server.firms.models import AbsenceStatus
from comptexpert_server.web.codes import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection

WAIT = timedelta(hours=48)
"""How long anyone may object to a cover that a peer asked for."""
MAX_DAYS = 92
"""How many days a cover may last: who is away longer transfers their delegations."""
MAX_AHEAD_DAYS = 90
"""How many days ahead an absence may be planned (BR-34)."""
MIN_REASON = 10


class AbsenceAction(StrEnum):
    """What a person may do to an absence; the value is the last part of the API's path."""

    OBJECT = "object"
    END = "end"


class AbsenceRole(StrEnum):
    """What a person who grants for the firm is to an absence."""

    ABSENT = "absent"
    COVER = "cover"
    PEER = "peer"


_ALL = frozenset(AbsenceRole)
TABLE: dict[tuple[AbsenceAction, AbsenceStatus], frozenset[AbsenceRole]] = {
    (AbsenceAction.OBJECT, AbsenceStatus.WAITING): frozenset({AbsenceRole.ABSENT, AbsenceRole.PEER}),
    (AbsenceAction.END, AbsenceStatus.WAITING): frozenset({AbsenceRole.ABSENT, AbsenceRole.COVER}),
    (AbsenceAction.END, AbsenceStatus.ACTIVE): _ALL,
}


def why_not(action: AbsenceAction, *, status: AbsenceStatus, roles: Collection[AbsenceRole]) -> Refusal | None:
    """Tell why a person may not do this to an absence now; None when they may."""
    allowed = TABLE.get((action, status))
    if allowed is None:
        return Refusal(HTTPStatus.CONFLICT, "ABSENCE_WRONG_STATUS")
    return None if set(roles) & allowed else Refusal(HTTPStatus.FORBIDDEN, "ABSENCE_NOT_YOURS")


def wrong_start(starts_on: date | None, *, today: date) -> str | None:
    """Tell what is wrong with the first day that is asked for; None when nothing is."""
    if starts_on is None:
        return None
    if starts_on < today:
        return "IN_THE_PAST"
    return "TOO_FAR" if starts_on > today + timedelta(days=MAX_AHEAD_DAYS) else None


def wrong_end(*, starts_on: date, ends_on: date) -> str | None:
    """Tell what is wrong with the last day of a cover; None when nothing is."""
    if ends_on < starts_on:
        return "BEFORE_START"
    return "TOO_LONG" if ends_on > starts_on + timedelta(days=MAX_DAYS) else None
