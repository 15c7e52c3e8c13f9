"""The rules of delegations in plain Python: no database, no clock (domain.md, section 5).

A move is a row of `TABLE`: from a status, by an action, who may. Everything that a person may be told is a code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING

from comptexpert_server.catalogue.book import HIGH_RISK
from comptexpert_server.delegations.models import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from comptexpert_server.catalogue.book import Service

REQUEST_LIFETIME = timedelta(days=14)
"""A request or an invitation without an answer lapses."""
DEFAULT_DAYS = 365
"""How long a right is granted when nobody says (BR-10), unless the right allows less."""
MINIMUM_REASON = 10
WARNINGS = (1, 14, 30)
"""How many days before its end a right is announced to end (BR-13)."""
OPEN_REQUESTS = 20
"""How many open requests one person may have: nobody is flooded."""


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


class Role(StrEnum):
    """What a person is to a delegation."""

    GRANTOR = "grantor"
    """The one it names."""
    PEER = "peer"
    """Another who grants for its firm."""
    GRANTEE = "grantee"
    COVER = "cover"
    """The peer who stands in for the one it names, while he is away (BR-24)."""
    FIRST = "first"
    """The one who gave the first of two approvals: the second is somebody else's (BR-12)."""


@dataclass(frozen=True)
class Refusal:
    """Why a move is not allowed."""

    status: HTTPStatus
    code: str


_NAMED = frozenset({Role.GRANTOR, Role.COVER})
_FIRM = frozenset({Role.GRANTOR, Role.PEER})
_GRANTEE = frozenset({Role.GRANTEE})

TABLE: dict[tuple[Action, Status], frozenset[Role]] = {
    (Action.APPROVE, Status.PENDING): _NAMED,
    (Action.APPROVE, Status.PENDING_SECOND): _FIRM,
    (Action.REFUSE, Status.PENDING): _NAMED,
    (Action.REFUSE, Status.PENDING_SECOND): _FIRM,
    (Action.WITHDRAW, Status.PENDING): _GRANTEE,
    (Action.WITHDRAW, Status.PENDING_SECOND): _GRANTEE,
    (Action.SUSPEND, Status.ACTIVE): _FIRM,
    (Action.RESUME, Status.SUSPENDED): _FIRM,
    (Action.REVOKE, Status.ACTIVE): _FIRM,
    (Action.REVOKE, Status.SUSPENDED): _FIRM,
    (Action.REVOKE, Status.SCHEDULED): _FIRM,
    (Action.RENEW, Status.ACTIVE): _NAMED,
    (Action.TRANSFER, Status.PENDING): _FIRM,
    (Action.TRANSFER, Status.ACTIVE): _FIRM,
    (Action.TRANSFER, Status.SUSPENDED): _FIRM,
    (Action.TRANSFER, Status.SCHEDULED): _FIRM,
    (Action.RELINQUISH, Status.ACTIVE): _GRANTEE,
    (Action.RELINQUISH, Status.SUSPENDED): _GRANTEE,
    (Action.RELINQUISH, Status.SCHEDULED): _GRANTEE,
}
OWN = frozenset({Action.WITHDRAW, Action.RELINQUISH})
"""What a grantee does about his own rights; everything else is another's decision (BR-07)."""
_SELF = Refusal(HTTPStatus.FORBIDDEN, "DEL_SELF")
_NOT_GRANTOR = Refusal(HTTPStatus.FORBIDDEN, "DEL_NOT_GRANTOR")
_NOT_GRANTEE = Refusal(HTTPStatus.FORBIDDEN, "DEL_NOT_GRANTEE")
_LAPSED = Refusal(HTTPStatus.CONFLICT, "DEL_REQUEST_LAPSED")
_WRONG_STATE = Refusal(HTTPStatus.CONFLICT, "DEL_WRONG_STATE")


def why_not(action: Action, *, status: Status, roles: Collection[Role]) -> Refusal | None:
    """Tell why a person with these roles may not do this now; None when he may."""
    if action not in OWN and Role.GRANTEE in roles:
        return _SELF
    if not any(set(roles) & allowed for (act, _status), allowed in TABLE.items() if act is action):
        return _NOT_GRANTEE if action in OWN else _NOT_GRANTOR
    allowed = TABLE.get((action, status))
    if action is Action.APPROVE and status is Status.PENDING_SECOND and Role.FIRST in roles:
        return _NOT_GRANTOR
    if allowed is None:
        return _LAPSED if status is Status.LAPSED else _WRONG_STATE
    return None if set(roles) & allowed else _NOT_GRANTOR


def acts_in_place(action: Action, *, status: Status, roles: Collection[Role]) -> bool:
    """Tell whether what a person does now is the named grantor's to do, and his only as a cover (BR-24)."""
    alone = set(roles) - {Role.COVER}
    may, may_alone = (why_not(action, status=status, roles=found) is None for found in (roles, alone))
    return may and not may_alone


def longest(service: Service, *, rights: Iterable[str]) -> int:
    """Give the days for which these rights together may be granted."""
    found = (service.right(right) for right in rights)
    return min((right.max_days for right in found if right is not None), default=DEFAULT_DAYS)


def period(
    *, today: date, valid_from: date | None, valid_until: date | None, max_days: int
) -> tuple[date, date] | dict[str, str]:
    """Give the first and last day of a grant made today, or the members at fault."""
    start = max(valid_from or today, today)
    end = valid_until or start + timedelta(days=min(DEFAULT_DAYS, max_days))
    if end < start:
        return {"valid_until": "BEFORE_START"}
    if end > start + timedelta(days=max_days):
        return {"valid_until": "TOO_LONG"}
    return start, end


def wrong_rights(service: Service, *, rights: Collection[str]) -> Refusal | None:
    """Tell why these rights of a service cannot be delegated; None when they can."""
    found = [service.right(right) for right in rights]
    if not found or any(right is None for right in found):
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "INVALID_INPUT")
    if any(right is not None and not right.delegable for right in found):
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "DEL_RIGHT_NOT_DELEGABLE")
    return None


def is_high_risk(service: Service, *, rights: Iterable[str]) -> bool:
    """Tell whether one of the rights asks for a recent sign-in, and two approvers where the firm wants them."""
    found = (service.right(right) for right in rights)
    return any(right is not None and right.risk == HIGH_RISK for right in found)


def missing(
    service: Service, *, rights: Iterable[str], certificate_until: date | None, terms_accepted: bool, today: date
) -> list[str]:
    """Name what keeps granted rights from being operational (BR-04, BR-05)."""
    found: list[str] = []
    if service.requires_terms and not terms_accepted:
        found.append("DEL_TERMS")
    certified = certificate_until is not None and certificate_until >= today
    needing = (service.right(right) for right in rights)
    if not certified and any(right is not None and right.requires_certificate for right in needing):
        found.append("DEL_CERT_REQUIRED")
    return found


def warning_due(*, today: date, valid_from: date, valid_until: date, warned_days: int | None) -> int | None:
    """Give the warning that is due, in days before the end; a right shorter than that needs none."""
    left, length = (valid_until - today).days, (valid_until - valid_from).days
    due = next((days for days in WARNINGS if 0 <= left <= days < length), None)
    return None if due is None or (warned_days is not None and warned_days <= due) else due


def first_status(*, starts: date, today: date, grantee_ready: bool) -> Status:
    """Tell where a grant stands on its first day of life (BR-01)."""
    return Status.ACTIVE if starts <= today and grantee_ready else Status.SCHEDULED
