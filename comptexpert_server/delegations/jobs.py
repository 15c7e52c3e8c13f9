"""What time does to delegations; several workers may run this at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from comptexpert_server.accounts.models import Account
from comptexpert_server.config.problems import ProblemError
from comptexpert_server.delegations import mails, moves, standing
from comptexpert_server.delegations.models import OPEN, Delegation, Status
from comptexpert_server.delegations.rules import REQUEST_LIFETIME, WARNINGS, warning_due
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.delegations.twins import supersede
from comptexpert_server.firms import absences
from comptexpert_server.firms.models import Membership
from comptexpert_server.firms.selectors import STANDING
from comptexpert_server.inbox.services import forget_old
from comptexpert_server.registry.models import RegistryEntry

if TYPE_CHECKING:
    from collections.abc import Callable


def run_due(now: datetime) -> int:
    """Close what lapsed, end what expired, start what was scheduled, bind invitations; give the number of moves."""
    today = timezone.localdate(now)
    moved = _cease_orphans(now)
    moved += absences.run_due(now)
    moved += _end_departures(now, today=today)
    moved += _close_firms(now)
    moved += _each(Q(status__in=OPEN, requested_at__lte=now - REQUEST_LIFETIME), step=_lapse, now=now)
    unborn = Q(grantee=None) | Q(grantee__is_active=False, grantee__activated_at=None)
    moved += _each(Q(unborn, status=Status.SCHEDULED, requested_at__lte=now - REQUEST_LIFETIME), step=_lapse, now=now)
    alive = (Status.ACTIVE, Status.SUSPENDED, Status.SCHEDULED)
    moved += _each(Q(status__in=alive, valid_until__lt=today), step=_expire, now=now)
    moved += _bind(now)
    due = Q(status=Status.SCHEDULED, valid_from__lte=today, grantee__is_active=True)
    moved += _each(due, step=_start, now=now)
    _warn(today)
    forget_old(now=now)
    return moved


def next_due(now: datetime) -> datetime:
    """Tell when to look again at the latest."""
    return now + timedelta(minutes=5)


def _each(due: Q, *, step: Callable[..., object], now: datetime) -> int:
    moved = 0
    for delegation in complete(Delegation.objects.filter(due)):
        try:
            with transaction.atomic():
                step(delegation, now=now)
        except moves.MovedError:
            continue  # another worker, or a person, was first
        moved += 1
    return moved


def _lapse(delegation: Delegation, *, now: datetime) -> None:
    moves.move(
        delegation, action="lapse", actor=None, at=now, status=Status.LAPSED, ended_at=now, end_cause="unanswered"
    )


def _expire(delegation: Delegation, *, now: datetime) -> None:
    moves.move(
        delegation, action="expire", actor=None, at=now, status=Status.EXPIRED, ended_at=now, end_cause="expired"
    )


def _start(delegation: Delegation, *, now: datetime) -> None:
    replaced = supersede(delegation, actor=None, at=now)
    moves.move(
        delegation,
        action="start",
        actor=None,
        at=now,
        status=Status.ACTIVE,
        supersedes=replaced or delegation.supersedes,
    )


def _cease_orphans(now: datetime) -> int:
    """End what lost a party without `standing` being told: a correction by hand, an old backup (BR-08)."""
    member = RegistryEntry.firms.through.objects.filter(
        registryentry_id=OuterRef("grantor_id"), firm_id=OuterRef("firm_id")
    )
    held = Delegation.objects.exclude(grantee=None)
    orphans = (
        ("grantor_standing", Delegation.objects.exclude(grantor__in=RegistryEntry.objects.filter(STANDING))),
        ("grantor_standing", Delegation.objects.filter(~Exists(member))),
        ("account_closed", held.filter(grantee__is_active=False, grantee__activated_at__isnull=False)),
    )
    moved = 0
    for cause, found in orphans:
        try:
            moved += standing.cease(found, cause=cause, at=now, actor=None)
        except moves.MovedError:
            continue
    return moved


def _end_departures(now: datetime, *, today: date) -> int:
    """End the memberships whose last day has passed, with their rights (BR-23)."""
    return _part(Membership.objects.filter(ended_at=None, leaves_on__lt=today), now=now)


def _close_firms(now: datetime) -> int:
    """End the memberships of a firm in which the registry lists nobody any more: it is closed."""
    listed = RegistryEntry.firms.through.objects.filter(firm_id=OuterRef("firm_id"))
    return _part(Membership.objects.filter(~Exists(listed), ended_at=None), now=now)


def _part(members: QuerySet[Membership], *, now: datetime) -> int:
    ended = 0
    for member in members.select_related("firm"):
        try:
            standing.member_left(member.firm, account_id=member.account_id, at=now, actor=None)
        except (moves.MovedError, ProblemError):
            continue  # another worker, or a person, was first
        ended += 1
    return ended


def _warn(today: date) -> None:
    """Write to both parties 30, 14 and 1 days before the end, unless the right is already renewed (BR-13)."""
    horizon = today + timedelta(days=max(WARNINGS))
    renewed = Delegation.objects.filter(supersedes=OuterRef("pk"), origin="renewal", status=Status.SCHEDULED)
    ending = Delegation.objects.filter(status=Status.ACTIVE, valid_until__range=(today, horizon))
    for delegation in complete(ending.exclude(Exists(renewed))):
        if delegation.valid_from is None or delegation.valid_until is None:
            continue
        due = warning_due(
            today=today,
            valid_from=delegation.valid_from,
            valid_until=delegation.valid_until,
            warned_days=delegation.warned_days,
        )
        if due is None:
            continue
        with transaction.atomic():
            mine = Delegation.objects.filter(pk=delegation.pk, warned_days=delegation.warned_days)
            if mine.update(warned_days=due):
                mails.tell(delegation, action="warn")


def _bind(now: datetime) -> int:
    invited = Delegation.objects.filter(grantee=None, status=Status.SCHEDULED)
    addresses = invited.values_list("invited_email", flat=True).distinct()
    moved = 0
    for address in list(addresses):
        owners = list(Account.objects.filter(email__iexact=address, is_active=True)[:2])
        if len(owners) == 1:
            try:
                moved += standing.account_activated(owners[0], at=now)
            except moves.MovedError:
                continue
    return moved
