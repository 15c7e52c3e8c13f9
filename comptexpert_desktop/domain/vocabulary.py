"""What the server calls things: written from `docs/api/openapi.json` by `dev.py docs`, never by hand."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Where a delegation stands on the server."""

    PENDING = "PENDING"
    PENDING_SECOND = "PENDING_SECOND"
    SCHEDULED = "SCHEDULED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    CEASED = "CEASED"
    SUPERSEDED = "SUPERSEDED"


class Action(StrEnum):
    """What a person may do to a delegation; the value is the last part of the API's path."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"
    RENEW = "renew"
    TRANSFER = "transfer"
    RELINQUISH = "relinquish"
    PROLONG = "prolong"
    NARROW = "narrow"
    BROADEN = "broaden"
    EDIT = "edit"


class AbsenceStatus(StrEnum):
    """Where an absence stands."""

    WAITING = "waiting"
    ACTIVE = "active"
    OBJECTED = "objected"
    ENDED = "ended"


STARTS_FROM: Final[dict[Action, frozenset[Status]]] = {
    Action.APPROVE: frozenset([Status.PENDING, Status.PENDING_SECOND]),
    Action.REFUSE: frozenset([Status.PENDING, Status.PENDING_SECOND]),
    Action.WITHDRAW: frozenset([Status.PENDING, Status.PENDING_SECOND]),
    Action.SUSPEND: frozenset([Status.ACTIVE]),
    Action.RESUME: frozenset([Status.SUSPENDED]),
    Action.REVOKE: frozenset([Status.SCHEDULED, Status.ACTIVE, Status.SUSPENDED]),
    Action.RENEW: frozenset([Status.ACTIVE]),
    Action.TRANSFER: frozenset([Status.PENDING, Status.SCHEDULED, Status.ACTIVE, Status.SUSPENDED]),
    Action.RELINQUISH: frozenset([Status.SCHEDULED, Status.ACTIVE, Status.SUSPENDED]),
    Action.PROLONG: frozenset([Status.ACTIVE]),
    Action.NARROW: frozenset([Status.SCHEDULED, Status.ACTIVE, Status.SUSPENDED]),
    Action.BROADEN: frozenset([Status.ACTIVE]),
    Action.EDIT: frozenset([Status.PENDING, Status.SCHEDULED, Status.ACTIVE, Status.SUSPENDED]),
}
"""From where each action may be done, by whom is left to the rules."""

CODES: Final = frozenset(
    [
        "ABSENCE_DUPLICATE",
        "ABSENCE_NOT_YOURS",
        "ABSENCE_WRONG_STATUS",
        "ACCOUNT_OF_REGISTRY",
        "AUTH_FACTOR_REQUIRED",
        "AUTH_FAILED",
        "AUTH_SCOPE",
        "AUTH_STEP_UP",
        "BODY_TOO_LARGE",
        "BODY_UNREADABLE",
        "DEL_DUPLICATE",
        "DEL_IMPORT_CHANGED",
        "DEL_IMPORT_INCOMPLETE",
        "DEL_IMPORT_REFUSED",
        "DEL_NOT_GRANTEE",
        "DEL_NOT_GRANTOR",
        "DEL_NO_ACCOUNT",
        "DEL_REQUEST_LAPSED",
        "DEL_RIGHT_NOT_DELEGABLE",
        "DEL_SELF",
        "DEL_SERVICE_CLOSED",
        "DEL_STALE",
        "DEL_TOO_EARLY",
        "DEL_TOO_MANY",
        "DEL_WRONG_FIRM",
        "DEL_WRONG_STATUS",
        "FIRM_STALE",
        "ID_INVALID",
        "ID_TAKEN",
        "INVALID_INPUT",
        "KEY_ANSWER_LOST",
        "KEY_IN_FLIGHT",
        "KEY_REQUIRED",
        "KEY_REUSED",
        "METHOD_NOT_ALLOWED",
        "NOT_FOUND",
        "PRECONDITION_INVALID",
        "PRECONDITION_REQUIRED",
        "REGISTER_BROKEN",
        "REG_ALREADY_BOUND",
        "REG_DOB_MISMATCH",
        "REG_NOT_SELECTED",
        "REG_NO_EMAIL",
        "REG_NO_MATCH",
        "REG_NUMBER_UNKNOWN",
        "REG_PROFILE_MISMATCH",
        "REG_STRUCK_OFF",
        "REG_TOO_MANY_TRIES",
        "REVIEW_CLOSED",
        "REVIEW_NOTHING",
        "REVIEW_OPEN",
        "SERVER_FAULT",
        "SESSION_EXPIRED",
        "TOO_MANY_REQUESTS",
    ]
)
"""With what the server refuses; what only this application says is not among them."""
