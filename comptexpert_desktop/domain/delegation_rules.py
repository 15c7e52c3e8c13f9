"""Who may do what to a delegation, as far as this machine can know (domain.md, BR-02 to BR-15).

The server decides; these rules only keep a person from asking for what it would refuse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain import periods
from comptexpert_desktop.domain.commands import Ask, Decide, Grant
from comptexpert_desktop.domain.delegation import Action, Status
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.signup_rules import is_reason
from comptexpert_desktop.domain.typed_values import clean_note
from comptexpert_desktop.domain.vocabulary import STARTS_FROM
from comptexpert_desktop.errors import Problem

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_desktop.domain.delegation import Decision, Delegation, DelegationRow, NewRequest
    from comptexpert_desktop.domain.session import Me

WRONG_STATUS = "DEL_WRONG_STATUS"
"""The delegation is not where this action would start from."""

OPEN = frozenset({Status.PENDING, Status.PENDING_SECOND})
LIVE = frozenset({Status.ACTIVE, Status.SUSPENDED, Status.SCHEDULED})

PROLONG_DAYS = 45
"""How many days before its end the holder of a right may ask to prolong it (BR-31)."""
MAX_AHEAD_DAYS = 90
"""How many days ahead a right may begin (BR-34)."""
MINIMUM_REASON = 10
TOO_EARLY = "DEL_TOO_EARLY"

_OF_THE_GRANTEE = frozenset({Action.WITHDRAW, Action.RELINQUISH, Action.PROLONG})
_OF_THE_NAMED = frozenset({Action.RENEW, Action.BROADEN, Action.EDIT})
"""What a peer does only in the named grantor's place."""
_TAKES_NO_NOTE = frozenset({Action.WITHDRAW, Action.RENEW, Action.RELINQUISH})
_TAKES_RIGHTS = frozenset({Action.APPROVE, Action.NARROW, Action.BROADEN, Action.EDIT})
_TAKES_END = frozenset({Action.APPROVE, Action.RENEW, Action.PROLONG, Action.BROADEN, Action.EDIT})
_TAKES_START = frozenset({Action.APPROVE, Action.EDIT})
_ON_THE_WAY = frozenset({OutboxStatus.SENDING, OutboxStatus.UNKNOWN})


def actions(row: DelegationRow, *, me: Me, today: date) -> dict[Action, str | None]:
    """Tell for each action None when it may be asked, or the code of why not."""
    return {action: _why_not(row, action=action, me=me, today=today) for action in Action}


def _why_not(row: DelegationRow, *, action: Action, me: Me, today: date) -> str | None:
    if row.intent is not None and row.intent.status in _ON_THE_WAY:
        return "OUTBOX_UNKNOWN"
    delegation = row.delegation
    is_whole = action is Action.NARROW and len(delegation.rights) == 1
    if delegation.status not in STARTS_FROM[action] or _is_over(delegation, today=today) or is_whole:
        return WRONG_STATUS
    is_grantee = bool(delegation.grantee.account_id) and delegation.grantee.account_id == me.account.account_id
    if action in _OF_THE_GRANTEE or (action is Action.EDIT and delegation.status is Status.PENDING):
        return _why_not_the_holder(delegation, action=action, today=today) if is_grantee else "DEL_NOT_GRANTEE"
    if is_grantee:
        return None if action is Action.BROADEN else "DEL_SELF"
    return None if _may_decide(delegation, action=action, me=me, today=today) else "DEL_NOT_GRANTOR"


def _is_over(delegation: Delegation, *, today: date) -> bool:
    return delegation.valid_until is not None and delegation.valid_until < today


def _why_not_the_holder(delegation: Delegation, *, action: Action, today: date) -> str | None:
    until = delegation.valid_until
    is_near = until is not None and (until - today).days <= PROLONG_DAYS
    return TOO_EARLY if action is Action.PROLONG and not is_near else None


def covered_name(delegation: Delegation, *, me: Me, today: date) -> str:
    """Name the absent grantor for whom this person decides today; empty when they decide for themselves (BR-24)."""
    if delegation.grantor.account_id == me.account.account_id or not delegation.grantor.entry_id:
        return ""
    for cover in me.covers:
        is_his = (cover.firm_id, cover.absent_entry_id) == (delegation.firm.id, delegation.grantor.entry_id)
        if is_his and today <= cover.ends_on:
            return delegation.grantor.display_name or cover.absent_name
    return ""


