"""Who may do what to a delegation, as far as this machine can know (domain.md, BR-02 to BR-15).

The server decides; these rules only keep a person from asking for what it would refuse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Action, Status
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.signup_rules import SHORTEST_REASON
from comptexpert_desktop.errors import Problem

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_desktop.domain.delegation import Decision, Delegation, DelegationRow, NewRequest
    from comptexpert_desktop.domain.session import Me

WRONG_STATUS = "DEL_WRONG_STATUS"
"""The delegation is not where this action would start from."""

OPEN = frozenset({Status.PENDING, Status.PENDING_SECOND})
LIVE = frozenset({Status.ACTIVE, Status.SUSPENDED, Status.SCHEDULED})

STARTS_FROM: dict[Action, frozenset[Status]] = {
    Action.APPROVE: OPEN,
    Action.REFUSE: OPEN,
    Action.WITHDRAW: OPEN,
    Action.SUSPEND: frozenset({Status.ACTIVE}),
    Action.RESUME: frozenset({Status.SUSPENDED}),
    Action.REVOKE: LIVE,
    Action.RENEW: frozenset({Status.ACTIVE}),
    Action.TRANSFER: LIVE | {Status.PENDING},
    Action.RELINQUISH: LIVE,
}

_OF_THE_GRANTEE = frozenset({Action.WITHDRAW, Action.RELINQUISH})
_TAKES_NOTE = frozenset({Action.APPROVE, Action.REFUSE, Action.REVOKE, Action.SUSPEND, Action.RESUME, Action.TRANSFER})
_ON_THE_WAY = frozenset({OutboxStatus.SENDING, OutboxStatus.UNKNOWN})


def actions(row: DelegationRow, *, me: Me, today: date) -> dict[Action, str | None]:
    """Tell for each action None when it may be asked, or the code of why not."""
    return {action: _why_not(row, action=action, me=me, today=today) for action in Action}


def _why_not(row: DelegationRow, *, action: Action, me: Me, today: date) -> str | None:
    if row.intent is not None and row.intent.status in _ON_THE_WAY:
        return "OUTBOX_UNKNOWN"
    delegation = row.delegation
    if delegation.status not in STARTS_FROM[action] or _is_over(delegation, today=today):
        return WRONG_STATUS
    is_grantee = delegation.grantee.account_id == me.account.account_id
    if action in _OF_THE_GRANTEE:
        return None if is_grantee else "DEL_NOT_GRANTEE"
    if is_grantee:
        return "DEL_SELF"
    return None if _may_decide(delegation, action=action, me=me, today=today) else "DEL_NOT_GRANTOR"


def _is_over(delegation: Delegation, *, today: date) -> bool:
    return delegation.valid_until is not None and delegation.valid_until < today


def covered_name(delegation: Delegation, *, me: Me, today: date) -> str:
    """Name the absent grantor for whom this person decides today; empty when he decides for himself (BR-24)."""
    if delegation.grantor.account_id == me.account.account_id or not delegation.grantor.entry_id:
        return ""
    for cover in me.covers:
        is_his = (cover.firm_id, cover.absent_entry_id) == (delegation.firm.id, delegation.grantor.entry_id)
        if is_his and today <= cover.ends_on:
            return delegation.grantor.display_name or cover.absent_name
    return ""


def _may_decide(delegation: Delegation, *, action: Action, me: Me, today: date) -> bool:
    is_named = delegation.grantor.account_id == me.account.account_id
    is_peer = me.account.may_grant and any(firm.id == delegation.firm.id and firm.role != "staff" for firm in me.firms)
    if action in (Action.APPROVE, Action.REFUSE):
        if delegation.status is Status.PENDING_SECOND and action is Action.APPROVE:
            first = delegation.first_approver
            return is_peer and not (first == me.account.account_id if first else is_named)
        is_cover = is_peer and bool(covered_name(delegation, me=me, today=today))
        return is_named or is_cover or (delegation.status is Status.PENDING_SECOND and is_peer)
    return is_named or is_peer


def decision_problems(decision: Decision) -> tuple[Problem, ...]:
    """List what is missing from a decision: a refusal says why (BR-11), a transfer to whom (BR-08)."""
    if decision.action is Action.REFUSE and not decision.note.strip():
        return (Problem("note", "FIELD_REQUIRED"),)
    if decision.action is Action.TRANSFER and not decision.grantor:
        return (Problem("grantor", "FIELD_REQUIRED"),)
    return ()


def decision_body(decision: Decision) -> dict[str, object]:
    """Write the document of a decision: only what its path accepts."""
    action, document = decision.action, dict[str, object]()
    if action in _TAKES_NOTE and decision.note.strip():
        document["note"] = decision.note.strip()
    if action is Action.APPROVE and decision.rights is not None:
        document["rights"] = list(decision.rights)
    if action in (Action.APPROVE, Action.RENEW) and decision.valid_until is not None:
        document["valid_until"] = decision.valid_until.isoformat()
    if action is Action.REVOKE and decision.at is not None:
        document["at"] = decision.at.isoformat()
    if action is Action.TRANSFER:
        document["grantor"] = decision.grantor
    return document


def request_problems(request: NewRequest, *, today: date) -> tuple[Problem, ...]:
    """List what keeps a request from being sent."""
    found: list[Problem] = []
    if not request.service:
        found.append(Problem("service", "FIELD_REQUIRED"))
    if not request.rights:
        found.append(Problem("rights", "FIELD_REQUIRED"))
    if not request.grantee and not request.grantor_entry_id:
        found.append(Problem("grantor", "REG_NOT_SELECTED"))
    if not request.grantee and len(request.reason.strip()) < SHORTEST_REASON:
        found.append(Problem("reason", "REASON_TOO_SHORT"))
    if request.valid_until is not None and request.valid_until <= (request.valid_from or today):
        found.append(Problem("valid_until", "DATE_INVALID"))
    return tuple(found)


def request_body(request: NewRequest) -> dict[str, object]:
    """Write the document of `POST /delegations`, as the grantee or the grantor sends it."""
    other = ("grantee", request.grantee) if request.grantee else ("grantor", request.grantor_entry_id)
    document: dict[str, object] = {
        "service": request.service,
        "rights": list(request.rights),
        other[0]: other[1],
        "reason": request.reason.strip(),
    }
    if request.firm_id:
        document["firm"] = request.firm_id
    if request.valid_from is not None:
        document["valid_from"] = request.valid_from.isoformat()
    if request.valid_until is not None:
        document["valid_until"] = request.valid_until.isoformat()
    return document
