"""What people decide about a delegation, each as one story: look, ask the rules, move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from comptexpert_server.catalogue.book import Service, catalogue
from comptexpert_server.config.problems import ProblemError, invalid
from comptexpert_server.delegations import moves, rules
from comptexpert_server.delegations.models import OPEN, Delegation, Status
from comptexpert_server.delegations.present import delegation_out
from comptexpert_server.delegations.rules import Action
from comptexpert_server.delegations.selectors import grantee_is_ready, roles_of, visible
from comptexpert_server.delegations.strength import ask_strength
from comptexpert_server.delegations.twins import active_twin, duplicate, needs_second, supersede
from comptexpert_server.firms import selectors as firms
from comptexpert_server.firms.services import ensure_staff
from comptexpert_server.registry.models import RegistryEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.delegations.strength import SignedIn

STRONG = frozenset({Action.APPROVE, Action.RENEW, Action.RESUME, Action.TRANSFER})
"""What gives somebody a right, and so may ask for a factor or a recent sign-in."""
GIVING = frozenset({Action.APPROVE, Action.RENEW, Action.RESUME})
"""What a closed service no longer allows; its rights can still be refused, ended and given away."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a person decides, about the version that he saw."""

    action: Action
    version: int
    rights: tuple[str, ...] | None = None
    valid_until: date | None = None
    at: date | None = None
    grantor: UUID | None = None
    note: str = ""
    cause: str = "revoked"
    """Why a revocation ends the right, as `end_cause` says it."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A decision about to be made: who, about what, when."""

    account: Account
    delegation: Delegation
    service: Service | None
    """None once it left the catalogue; never so for what gives a right."""
    decision: Decision
    now: datetime
    today: date
    stand_in: moves.StandIn | None
    """Given when the person decides in the named grantor's place."""

    @property
    def open_service(self) -> Service:
        """Give the service of a decision that gives a right."""
        assert self.service is not None
        return self.service

    def move(self, action: str, *, data: Mapping[str, object] | None = None, **changes: object) -> Delegation:
        """Move the delegation in this person's name."""
        return moves.move(
            self.delegation,
            action=action,
            actor=self.account.pk,
            at=self.now,
            data=data,
            stand_in=self.stand_in,
            **changes,
        )


def decide(
    account: Account, *, delegation_id: UUID, decision: Decision, signed_in: SignedIn, now: datetime, today: date
) -> Delegation:
    """Carry out a decision, or refuse: 404, 412 with the delegation as it is, 403, 409; inside a transaction."""
    moves.take_turn()
    delegation = visible(account, delegation_id=delegation_id)
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
    if decision.action in STRONG:
        high_risk = service is None or rules.is_high_risk(service, rights=delegation.rights)
        ask_strength(account, high_risk=high_risk, signed_in=signed_in, now=now)
    in_place = rules.acts_in_place(decision.action, status=status, roles=roles)
    case = Case(
        account=account,
        delegation=delegation,
        service=service,
        decision=decision,
        now=now,
        today=today,
        stand_in=_stand_in(account, delegation) if in_place else None,
    )
    try:
        return STORIES[decision.action](case)
    except moves.MovedError:
        raise stale(visible(account, delegation_id=delegation_id), today=today) from None


def _stand_in(account: Account, delegation: Delegation) -> moves.StandIn:
    name = f"{account.given_name} {account.surname.upper()}"
    return moves.StandIn(acting_for=delegation.grantor_id, name=name)


def stale(delegation: Delegation, *, today: date) -> ProblemError:
    """Refuse a decision about an old version, with the delegation as it is now."""
    current = delegation_out(delegation, today=today).model_dump(mode="json")
    return ProblemError(
        HTTPStatus.PRECONDITION_FAILED, "DEL_STALE", detail="It changed since you saw it.", members={"current": current}
    )


def _approve(case: Case) -> Delegation:
    delegation, decision = case.delegation, case.decision
    rights = _narrowed(case)
    found = rules.period(
        today=case.today,
        valid_from=delegation.valid_from,
        valid_until=decision.valid_until or delegation.valid_until,
        max_days=rules.longest(case.open_service, rights=rights),
    )
    if isinstance(found, dict):
        raise invalid(**found)
    terms: dict[str, Any] = {"rights": rights, "valid_from": found[0], "valid_until": found[1]}
    terms["decision_note"] = decision.note or delegation.decision_note
    if delegation.status == Status.PENDING and needs_second(delegation.firm, service=case.open_service, rights=rights):
        return case.move("approve_first", status=Status.PENDING_SECOND, first_approver=case.account, **terms)
    status = rules.first_status(starts=found[0], today=case.today, grantee_ready=grantee_is_ready(delegation.grantee))
    if status is Status.ACTIVE:
        _refuse_silent_loss(case, rights=rights)
        replaced = supersede(delegation, actor=case.account.pk, at=case.now)
        terms["supersedes"] = replaced or delegation.supersedes
    after = case.move("approve", status=status, decided_at=case.now, **terms)
    if after.grantee is not None:
        ensure_staff(after.firm, account=after.grantee, actor=case.account.pk, at=case.now)
    return after


