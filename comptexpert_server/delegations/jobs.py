"""What time does to delegations; several workers may run this at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from comptexpert_server.accounts.models import Account
from comptexpert_server.base import clock
from comptexpert_server.base.set_aside import each
from comptexpert_server.delegations import (
    certificates,
    chain,
    eligibility,
    mails,
    succession,
    transitions,
    unused,
    vacancies,
    weekly,
)
from comptexpert_server.delegations.conflicts import supersede
from comptexpert_server.delegations.models import LIVE, OPEN, Delegation, Status
from comptexpert_server.delegations.rules import REMINDERS, REQUEST_TTL, WARNINGS, reminder_due, warning_due
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.firms import absences, setting_changes
from comptexpert_server.firms.models import Membership
from comptexpert_server.firms.selectors import STANDING
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.web.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = (transitions.MovedError, ProblemError)
"""What says that another worker, or a person, was first."""


def run_due(now: datetime) -> int:
    """Close what lapsed, end what expired, start what was scheduled, bind invitations; return the number of moves.

    Each row is done by itself: one that cannot be is set aside, and the others are done.
    """
    today = timezone.localdate(now)
    steps = (
        _cease_orphans,
        _cabinets,
        _lapse_unanswered,
        _expire_past,
        _bind,
        _start_due,
        certificates.run_due,
        _warn,
        _remind,
        unused.tell_due,
        weekly.send_due,
    )
    return sum(step(now, today) for step in steps)


def count_due() -> int:
    """Count the delegations whose time came and that no worker has moved yet."""
    day = clock.today()
    lapsed = Q(status__in=OPEN, requested_at__lte=clock.now() - REQUEST_TTL)
    ended = Q(status__in=(Status.ACTIVE, Status.SUSPENDED, Status.SCHEDULED), valid_until__lt=day)
    begun = Q(status=Status.SCHEDULED, valid_from__lte=day, grantee__is_active=True)
    return Delegation.objects.filter(lapsed | ended | begun).count()


def next_due(now: datetime) -> datetime:
    """Tell when to look again at the latest."""
    return now + timedelta(minutes=5)


def _each(job: str, due: Q, *, step: Callable[..., object], now: datetime) -> int:
    return _each_of(job, Delegation.objects.filter(due), step=step, now=now)


def _each_of(job: str, found: QuerySet[Delegation], *, step: Callable[..., object], now: datetime) -> int:
    def do(delegation: Delegation) -> object:
        return step(delegation, now=now)

    return each(f"delegations.{job}", complete(found), step=do, now=now, passed=FIRST)


def _cabinets(now: datetime, today: date) -> int:
    """Do what is due of absences, settings, departures, closed firms and vacancies."""
    moved = absences.run_due(now) + setting_changes.run_due(now)
    return moved + _end_departures(now, today=today) + _close_firms(now) + vacancies.run_due(now)


def _lapse_unanswered(now: datetime, _today: date) -> int:
    asked = Q(requested_at__lte=now - REQUEST_TTL)
    unborn = Q(grantee=None) | Q(grantee__is_active=False, grantee__activated_at=None)
    invited = Q(unborn, status=Status.SCHEDULED, decided_at__lte=now - REQUEST_TTL)  # since the second approval, if any
    return _each("lapse", asked & (Q(status__in=OPEN) | invited), step=_lapse, now=now)


def _expire_past(now: datetime, today: date) -> int:
    alive = (Status.ACTIVE, Status.SUSPENDED, Status.SCHEDULED)
    return _each("expire", Q(status__in=alive, valid_until__lt=today), step=_expire, now=now)


def _start_due(now: datetime, today: date) -> int:
    due = Q(status=Status.SCHEDULED, valid_from__lte=today, grantee__is_active=True)
    return _each("start", due, step=_start, now=now)


def _lapse(delegation: Delegation, *, now: datetime) -> None:
    transitions.move(
        delegation, action="lapse", actor=None, at=now, status=Status.LAPSED, ended_at=now, end_cause="unanswered"
    )


def _expire(delegation: Delegation, *, now: datetime) -> None:
    cause = chain.EXPIRED_SUSPENDED if delegation.status == Status.SUSPENDED else "expired"
    transitions.move(
        delegation, action="expire", actor=None, at=now, status=Status.EXPIRED, ended_at=now, end_cause=cause
    )


def _start(delegation: Delegation, *, now: datetime) -> None:
    """Start a scheduled right, unless a decision about what it prolongs holds it (BR-28)."""
    if chain.is_broken(delegation):
        transitions.move(
            delegation,
            action="cease",
            actor=None,
            at=now,
            status=Status.CEASED,
            ended_at=now,
            end_cause=chain.CHAIN_ENDED,
        )
        return
    if chain.is_held(delegation):
        transitions.move(delegation, action="suspend", actor=None, at=now, status=Status.SUSPENDED)
        return
    replaced = supersede(delegation, actor=None, at=now)
    started = transitions.move(
        delegation,
        action="start",
        actor=None,
        at=now,
        status=Status.ACTIVE,
        supersedes=replaced or delegation.supersedes,
    )
    succession.settle(started, actor=None, at=now)


def _cease_orphans(now: datetime, _today: date) -> int:
    """End what lost a party without `standing` being told: a correction by hand, an old backup (BR-08)."""
    member = RegistryEntry.firms.through.objects.filter(
        registryentry_id=OuterRef("grantor_id"), firm_id=OuterRef("firm_id")
    )
    living = Delegation.objects.filter(status__in=(*OPEN, *LIVE))
    orphans = (
        ("grantor_standing", living.exclude(grantor__in=RegistryEntry.objects.filter(STANDING))),
        ("grantor_standing", living.filter(~Exists(member))),
        ("account_closed", living.filter(grantee__is_active=False, grantee__activated_at__isnull=False)),
    )
    return sum(
        _each_of(f"cease.{number}", found, step=partial(_cease, cause=cause), now=now)
        for number, (cause, found) in enumerate(orphans)
    )


def _cease(delegation: Delegation, *, cause: str, now: datetime) -> bool:
    return bool(eligibility.cease(Delegation.objects.filter(pk=delegation.pk), cause=cause, at=now, actor=None))


def _end_departures(now: datetime, *, today: date) -> int:
    """End the memberships whose last day has passed, with their rights (BR-23)."""
    return _part("departure", Membership.objects.filter(ended_at=None, leaves_on__lt=today), now=now)


def _close_firms(now: datetime) -> int:
    """End the memberships of a firm in which the registry lists nobody any more: it is closed."""
    listed = RegistryEntry.firms.through.objects.filter(firm_id=OuterRef("firm_id"))
    return _part("closed_firm", Membership.objects.filter(~Exists(listed), ended_at=None), now=now)


def _part(job: str, members: QuerySet[Membership], *, now: datetime) -> int:
    """End rights one by one, then the memberships: a right that cannot be ended keeps no other alive."""
    leaving = members.filter(firm_id=OuterRef("firm_id"), account_id=OuterRef("grantee_id"))
    held = Delegation.objects.filter(Exists(leaving), status__in=(*OPEN, *LIVE))
    _each_of(f"{job}.rights", held, step=partial(_cease, cause="member_left"), now=now)

    def end(member: Membership) -> None:
        eligibility.member_left(member.firm, account_id=member.account_id, at=now, actor=None)

    return each(f"firms.{job}", members.select_related("firm"), step=end, now=now, passed=FIRST)


def _warn(now: datetime, today: date) -> int:
    """Write to both parties 30, 14 and 1 days before the end, unless the right is already renewed (BR-13)."""
    horizon = today + timedelta(days=max(WARNINGS))
    renewed = Delegation.objects.filter(supersedes=OuterRef("pk"), origin="renewal", status=Status.SCHEDULED)
    ending = Delegation.objects.filter(status=Status.ACTIVE, valid_until__range=(today, horizon))
    ending = ending.exclude(valid_from=None).exclude(Exists(renewed))
    _each_of("warn", ending, step=partial(_warn_one, today=today), now=now)
    return 0


def _warn_one(delegation: Delegation, *, today: date, now: datetime) -> bool:
    del now
    assert delegation.valid_from is not None
    assert delegation.valid_until is not None
    due = warning_due(
        today=today,
        valid_from=delegation.valid_from,
        valid_until=delegation.valid_until,
        warned_days=delegation.warned_days,
    )
    if due is None:
        return False
    mine = Delegation.objects.filter(pk=delegation.pk, warned_days=delegation.warned_days)
    if not mine.update(warned_days=due):
        return False
    mails.tell(delegation, action="warn")
    return True


def _remind(now: datetime, _today: date) -> int:
    """Remind those who may decide 3, 7 and 12 days after a request, until it lapses (BR-32)."""
    waiting = Delegation.objects.filter(
        status__in=OPEN, requested_at__lte=now - timedelta(days=min(REMINDERS)), requested_at__gt=now - REQUEST_TTL
    )
    _each_of("remind", waiting, step=_remind_one, now=now)
    return 0


def _remind_one(delegation: Delegation, *, now: datetime) -> bool:
    due = reminder_due(days=(now - delegation.requested_at).days, reminded_days=delegation.reminded_days)
    mine = Delegation.objects.filter(pk=delegation.pk, reminded_days=delegation.reminded_days)
    if due is None or not mine.update(reminded_days=due):
        return False
    mails.tell(delegation, action=mails.REMIND)
    return True


def _bind(now: datetime, _today: date) -> int:
    """Give invitations to the one account that was made for them: an owner from before accepts on their page."""
    return _each("bind", Q(grantee=None, status=Status.SCHEDULED), step=_bind_one, now=now)


def _bind_one(delegation: Delegation, *, now: datetime) -> bool:
    owners = list(Account.objects.filter(email__iexact=delegation.invited_email, is_active=True)[:2])
    if len(owners) != 1:
        return False
    activated = owners[0].activated_at
    if activated is None or activated < delegation.requested_at:
        return False
    return eligibility.bind(delegation, account=owners[0], at=now)
