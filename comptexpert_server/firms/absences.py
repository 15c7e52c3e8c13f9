"""Absences: a peer covers a grantor who is away, from their own word or 48 hours after asking (BR-24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from comptexpert_server.audit.services import record
from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.base.set_aside import each
from comptexpert_server.firms import absence_mails, absence_rules
from comptexpert_server.firms.absence_rules import AbsenceAction, AbsenceRole
from comptexpert_server.firms.letters import address_of
from comptexpert_server.firms.models import Absence, AbsenceStatus
from comptexpert_server.firms.selectors import STANDING, grantors_of, may_grant
from comptexpert_server.registry.models import Firm, RegistryEntry
from comptexpert_server.web.problems import ProblemError, invalid, not_found

if TYPE_CHECKING:
    from comptexpert_server.accounts.models import Account

OPEN = (AbsenceStatus.WAITING, AbsenceStatus.ACTIVE)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """From when, until when and why somebody is away."""

    starts_on: date | None
    """None is as soon as it may begin."""
    ends_on: date
    reason: str


def ask(firm: Firm, *, account: Account, absent: UUID, planned: Planned, at: datetime) -> Absence:
    """Ask to cover a peer: the cover starts on its first day, after the wait at least, unless somebody objects."""
    entry = _grantor(firm, entry_id=absent, member="absent")
    if not address_of(entry):
        raise invalid(absent="NO_ADDRESS")  # nobody is replaced without being told
    return _open(
        Absence(
            firm=firm,
            absent=entry,
            cover=_own_entry(account),
            reason=planned.reason,
            asked_at=at,
            starts_at=_start(planned, at=at, earliest=at + absence_rules.WAIT),
            ends_on=planned.ends_on,
            status=AbsenceStatus.WAITING,
        ),
        actor=account,
        event="asked",
    )


def name(firm: Firm, *, account: Account, cover: UUID, planned: Planned, at: datetime) -> Absence:
    """Name the peer who decides in one's own place, from now on or from the first day of the absence (BR-34)."""
    entry = _grantor(firm, entry_id=cover, member="cover")
    stand_in = getattr(entry, "account", None)
    if stand_in is None or not may_grant(stand_in):
        raise invalid(cover="NO_ACCOUNT")
    start = _start(planned, at=at, earliest=at)
    return _open(
        Absence(
            firm=firm,
            absent=_own_entry(account),
            cover=entry,
            reason=planned.reason,
            asked_at=at,
            starts_at=start,
            ends_on=planned.ends_on,
            status=AbsenceStatus.WAITING if start > at else AbsenceStatus.ACTIVE,
            is_named=True,
        ),
        actor=account,
        event="named",
    )


def stop(firm: Firm, *, absence_id: UUID, action: AbsenceAction, account: Account, at: datetime) -> Absence:
    """Object to a cover that waits, or end one; 404, 403 or 409 when that may not be."""
    found = _complete(firm.absences.filter(pk=absence_id)).first()
    if found is None:
        raise not_found()
    refusal = absence_rules.why_not(action, status=AbsenceStatus(found.status), roles=_roles(account, absence=found))
    if refusal is not None:
        raise ProblemError(refusal.status, refusal.code, detail="This absence cannot be stopped so.")
    was_waiting = found.status == AbsenceStatus.WAITING
    is_objection = action is AbsenceAction.OBJECT
    event = "objected" if is_objection else "withdrawn" if was_waiting else "ended"
    status = AbsenceStatus.OBJECTED if is_objection else AbsenceStatus.ENDED
    if not _move(found, status=status, event=event, actor=account.pk, at=at):
        raise ProblemError(HTTPStatus.CONFLICT, "ABSENCE_WRONG_STATUS", detail="It changed meanwhile.")
    return found


_COVERED_NOW = CompiledQuery(
    lambda cover, day: (
        Absence.objects.filter(cover=cover, status=AbsenceStatus.ACTIVE, ends_on__gte=day)
        .select_related("absent")
        .order_by("ends_on", "pk")
    ),
    cover=UUID,
    day=date,
)


def covered_now(account: Account, *, today: date) -> list[Absence]:
    """List the absences that an account covers now, the nearest end first."""
    return _COVERED_NOW.rows(cover=account.entry_id, day=today) if may_grant(account) else []


def covers_of(firm_id: UUID, *, absent: UUID, today: date) -> list[RegistryEntry]:
    """List who decides now in the place of a grantor of a firm who is away."""
    active = Absence.objects.filter(firm=firm_id, absent=absent, status=AbsenceStatus.ACTIVE, ends_on__gte=today)
    return [one.cover for one in active.select_related("cover__account")]


def run_due(now: datetime) -> int:
    """Start and end what is due; give the number of moves."""
    today = timezone.localdate(now)
    over = Absence.objects.filter(status__in=OPEN, ends_on__lt=today)
    due = Absence.objects.filter(status=AbsenceStatus.WAITING, starts_at__lte=now)
    return (
        _each_due("orphans", orphans(Absence.objects.all()), status=AbsenceStatus.ENDED, event="standing", now=now)
        + _each_due("ended", over, status=AbsenceStatus.ENDED, event="ended", now=now)
        + _each_due("started", due, status=AbsenceStatus.ACTIVE, event="started", now=now)
    )


