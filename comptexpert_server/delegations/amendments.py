"""What changes a right that is there, or a request that waits: prolong, narrow, broaden, edit (domain.md, BR-31)."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from comptexpert_server.accounts.models import is_same_address
from comptexpert_server.base.typed_values import clean_email
from comptexpert_server.delegations import chain, conflicts, dates, requests, rules, succession, transitions
from comptexpert_server.delegations.grant_facts import member_of
from comptexpert_server.delegations.models import OPEN, Delegation, Status
from comptexpert_server.delegations.rules import Role
from comptexpert_server.web.limits import consume_items
from comptexpert_server.web.problems import ProblemError, invalid, too_many

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.delegations.decision_context import DecisionContext

ONE_DAY = timedelta(days=1)
RENEWAL = "renewal"
BROADENING = "broadening"
CONFLICT = HTTPStatus.CONFLICT


def prolong(context: DecisionContext) -> Delegation:
    """Ask for the same rights from the day after the last one: a renewal that waits for its approval."""
    held = context.delegation
    if held.valid_until is None:
        raise ProblemError(CONFLICT, "DEL_WRONG_STATUS", detail="It has no last day.")
    first = rules.prolongs_from(held.valid_until)
    if context.today < first:
        raise ProblemError(CONFLICT, "DEL_TOO_EARLY", detail="Its end is far.", members={"from": first.isoformat()})
    refuse_second_renewal(held)
    requests.refuse_flood(context.account)
    start = held.valid_until + ONE_DAY
    _first, end = _period(context, rights=held.rights, start=start, end=context.decision.valid_until)
    asked = _like(context, origin=RENEWAL, rights=held.rights)
    asked.valid_from, asked.valid_until = start, end if context.decision.valid_until else None
    return transitions.create(asked, action="prolong", actor=context.account.pk, at=context.now)


def refuse_second_renewal(held: Delegation) -> None:
    """Refuse to renew what is renewed already, or waits for it."""
    following = Delegation.objects.filter(supersedes=held, status__in=(*OPEN, Status.SCHEDULED))
    waiting = following.filter(origin=RENEWAL).first()
    if waiting is not None:
        raise conflicts.duplicate(waiting)


def narrow(context: DecisionContext) -> Delegation:
    """Take some of the rights at once, from what waits behind them too; the others stay as they are."""
    held, kept = context.delegation, context.decision.rights
    if not kept or not set(kept) < set(held.rights):
        raise invalid(rights="NOT_NARROWER")
    rights = [right for right in held.rights if right in kept]
    removed = frozenset(held.rights) - frozenset(kept)
    after = context.move(
        "narrow", rights=rights, decision_note=context.decision.note, data={"removed": sorted(removed)}
    )
    chain.narrow_followers(after, removed=removed, actor=context.account.pk, at=context.now)
    return after


def broaden(context: DecisionContext) -> Delegation:
    """Ask for more rights of the same service, or grant them; what was there is shortened by nothing."""
    held, service = context.delegation, context.open_service
    requested = set(context.decision.rights or ())
    if refusal := rules.wrong_rights(service, rights=sorted(requested)):
        raise requests.rights_problem(refusal)
    if requested <= set(held.rights):
        raise conflicts.duplicate(held)
    same = Delegation.objects.filter(
        firm=held.firm_id, grantor=held.grantor_id, grantee=held.grantee_id, service=held.service
    )
    waiting = same.filter(status__in=(*OPEN, Status.SCHEDULED)).exclude(origin=RENEWAL).first()
    if waiting is not None:
        raise conflicts.duplicate(waiting)
    rights = [right.id for right in service.rights if right.id in requested | set(held.rights)]
    start, end = _period(context, rights=rights, start=None, end=_end_beside(context, rights=rights))
    planned = _like(context, origin=BROADENING, rights=rights)
    planned.valid_until = end
    if Role.GRANTEE in context.roles:
        requests.refuse_flood(context.account)
        return transitions.create(planned, action="request_broader", actor=context.account.pk, at=context.now)
    return _grant_broader(context, planned=planned, start=start)


def edit(context: DecisionContext) -> Delegation:
    """Change what a request asks for, the address of an invitation, or the last day of a right."""
    if context.delegation.status == Status.PENDING:
        return _edit_request(context)
    if context.decision.email:
        return _edit_address(context)
    return _edit_end(context)


def _edit_request(context: DecisionContext) -> Delegation:
    """Let a person say again what they ask; what prolongs or broadens a right keeps its rights and its first day."""
    asked, decision, service = context.delegation, context.decision, context.service
    if service is None or not service.enabled:
        raise ProblemError(CONFLICT, "DEL_SERVICE_CLOSED", detail="The service is closed.")
    is_linked = asked.supersedes_id is not None
    if is_linked and (decision.rights is not None or decision.valid_from is not None):
        raise invalid(**{name: "LINKED" for name in ("rights", "valid_from") if getattr(decision, name) is not None})
    rights = list(asked.rights) if decision.rights is None else _rights_asked(context, rights=decision.rights)
    start = dates.first_day(decision.valid_from, today=context.today) or asked.valid_from
    end = decision.valid_until or asked.valid_until
    _period(context, rights=rights, start=start, end=end)
    return context.move("edit", rights=rights, valid_from=start, valid_until=end, reason=_reason(context))


def _rights_asked(context: DecisionContext, *, rights: tuple[str, ...]) -> list[str]:
    service, active = context.open_service, conflicts.active_conflict(context.delegation)
    if refusal := rules.wrong_rights(service, rights=rights):
        raise requests.rights_problem(refusal)
    kept = set() if active is None else set(active.rights)
    if active is not None and set(rights) <= kept:
        raise conflicts.duplicate(active)
    return [right.id for right in service.rights if right.id in kept | set(rights)]


def _edit_address(context: DecisionContext) -> Delegation:
    """Send an invitation to another address; it waits fourteen days again."""
    invited, email = context.delegation, clean_email(context.decision.email)
    if invited.grantee_id is not None or invited.status != Status.SCHEDULED:
        raise ProblemError(CONFLICT, "DEL_WRONG_STATUS", detail="It is no invitation that waits.")
    if email is None:
        raise invalid(email="EMAIL")
    service = context.service
    if service is None or conflicts.needs_second(invited.firm, service=service, rights=invited.rights):
        raise invalid(email="NEEDS_SECOND")  # two people agreed to the one who was invited
    grantor = invited.grantor
    owner_of_entry: Account | None = getattr(grantor, "account", None)
    if is_same_address(email, grantor.email if owner_of_entry is None else owner_of_entry.email):
        raise ProblemError(HTTPStatus.FORBIDDEN, "DEL_SELF", detail="Nobody invites themselves.")
    wait = consume_items(requests.INVITED, subject=str(context.account.pk), items=[email], now=context.now)
    if wait:
        raise too_many("DEL_TOO_MANY", retry_after=wait)
    owner = member_of(invited.firm, email=email)
    if owner is not None:
        raise invalid(email="MEMBER")
    same = Delegation.objects.filter(
        firm=invited.firm_id, grantor=invited.grantor_id, grantee=None, invited_email=email, service=invited.service
    )
    same_address = same.filter(status__in=(*OPEN, Status.SCHEDULED)).exclude(pk=invited.pk).first()
    if same_address is not None:
        raise conflicts.duplicate(same_address)
    return context.move("invite", invited_email=email, requested_at=context.now, reminded_days=None)


def _edit_end(context: DecisionContext) -> Delegation:
    """Move the last day of a right: earlier for what waits behind it too, later as far as its rights allow."""
    held, end = context.delegation, context.decision.valid_until
    if end is None:
        raise invalid(valid_until="REQUIRED")
    if end < context.today or (held.valid_from is not None and end < held.valid_from):
        raise invalid(valid_until="IN_THE_PAST" if end < context.today else "BEFORE_START")
    if held.valid_until is not None and end <= held.valid_until:
        after = context.move("plan_revocation", valid_until=end, decision_note=context.decision.note)
        chain.limit_followers(after, until=end, actor=context.account.pk, at=context.now)
        return after
    service = context.service
    if service is None or not service.enabled:
        raise ProblemError(CONFLICT, "DEL_SERVICE_CLOSED", detail="The service is closed.")
    start = held.valid_from or context.today
    if (end - start).days > rules.max_period_days(service, rights=held.rights):
        raise invalid(valid_until="TOO_LONG")
    if conflicts.needs_second(held.firm, service=service, rights=held.rights):
        raise invalid(valid_until="NEEDS_SECOND")
    after = context.move("extend", valid_until=end, decision_note=context.decision.note, warned_days=None)
    succession.make_room(after, actor=context.account.pk, at=context.now)
    return after


def _end_beside(context: DecisionContext, *, rights: list[str]) -> date | None:
    """Return the last day that is asked for, or else that of the right, or as far as the new rights allow."""
    until = context.delegation.valid_until
    if context.decision.valid_until is not None or until is None:
        return context.decision.valid_until
    return min(until, context.today + timedelta(days=rules.max_period_days(context.open_service, rights=rights)))


def _grant_broader(context: DecisionContext, *, planned: Delegation, start: date) -> Delegation:
    second = conflicts.needs_second(planned.firm, service=context.open_service, rights=planned.rights)
    planned.valid_from, planned.decided_at = start, context.now
    planned.status = Status.PENDING_SECOND if second else Status.ACTIVE
    planned.first_approver = context.account if second else None
    if not second:
        planned.supersedes = conflicts.supersede(planned, actor=context.account.pk, at=context.now)
    made = transitions.create(
        planned, action="broaden", actor=context.account.pk, at=context.now, stand_in=context.stand_in
    )
    succession.settle(made, actor=context.account.pk, at=context.now)
    return made


def _like(context: DecisionContext, *, origin: str, rights: list[str]) -> Delegation:
    """Begin a delegation of the same parties that belongs to the one decided about."""
    held, is_asked = context.delegation, Role.GRANTEE in context.roles
    return Delegation(
        firm=held.firm,
        service=held.service,
        rights=rights,
        grantor=held.grantor,
        grantee=held.grantee,
        origin=origin,
        reason=_reason(context) if is_asked else held.reason,
        decision_note="" if is_asked else context.decision.note,
        requested_at=context.now,
        supersedes=held,
    )


def _reason(context: DecisionContext) -> str:
    """Return why something is asked: what the person says now, or said before."""
    note = context.decision.note
    if note and len(note) < rules.MIN_REASON:
        raise invalid(note="TOO_SHORT")
    return note or context.delegation.reason


def _period(context: DecisionContext, *, rights: list[str], start: date | None, end: date | None) -> tuple[date, date]:
    return dates.period(context.open_service, rights=rights, start=start, end=end, today=context.today)
