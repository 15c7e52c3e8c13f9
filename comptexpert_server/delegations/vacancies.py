"""What happens to a firm in which nobody is left who may grant: found, told, stood in for, over (BR-35).

A stand-in is linked to the firm as the registry links its own people, until a day: every rule about who grants holds
for them without an exception, and what they granted ends with the link.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from comptexpert_server.audit.services import record
from comptexpert_server.base.set_aside import each
from comptexpert_server.delegations import eligibility, transitions
from comptexpert_server.firms import vacancy_mails
from comptexpert_server.firms.models import Vacancy
from comptexpert_server.firms.vacancies import (
    MAX_DAYS,
    has_own_grantor,
    open_vacancies,
    open_vacancy,
    without_grantor,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from comptexpert_server.registry.models import Firm, RegistryEntry


def run_due(now: datetime) -> int:
    """Open and close vacancies, and end the stand-ins whose last day has passed; return the number of moves."""
    today = timezone.localdate(now)
    new = without_grantor().exclude(vacancies__in=open_vacancies())
    late = open_vacancies().filter(ends_on__lt=today)

    def begin(firm: Firm) -> bool:
        return _open(firm, at=now)

    def over(vacancy: Vacancy) -> bool:
        return has_own_grantor(vacancy.firm) and _close(vacancy, at=now)

    def stop(vacancy: Vacancy) -> bool:
        return stop_stand_in(vacancy, actor=None, at=now)

    return (
        each("vacancies.over", open_vacancies(), step=over, now=now)
        + each("vacancies.stand_in", late, step=stop, now=now)
        + each("vacancies.new", new, step=begin, now=now)
    )


def name_stand_in(firm: Firm, *, entry: RegistryEntry, ends_on: date, actor: UUID, at: datetime) -> Vacancy | None:
    """Let somebody grant for a firm in the meantime, 30 days at most; None when the firm has no vacancy any more.

    Raise ValueError when the day lies outside of these 30 days.
    """
    today = timezone.localdate(at)
    if not today <= ends_on <= today + timedelta(days=MAX_DAYS):
        raise ValueError("A stand-in has 30 days at most.")
    with transaction.atomic():
        transitions.lock_writer()
        vacancy = open_vacancy(firm)
        if vacancy is None or has_own_grantor(firm):
            return None
        if vacancy.stand_in is not None:
            stop_stand_in(vacancy, actor=actor, at=at)
        entry.firms.add(firm)
        Vacancy.objects.filter(pk=vacancy.pk).update(stand_in=entry, ends_on=ends_on)
        vacancy.stand_in, vacancy.ends_on = entry, ends_on
        _record(vacancy, act="stand_in_named", actor=actor, at=at, stand_in=entry)
        vacancy_mails.tell(vacancy, event=vacancy_mails.NAMED, stand_in=entry)
    return vacancy


def stop_stand_in(vacancy: Vacancy, *, actor: UUID | None, at: datetime) -> bool:
    """End a stand-in, with all that they granted for the firm; false when there is none."""
    with transaction.atomic():
        transitions.lock_writer()
        entry = vacancy.stand_in
        mine = Vacancy.objects.filter(pk=vacancy.pk, stand_in=entry)
        if entry is None or not mine.update(stand_in=None, ends_on=None):
            return False
        _unlink(vacancy.firm, entry=entry, actor=actor, at=at)
        _record(vacancy, act="stand_in_ended", actor=actor, at=at, stand_in=entry)
        vacancy_mails.tell(vacancy, event=vacancy_mails.STOPPED, stand_in=entry)
        vacancy.stand_in, vacancy.ends_on = None, None
    return True


def _open(firm: Firm, *, at: datetime) -> bool:
    with transaction.atomic():
        transitions.lock_writer()
        vacancy, made = Vacancy.objects.get_or_create(firm=firm, ended_at=None, defaults={"since": at})
        if made:
            _record(vacancy, act="orphaned", actor=None, at=at, stand_in=None)
            vacancy_mails.tell(vacancy, event=vacancy_mails.OPENED)
    return made


def _close(vacancy: Vacancy, *, at: datetime) -> bool:
    """End a vacancy: somebody of the firm itself may grant again."""
    with transaction.atomic():
        transitions.lock_writer()
        entry = vacancy.stand_in
        if not Vacancy.objects.filter(pk=vacancy.pk, ended_at=None).update(ended_at=at):
            return False
        if entry is not None:
            _unlink(vacancy.firm, entry=entry, actor=None, at=at)
        _record(vacancy, act="recovered", actor=None, at=at, stand_in=entry)
        vacancy_mails.tell(vacancy, event=vacancy_mails.ENDED, stand_in=entry)
    return True


def _unlink(firm: Firm, *, entry: RegistryEntry, actor: UUID | None, at: datetime) -> None:
    entry.firms.remove(firm)
    eligibility.entry_changed(entry, at=at, actor=actor)


def _record(vacancy: Vacancy, *, act: str, actor: UUID | None, at: datetime, stand_in: RegistryEntry | None) -> None:
    data: dict[str, object] = {}
    if stand_in is not None:
        data["stand_in"] = str(stand_in.pk)
    if vacancy.ends_on is not None:
        data["on"] = vacancy.ends_on.isoformat()
    record(firm_id=vacancy.firm_id, at=at, actor=actor, action=f"firm.{act}", object_id=str(vacancy.firm_id), data=data)
