"""The rules of delegations in plain Python: no database, no clock (domain.md, section 5).

A move is a row of `TABLE`: from a status, by an action, who may. Everything that a person may be told is a code.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING

from comptexpert_server.catalogue.catalogue import HIGH_RISK
from comptexpert_server.delegations.models import Status
from comptexpert_server.web.codes import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from comptexpert_server.catalogue.catalogue import Service

REQUEST_TTL = timedelta(days=14)
"""A request or an invitation without an answer lapses."""
DEFAULT_DAYS = 365
"""How long a right is granted when nobody says (BR-10), unless the right allows less."""
MIN_REASON = 10
REMINDERS = (3, 7, 12)
"""After how many days without an answer those who may decide are reminded (BR-32)."""
WARNINGS = (1, 14, 30)
"""How many days before its end a right is announced to end (BR-13)."""
OPEN_REQUESTS = 20
"""How many open requests one person may have: nobody is flooded."""
PROLONG_DAYS = 45
"""How many days before its end the holder of a right may ask to prolong it (BR-31)."""
MAX_AHEAD_DAYS = 90
"""How many days ahead a right may begin (BR-34)."""


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


class Role(StrEnum):
    """What a person is to a delegation."""

    GRANTOR = "grantor"
    """The one it names."""
    PEER = "peer"
    """Another who grants for its firm."""
    GRANTEE = "grantee"
    COVER = "cover"
    """The peer who stands in for the one it names, while they are away (BR-24)."""
    FIRST = "first"
    """The one who gave the first of two approvals: the second is somebody else's (BR-12)."""


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
    (Action.TRANSFER, Status.PENDING): _NAMED,
    (Action.TRANSFER, Status.ACTIVE): _FIRM,
    (Action.TRANSFER, Status.SUSPENDED): _FIRM,
    (Action.TRANSFER, Status.SCHEDULED): _FIRM,
    (Action.RELINQUISH, Status.ACTIVE): _GRANTEE,
    (Action.RELINQUISH, Status.SUSPENDED): _GRANTEE,
    (Action.RELINQUISH, Status.SCHEDULED): _GRANTEE,
    (Action.PROLONG, Status.ACTIVE): _GRANTEE,
    (Action.NARROW, Status.ACTIVE): _FIRM,
    (Action.NARROW, Status.SUSPENDED): _FIRM,
    (Action.NARROW, Status.SCHEDULED): _FIRM,
    (Action.BROADEN, Status.ACTIVE): _NAMED | _GRANTEE,
    (Action.EDIT, Status.PENDING): _GRANTEE,
    (Action.EDIT, Status.ACTIVE): _NAMED,
    (Action.EDIT, Status.SUSPENDED): _NAMED,
    (Action.EDIT, Status.SCHEDULED): _NAMED,
}
OWN = frozenset({Action.WITHDRAW, Action.RELINQUISH, Action.PROLONG})
"""What only the holder does: nobody decides it for them."""
_SELF = Refusal(HTTPStatus.FORBIDDEN, "DEL_SELF")
_NOT_GRANTOR = Refusal(HTTPStatus.FORBIDDEN, "DEL_NOT_GRANTOR")
_NOT_GRANTEE = Refusal(HTTPStatus.FORBIDDEN, "DEL_NOT_GRANTEE")
_LAPSED = Refusal(HTTPStatus.CONFLICT, "DEL_REQUEST_LAPSED")
_WRONG_STATUS = Refusal(HTTPStatus.CONFLICT, "DEL_WRONG_STATUS")


def why_not(action: Action, *, status: Status, roles: Collection[Role]) -> Refusal | None:
    """Return why a person with these roles may not do this now; None when they may.

    Who holds a right withdraws, relinquishes, asks for more and edits what they asked; the rest is another's (BR-07).
    """
    allowed = TABLE.get((action, status))
    anywhere = _by_anybody(action)
    if Role.GRANTEE in roles and Role.GRANTEE not in (anywhere if allowed is None else allowed):
        return _SELF
    if not set(roles) & anywhere:
        return _not_among(anywhere)
    if action is Action.APPROVE and status is Status.PENDING_SECOND and Role.FIRST in roles:
        return _NOT_GRANTOR
    if allowed is None:
        return _LAPSED if status is Status.LAPSED else _WRONG_STATUS
    return None if set(roles) & allowed else _not_among(allowed)


def lets(action: Action, *, status: Status, roles: Collection[Role]) -> bool:
    """Return whether a person with these roles may do this now, as `why_not` answers."""
    allowed = TABLE.get((action, status), frozenset())
    is_own = Role.GRANTEE in roles and Role.GRANTEE not in allowed
    gave_the_first = action is Action.APPROVE and status is Status.PENDING_SECOND and Role.FIRST in roles
    return bool(set(roles) & allowed) and not is_own and not gave_the_first


def _by_anybody(action: Action) -> frozenset[Role]:
    return frozenset().union(*(allowed for (act, _status), allowed in TABLE.items() if act is action))


def _not_among(allowed: frozenset[Role]) -> Refusal:
    return _NOT_GRANTEE if allowed == _GRANTEE else _NOT_GRANTOR


def prolongs_from(valid_until: date) -> date:
    """Return the first day on which the holder may ask to prolong a right that ends on a day (BR-31)."""
    return valid_until - timedelta(days=PROLONG_DAYS)


def why_not_to(
    target: UUID, *, status: Status, actor: UUID | None, named: UUID, grantee: UUID | None
) -> Refusal | None:
    """Return why a delegation may not be transferred to this grantor; None when it may. All are registry entries.

    A request is decided by whom it names (BR-02): it goes to somebody else by that person's word or the cover's, and
    never to whoever passes it on.
    """
    if target == named:
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "DEL_NOT_GRANTOR")
    if target == grantee:
        return _SELF
    return _NOT_GRANTOR if status is Status.PENDING and target == actor else None


def acts_in_place(action: Action, *, status: Status, roles: Collection[Role]) -> bool:
    """Tell whether what a person does now is the named grantor's to do, and theirs only as a cover (BR-24)."""
    alone = set(roles) - {Role.COVER}
    may, may_alone = (why_not(action, status=status, roles=found) is None for found in (roles, alone))
    return may and not may_alone


def max_period_days(service: Service, *, rights: Iterable[str]) -> int:
    """Give the days for which these rights together may be granted."""
    found = (service.right(right) for right in rights)
    return min((right.max_days for right in found if right is not None), default=DEFAULT_DAYS)


def start(requested: date | None, *, today: date) -> date | None:
    """Return the first day of a right; one that became yesterday on its way begins today.

    West of France, and after a night without a network, « from today » is yesterday here.
    """
    return today if requested == today - timedelta(days=1) else requested


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


def reminder_due(*, days: int, reminded_days: int | None) -> int | None:
    """Return the reminder that is due after some days without an answer; None when it was sent or none is."""
    due = max((one for one in REMINDERS if one <= days), default=None)
    return None if due is None or (reminded_days is not None and reminded_days >= due) else due


def first_status(*, starts: date, today: date, grantee_ready: bool) -> Status:
    """Tell where a grant stands on its first day of life (BR-01)."""
    return Status.ACTIVE if starts <= today and grantee_ready else Status.SCHEDULED