def orphans(among: QuerySet[Absence]) -> QuerySet[Absence]:
    """Return the open ones where either party no longer grants for the firm, or the cover no longer has an account."""
    linked = RegistryEntry.firms.through.objects.filter(firm_id=OuterRef("firm_id"))
    standing = RegistryEntry.objects.filter(STANDING).values("pk")
    sound = Q(
        Exists(linked.filter(registryentry_id=OuterRef("absent_id"))),
        Exists(linked.filter(registryentry_id=OuterRef("cover_id"))),
        absent__in=standing,
        cover__in=standing,
        cover__account__is_active=True,
    ) & ~Q(absent__account__is_active=False, absent__account__activated_at__isnull=False)
    return among.filter(status__in=OPEN).exclude(pk__in=Absence.objects.filter(sound).values("pk"))


def end_orphans(among: QuerySet[Absence], *, at: datetime, actor: UUID | None = None) -> int:
    """End the open ones that lost a party, all or none."""
    return sum(
        _move(absence, status=AbsenceStatus.ENDED, event="standing", actor=actor, at=at)
        for absence in _complete(orphans(among))
    )


def about(entry: RegistryEntry) -> QuerySet[Absence]:
    """Give the open absences of which a person of the registry is a party."""
    return Absence.objects.filter(Q(absent=entry) | Q(cover=entry), status__in=OPEN)


def _start(planned: Planned, *, at: datetime, earliest: datetime) -> datetime:
    """Return when a cover begins: at the first minute of its first day, and not before `earliest`."""
    if code := absence_rules.wrong_start(planned.starts_on, today=timezone.localdate(at)):
        raise invalid(starts_on=code)
    if planned.starts_on is None:
        return earliest
    return max(earliest, timezone.make_aware(datetime.combine(planned.starts_on, time())))


def _open(absence: Absence, *, actor: Account, event: str) -> Absence:
    if absence.absent.pk == absence.cover.pk:
        raise invalid(**{"cover" if event == "named" else "absent": "SELF"})
    if len(absence.reason) < absence_rules.MIN_REASON:
        raise invalid(reason="TOO_SHORT")
    if code := absence_rules.wrong_end(starts_on=timezone.localdate(absence.starts_at), ends_on=absence.ends_on):
        raise invalid(ends_on=code)
    try:
        with transaction.atomic():
            absence.save(force_insert=True)
    except IntegrityError:
        raise ProblemError(
            HTTPStatus.CONFLICT, "ABSENCE_DUPLICATE", detail="This absence is already covered."
        ) from None
    _tell(absence, event=event, actor=actor.pk, at=absence.asked_at)
    return absence


def _move(absence: Absence, *, status: AbsenceStatus, event: str, actor: UUID | None, at: datetime) -> bool:
    """Move an absence as it was seen; false when somebody else moved it first."""
    ended_at = None if status == AbsenceStatus.ACTIVE else at
    with transaction.atomic():
        moved = Absence.objects.filter(pk=absence.pk, status=absence.status).update(status=status, ended_at=ended_at)
        if not moved:
            return False
        absence.status, absence.ended_at = status, ended_at
        _tell(absence, event=event, actor=actor, at=at)
    return True


def _tell(absence: Absence, *, event: str, actor: UUID | None, at: datetime) -> None:
    record(
        firm_id=absence.firm_id,
        at=at,
        actor=actor,
        action=f"absence.{event}",
        object_id=str(absence.pk),
        data={
            "absent": str(absence.absent_id),
            "cover": str(absence.cover_id),
            "starts_on": timezone.localdate(absence.starts_at).isoformat(),
            "ends_on": absence.ends_on.isoformat(),
            "to": str(absence.status),
        },
    )
    absence_mails.tell(absence, event=event, actor=actor)


def _each_due(job: str, found: QuerySet[Absence], *, status: AbsenceStatus, event: str, now: datetime) -> int:
    """Move each absence by itself; one that cannot be is set aside."""

    def move(absence: Absence) -> bool:
        return _move(absence, status=status, event=event, actor=None, at=now)

    return each(f"absences.{job}", _complete(found), step=move, now=now)


def _complete(found: QuerySet[Absence]) -> QuerySet[Absence]:
    return found.select_related("firm", "absent__account", "cover__account")


def _grantor(firm: Firm, *, entry_id: UUID, member: str) -> RegistryEntry:
    entry = grantors_of(firm).select_related("account").filter(pk=entry_id).first()
    if entry is None:
        raise invalid(**{member: "NOT_A_GRANTOR"})
    return entry


def _own_entry(account: Account) -> RegistryEntry:
    if account.entry is None:
        raise not_found()
    return account.entry


def _roles(account: Account, *, absence: Absence) -> set[AbsenceRole]:
    if account.entry_id == absence.absent_id:
        return {AbsenceRole.ABSENT}
    return {AbsenceRole.COVER if account.entry_id == absence.cover_id else AbsenceRole.PEER}
