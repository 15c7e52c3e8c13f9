"""Every code with which the API refuses: the one list that the document, the clients and the tests read.

mypy holds each refusal to it, and `tests/server/api/test_codes.py` holds each operation to what it declares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from http import HTTPStatus

RefusalCode = Literal[
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
CODES: Final[tuple[RefusalCode, ...]] = get_args(RefusalCode)

OF_EVERY_CALL: Final[tuple[RefusalCode, ...]] = ("INVALID_INPUT", "SERVER_FAULT", "TOO_MANY_REQUESTS")
OF_A_TOKEN: Final[tuple[RefusalCode, ...]] = ("AUTH_FAILED", "AUTH_SCOPE", "SESSION_EXPIRED")
OF_A_BODY: Final[tuple[RefusalCode, ...]] = ("BODY_TOO_LARGE", "BODY_UNREADABLE")
OF_A_KEY: Final[tuple[RefusalCode, ...]] = ("KEY_ANSWER_LOST", "KEY_IN_FLIGHT", "KEY_REQUIRED", "KEY_REUSED")
OF_A_PROOF: Final[tuple[RefusalCode, ...]] = ("AUTH_FACTOR_REQUIRED", "AUTH_STEP_UP")
OF_AN_ABSENCE: Final[frozenset[RefusalCode]] = frozenset({"NOT_FOUND", "REG_NUMBER_UNKNOWN"})
OF_A_CONFLICT: Final[frozenset[RefusalCode]] = frozenset({"DEL_WRONG_STATUS", "REGISTER_BROKEN"})
OF_AN_OLD_VERSION: Final[frozenset[RefusalCode]] = frozenset({"DEL_STALE"})
OF_A_VERSION: Final[tuple[RefusalCode, ...]] = ("PRECONDITION_INVALID", "PRECONDITION_REQUIRED")


@dataclass(frozen=True)
class Refusal:
    """Why a rule says no: the status and the code of the answer."""

    status: HTTPStatus
    code: RefusalCode