def _refuse_silent_loss(case: Case, *, rights: list[str]) -> None:
    """Refuse to replace an active delegation by one that lacks some of its rights, unless the rights were chosen."""
    active = active_twin(case.delegation)
    if active is not None and case.decision.rights is None and not set(active.rights) <= set(rights):
        raise duplicate(active)


def _narrowed(case: Case) -> list[str]:
    asked = case.decision.rights
    if asked is None:
        return list(case.delegation.rights)
    if not set(asked) <= set(case.delegation.rights):
        raise invalid(rights="NOT_REQUESTED")
    return [right for right in case.delegation.rights if right in asked]


def _refuse(case: Case) -> Delegation:
    if not case.decision.note:
        raise invalid(note="REQUIRED")
    return case.move(
        "refuse",
        status=Status.REFUSED,
        decision_note=case.decision.note,
        decided_at=case.now,
        ended_at=case.now,
        end_cause="refused",
    )


def _withdraw(case: Case) -> Delegation:
    return case.move("withdraw", status=Status.WITHDRAWN, ended_at=case.now, end_cause="withdrawn")


def _suspend(case: Case) -> Delegation:
    return case.move("suspend", status=Status.SUSPENDED, decision_note=case.decision.note)


def _resume(case: Case) -> Delegation:
    if case.delegation.valid_until is not None and case.delegation.valid_until < case.today:
        raise ProblemError(HTTPStatus.CONFLICT, "DEL_WRONG_STATE", detail="Its last day has passed.")
    clash = active_twin(case.delegation)
    if clash is not None:
        raise duplicate(clash)
    return case.move("resume", status=Status.ACTIVE, decision_note=case.decision.note)


def _revoke(case: Case) -> Delegation:
    last_day = case.decision.at
    if last_day is not None and last_day > case.today:
        until = case.delegation.valid_until
        end = last_day if until is None else min(until, last_day)
        return case.move("plan_revocation", valid_until=end, decision_note=case.decision.note)
    return case.move(
        "revoke",
        status=Status.REVOKED,
        ended_at=case.now,
        end_cause=case.decision.cause,
        decision_note=case.decision.note,
    )


def _relinquish(case: Case) -> Delegation:
    return case.move("relinquish", status=Status.REVOKED, ended_at=case.now, end_cause="relinquished")


def _renew(case: Case) -> Delegation:
    """Grant the same rights again from the day after the last one; the old one stays as it is (BR-13)."""
    old = case.delegation
    if old.valid_until is None:
        raise ProblemError(HTTPStatus.CONFLICT, "DEL_WRONG_STATE", detail="It has no last day.")
    waiting = Delegation.objects.filter(supersedes=old, status__in=(*OPEN, Status.SCHEDULED)).first()
    if waiting is not None:
        raise duplicate(waiting)
    found = rules.period(
        today=case.today,
        valid_from=old.valid_until + timedelta(days=1),
        valid_until=case.decision.valid_until,
        max_days=rules.longest(case.open_service, rights=old.rights),
    )
    if isinstance(found, dict):
        raise invalid(**found)
    second = needs_second(old.firm, service=case.open_service, rights=old.rights)
    renewed = Delegation(
        firm=old.firm,
        service=old.service,
        rights=old.rights,
        grantor=old.grantor,
        grantee=old.grantee,
        origin="renewal",
        reason=old.reason,
        decision_note=case.decision.note,
        valid_from=found[0],
        valid_until=found[1],
        status=Status.PENDING_SECOND if second else Status.SCHEDULED,
        requested_at=case.now,
        decided_at=case.now,
        first_approver=case.account if second else None,
        supersedes=old,
    )
    return moves.create(renewed, action="renew", actor=case.account.pk, at=case.now, stand_in=case.stand_in)


def _transfer(case: Case) -> Delegation:
    """Give a delegation to another expert-comptable of the firm (BR-08)."""
    delegation = case.delegation
    peers = RegistryEntry.objects.filter(firms.STANDING, firms=delegation.firm)
    target = None if case.decision.grantor is None else peers.filter(pk=case.decision.grantor).first()
    if target is None or target.pk == delegation.grantor_id:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "DEL_NOT_GRANTOR", detail="Not a peer of this firm.")
    if delegation.grantee is not None and delegation.grantee.entry_id == target.pk:
        raise ProblemError(HTTPStatus.FORBIDDEN, "DEL_SELF", detail="Nobody decides on his own rights.")
    clash = active_twin(delegation, grantor_id=target.pk)
    if clash is not None:
        raise duplicate(clash)
    return case.move(
        "transfer",
        grantor=target,
        decision_note=case.decision.note,
        data={"previous_grantor": str(delegation.grantor_id)},
    )


STORIES: dict[Action, Callable[[Case], Delegation]] = {
    Action.APPROVE: _approve,
    Action.REFUSE: _refuse,
    Action.WITHDRAW: _withdraw,
    Action.SUSPEND: _suspend,
    Action.RESUME: _resume,
    Action.REVOKE: _revoke,
    Action.RENEW: _renew,
    Action.TRANSFER: _transfer,
    Action.RELINQUISH: _relinquish,
}
