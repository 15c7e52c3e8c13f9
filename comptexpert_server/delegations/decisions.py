"""What people decide about a delegation, each as one story: look, ask the rules, move."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from comptexpert_server.accounts.models import is_same_address, is_same_person
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.delegations import amendments, chain, dates, rules, succession, transitions
from comptexpert_server.delegations.conflicts import (
    active_conflict,
    duplicate,
    needs_second,
    scheduled_conflict,
    supersede,
)
from comptexpert_server.delegations.decision_context import DecisionContext
from comptexpert_server.delegations.models import Delegation, Status
from comptexpert_server.delegations.rules import Action, Role
from comptexpert_server.delegations.selectors import grantee_is_ready, roles_of, visible
from comptexpert_server.delegations.serializers import delegation_out
from comptexpert_server.firms import selectors as firms
from comptexpert_server.firms.services import ensure_staff
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.sessions.step_up import require_step_up
from comptexpert_server.web.policy import StepUp
from comptexpert_server.web.problems import ProblemError, invalid

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.delegations.decision_context import Decision
    from comptexpert_server.sessions.step_up import SignedIn
    from comptexpert_server.web.codes import RefusalCode

STRONG = frozenset({Action.APPROVE, Action.RENEW, Action.RESUME, Action.TRANSFER, Action.BROADEN, Action.EDIT})
"""What gives somebody a right, and so may ask for a factor or a recent sign-in; a holder who asks gives nothing."""
GIVING = frozenset({Action.APPROVE, Action.RENEW, Action.RESUME, Action.PROLONG, Action.BROADEN})
"""What a closed service no longer allows; its rights can still be refused, ended and given away."""
ENDING = frozenset({Action.REVOKE, Action.RELINQUISH})

DECISION_CODES: Final[tuple[RefusalCode, ...]] = (
    "DEL_DUPLICATE",
    "DEL_NOT_GRANTEE",
    "DEL_NOT_GRANTOR",
    "DEL_REQUEST_LAPSED",
    "DEL_RIGHT_NOT_DELEGABLE",
    "DEL_SELF",
    "DEL_SERVICE_CLOSED",
    "DEL_STALE",
    "DEL_TOO_EARLY",
    "DEL_TOO_MANY",
    "DEL_WRONG_STATUS",
    "NOT_FOUND",
)
"""With what a decision is refused."""


def decide(
    account: Account, *, delegation_id: UUID, decision: Decision, signed_in: SignedIn, now: datetime, today: date
) -> Delegation:
    """Carry out a decision, or refuse: 404, 412 with the delegation as it is, 403, 409; inside a transaction."""
    transitions.lock_writer()
    delegation = visible(account, delegation_id=delegation_id)
    if delegation.end_cause == chain.CHAIN_ENDED and decision.action in ENDING:
        return delegation  # the same gesture on what it follows already ended it
    if delegation.version != decision.version:
        raise stale(delegation, today=today)
    roles, status = roles_of(account, delegation, today=today), Status(delegation.status)
    refusal = rules.why_not(decision.action, status=status, roles=roles)
    if refusal is not None:
        current = delegation_out(delegation, today=today).model_dump(mode="json")
        raise ProblemError(refusal.status, refusal.code, members={"current": current})
    service = catalogue().service(delegation.service)
    if decision.action in GIVING and (service is None or not service.enabled):
        raise ProblemError(HTTPStatus.CONFLICT, "DEL_SERVICE_CLOSED", detail="The service is closed.")
    if decision.action in STRONG and Role.GRANTEE not in roles:
        given = {*delegation.rights, *(decision.rights or ())}  # what a right is broadened by counts too
        high_risk = service is None or rules.is_high_risk(service, rights=given)
        require_step_up(account, StepUp.FRESH if high_risk else StepUp.FACTOR, signed_in=signed_in, now=now)
    in_place = rules.acts_in_place(decision.action, status=status, roles=roles)
    context = DecisionContext(
        account=account,
        delegation=delegation,
        service=service,
        decision=decision,
        now=now,
        today=today,
        roles=roles,
        stand_in=_stand_in(account, delegation) if in_place else None,
    )
    try:
        return HANDLERS[decision.action](context)
    except transitions.MovedError:
        raise stale(visible(account, delegation_id=delegation_id), today=today) from None


def _stand_in(account: Account, delegation: Delegation) -> transitions.StandIn:
    name = f"{account.given_name} {account.surname.upper()}"
    return transitions.StandIn(acting_for=delegation.grantor_id, name=name)


def stale(delegation: Delegation, *, today: date) -> ProblemError:
    """Refuse a decision about an old version, with the delegation as it is now."""
    current = delegation_out(delegation, today=today).model_dump(mode="json")
    return ProblemError(
        HTTPStatus.PRECONDITION_FAILED, "DEL_STALE", detail="It changed since you saw it.", members={"current": current}
    )


def _approve(context: DecisionContext) -> Delegation:
    delegation, decision = context.delegation, context.decision
    rights = _narrowed(context)
    found = rules.period(
        today=context.today,
        valid_from=dates.first_day(decision.valid_from, today=context.today) or delegation.valid_from,
        valid_until=decision.valid_until or delegation.valid_until,
        max_days=rules.max_period_days(context.open_service, rights=rights),
    )
    if isinstance(found, dict):
        raise invalid(**found)
    _refuse_after_departure(context, first=found[0])
    if delegation.status == Status.PENDING_SECOND:
        _refuse_beyond_first(delegation, period=found)
    terms: dict[str, Any] = {"rights": rights, "valid_from": found[0], "valid_until": found[1]}
    terms["decision_note"] = decision.note or delegation.decision_note
    if delegation.status == Status.PENDING and needs_second(
        delegation.firm, service=context.open_service, rights=rights
    ):
        return context.move("approve_first", status=Status.PENDING_SECOND, first_approver=context.account, **terms)
    if chain.is_broken(delegation):
        raise ProblemError(HTTPStatus.CONFLICT, "DEL_WRONG_STATUS", detail="What it prolongs was ended.")
    status = rules.first_status(
        starts=found[0], today=context.today, grantee_ready=grantee_is_ready(delegation.grantee)
    )
    if (held_behind := chain.holder_of(delegation)) is not None:
        status, terms["supersedes"] = Status.SUSPENDED, held_behind
    if status is Status.ACTIVE:
        _refuse_silent_loss(context, rights=rights)
        replaced = supersede(delegation, actor=context.account.pk, at=context.now)
        terms["supersedes"] = replaced or delegation.supersedes
    after = context.move("approve", status=status, decided_at=context.now, **terms)
    succession.settle(after, actor=context.account.pk, at=context.now)
    if after.grantee is not None:
        ensure_staff(after.firm, account=after.grantee, actor=context.account.pk, at=context.now)
    return after


def _refuse_after_departure(context: DecisionContext, *, first: date) -> None:
    """Refuse a right that would begin once its holder has left the firm; one that begins today is not asked about."""
    holder = context.delegation.grantee_id
    if holder is not None and first > context.today:
        last_day = firms.last_day_in(context.delegation.firm_id, account_id=holder)
        dates.refuse_after_departure(first, last_day=last_day)


def _refuse_beyond_first(delegation: Delegation, *, period: tuple[date, date]) -> None:
    """Refuse days to which the first of two approvers did not agree (BR-12)."""
    first, last = period
    if delegation.valid_from is not None and first < delegation.valid_from:
        raise invalid(valid_from="NOT_AGREED")
    if delegation.valid_until is not None and last > delegation.valid_until:
        raise invalid(valid_until="NOT_AGREED")


def _refuse_silent_loss(context: DecisionContext, *, rights: list[str]) -> None:
    """Refuse to replace an active delegation by one that lacks some of its rights, unless the rights were chosen."""
    active = active_conflict(context.delegation)
    if active is not None and context.decision.rights is None and not set(active.rights) <= set(rights):
        raise duplicate(active)


def _narrowed(context: DecisionContext) -> list[str]:
    asked = context.decision.rights
    if asked is None:
        return list(context.delegation.rights)
    if not set(asked) <= set(context.delegation.rights):
        raise invalid(rights="NOT_REQUESTED")
    return [right for right in context.delegation.rights if right in asked]


def _refuse(context: DecisionContext) -> Delegation:
    if not context.decision.note:
        raise invalid(note="REQUIRED")
    return context.move(
        "refuse",
        status=Status.REFUSED,
        decision_note=context.decision.note,
        decided_at=context.now,
        ended_at=context.now,
        end_cause="refused",
    )


def _withdraw(context: DecisionContext) -> Delegation:
    return context.move("withdraw", status=Status.WITHDRAWN, ended_at=context.now, end_cause="withdrawn")


def _suspend(context: DecisionContext) -> Delegation:
    after = context.move("suspend", status=Status.SUSPENDED, decision_note=context.decision.note)
    chain.suspend_followers(after, actor=context.account.pk, at=context.now)
    return after


def _resume(context: DecisionContext) -> Delegation:
    if context.delegation.valid_until is not None and context.delegation.valid_until < context.today:
        raise ProblemError(HTTPStatus.CONFLICT, "DEL_WRONG_STATUS", detail="Its last day has passed.")
    starts = context.delegation.valid_from or context.today
    status = rules.first_status(starts=starts, today=context.today, grantee_ready=True)
    clash = active_conflict(context.delegation) if status is Status.ACTIVE else None
    if clash is not None:
        raise duplicate(clash)
    after = context.move("resume", status=status, decision_note=context.decision.note)
    chain.resume_followers(after, actor=context.account.pk, at=context.now)
    return after


def _revoke(context: DecisionContext) -> Delegation:
    last_day, starts = context.decision.at, context.delegation.valid_from
    never_begins = last_day is not None and starts is not None and last_day < starts
    if last_day is not None and last_day > context.today and not never_begins:
        until = context.delegation.valid_until
        end = last_day if until is None else min(until, last_day)
        after = context.move("plan_revocation", valid_until=end, decision_note=context.decision.note)
        chain.limit_followers(after, until=last_day, actor=context.account.pk, at=context.now)  # a renewal may reach it
        return after
    after = context.move(
        "revoke",
        status=Status.REVOKED,
        ended_at=context.now,
        end_cause=context.decision.cause,
        decision_note=context.decision.note,
    )
    chain.end_followers(after, action="revoke", actor=context.account.pk, at=context.now)
    return after


def _relinquish(context: DecisionContext) -> Delegation:
    after = context.move("relinquish", status=Status.REVOKED, ended_at=context.now, end_cause="relinquished")
    chain.end_followers(after, action="relinquish", actor=context.account.pk, at=context.now)
    return after


def _renew(context: DecisionContext) -> Delegation:
    """Grant the same rights again from the day after the last one; the old one stays as it is (BR-13)."""
    old = context.delegation
    if old.valid_until is None:
        raise ProblemError(HTTPStatus.CONFLICT, "DEL_WRONG_STATUS", detail="It has no last day.")
    amendments.refuse_second_renewal(old)
    found = rules.period(
        today=context.today,
        valid_from=old.valid_until + timedelta(days=1),
        valid_until=context.decision.valid_until,
        max_days=rules.max_period_days(context.open_service, rights=old.rights),
    )
    if isinstance(found, dict):
        raise invalid(**found)
    _refuse_after_departure(context, first=found[0])
    second = needs_second(old.firm, service=context.open_service, rights=old.rights)
    renewed = Delegation(
        firm=old.firm,
        service=old.service,
        rights=old.rights,
        grantor=old.grantor,
        grantee=old.grantee,
        origin="renewal",
        reason=old.reason,
        decision_note=context.decision.note,
        valid_from=found[0],
        valid_until=found[1],
        status=Status.PENDING_SECOND if second else Status.SCHEDULED,
        requested_at=context.now,
        decided_at=context.now,
        first_approver=context.account if second else None,
        supersedes=old,
    )
    return transitions.create(
        renewed, action="renew", actor=context.account.pk, at=context.now, stand_in=context.stand_in
    )


def _transfer(context: DecisionContext) -> Delegation:
    """Give a delegation to another expert-comptable of the firm (BR-08)."""
    delegation = context.delegation
    peers = RegistryEntry.objects.filter(firms.STANDING, firms=delegation.firm).select_related("account")
    target = None if context.decision.grantor is None else peers.filter(pk=context.decision.grantor).first()
    if target is None:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "DEL_NOT_GRANTOR", detail="Not a peer of this firm.")
    if context.service is not None and context.service.access_for(profile=target.list, kind="") != "direct":
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "DEL_NOT_GRANTOR", detail="Nobody grants what they lack.")
    if _would_be_theirs(delegation, target=target):
        raise ProblemError(HTTPStatus.FORBIDDEN, "DEL_SELF", detail="Nobody decides on their own rights.")
    refusal = rules.why_not_to(
        target.pk,
        status=Status(delegation.status),
        actor=context.account.entry_id,
        named=delegation.grantor_id,
        grantee=None if delegation.grantee is None else delegation.grantee.entry_id,
    )
    if refusal is not None:
        raise ProblemError(refusal.status, refusal.code, detail="It cannot be transferred to this person.")
    clash = active_conflict(delegation, grantor_id=target.pk) or scheduled_conflict(delegation, grantor_id=target.pk)
    if clash is not None:
        raise duplicate(clash)
    after = context.move(
        "transfer",
        grantor=target,
        decision_note=context.decision.note,
        data={"previous_grantor": str(delegation.grantor_id)},
    )
    chain.transfer_followers(delegation, grantor=target, actor=context.account.pk, at=context.now)
    return after


def _would_be_theirs(delegation: Delegation, *, target: RegistryEntry) -> bool:
    """Return whether a right would be given to its own holder, by another account or at their own address (BR-27)."""
    owner: Account | None = getattr(target, "account", None)
    address = target.email if owner is None else owner.email
    if delegation.grantee is None:
        return is_same_address(delegation.invited_email, address)
    if owner is None:
        return is_same_address(delegation.grantee.email, address)
    return is_same_person(delegation.grantee, owner)


HANDLERS: dict[Action, Callable[[DecisionContext], Delegation]] = {
    Action.APPROVE: _approve,
    Action.REFUSE: _refuse,
    Action.WITHDRAW: _withdraw,
    Action.SUSPEND: _suspend,
    Action.RESUME: _resume,
    Action.REVOKE: _revoke,
    Action.RENEW: _renew,
    Action.TRANSFER: _transfer,
    Action.RELINQUISH: _relinquish,
    Action.PROLONG: amendments.prolong,
    Action.NARROW: amendments.narrow,
    Action.BROADEN: amendments.broaden,
    Action.EDIT: amendments.edit,
}