def _may_decide(delegation: Delegation, *, action: Action, me: Me, today: date) -> bool:
    is_named = delegation.grantor.account_id == me.account.account_id
    is_request = delegation.status is Status.PENDING
    is_peer = me.account.may_grant and any(firm.id == delegation.firm.id and firm.role != "staff" for firm in me.firms)
    if action in (Action.APPROVE, Action.REFUSE) or is_request:
        if delegation.status is Status.PENDING_SECOND and action is Action.APPROVE:
            first = delegation.first_approver
            return is_peer and not (first == me.account.account_id if first else is_named)
        is_cover = is_peer and bool(covered_name(delegation, me=me, today=today))
        return is_named or is_cover or (delegation.status is Status.PENDING_SECOND and is_peer)
    if action in _OF_THE_NAMED:
        return is_named or (is_peer and bool(covered_name(delegation, me=me, today=today)))
    return is_named or is_peer


def decision_problems(decision: Decision) -> tuple[Problem, ...]:
    """List what is missing from a decision: a refusal says why (BR-11), a transfer to whom (BR-08)."""
    if decision.action is Action.REFUSE and not decision.note.strip():
        return (Problem("note", "FIELD_REQUIRED"),)
    if decision.action is Action.TRANSFER and not decision.grantor:
        return (Problem("grantor", "FIELD_REQUIRED"),)
    if decision.action in (Action.NARROW, Action.BROADEN) and not decision.rights:
        return (Problem("rights", "FIELD_REQUIRED"),)
    if decision.action is Action.EDIT and decision.rights is not None and not decision.rights:
        return (Problem("rights", "FIELD_REQUIRED"),)
    return ()


def decide(decision: Decision, *, about: Delegation, gesture: str = "") -> Decide:
    """Make the command of a decision about what the person sees: only what its action takes."""
    action = decision.action
    return Decide(
        delegation_id=about.id,
        action=action,
        version=about.version,
        note="" if action in _TAKES_NO_NOTE else decision.note.strip(),
        rights=decision.rights if action in _TAKES_RIGHTS else None,
        valid_from=decision.valid_from if action in _TAKES_START else None,
        valid_until=decision.valid_until if action in _TAKES_END else None,
        email=decision.email.strip() if action is Action.EDIT else "",
        at=decision.at if action is Action.REVOKE else None,
        grantor=decision.grantor if action is Action.TRANSFER else "",
        gesture=gesture,
        seen=about,
    )


def request_problems(request: NewRequest, *, today: date) -> tuple[Problem, ...]:
    """List what keeps a request from being sent."""
    found: list[Problem] = []
    if not request.service:
        found.append(Problem("service", "FIELD_REQUIRED"))
    if not request.rights:
        found.append(Problem("rights", "FIELD_REQUIRED"))
    if not request.grantee and not request.grantor_entry_id:
        found.append(Problem("grantor", "REG_NOT_SELECTED"))
    if not request.grantee and not is_reason(request.reason):
        found.append(Problem("reason", "REASON_TOO_SHORT"))
    days = periods.period(
        today=today,
        valid_from=request.valid_from,
        valid_until=request.valid_until,
        max_days=None,
        default_days=0,
    )
    if isinstance(days, str):
        found.append(Problem("valid_until", "DATE_INVALID"))
    return tuple(found)


def ask_or_grant(request: NewRequest) -> Ask | Grant:
    """Make the command of a request, as the grantee or the grantor sends it."""
    if request.grantee:
        return Grant(
            service=request.service,
            rights=request.rights,
            grantee=request.grantee,
            reason=clean_note(request.reason) or "",
            firm=request.firm_id,
            valid_from=request.valid_from,
            valid_until=request.valid_until,
        )
    return Ask(
        service=request.service,
        rights=request.rights,
        grantor=request.grantor_entry_id,
        reason=clean_note(request.reason) or "",
        firm=request.firm_id,
        valid_from=request.valid_from,
        valid_until=request.valid_until,
    )
