"""Rows that a job cannot do are set aside and told once; the others are done, and these are tried again later.

    done = each("delegations.expire", Delegation.objects.filter(due), step=expire, now=now)

Rows are read one by one: one that cannot be read, whatever lies in it, keeps nobody else from being read.
"""

from __future__ import annotations

import logging
import traceback
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, TextField
from django.db.models.functions import Cast

from comptexpert_server.base.clock_doubt import is_waited_for
from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.base.models import SetAside

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import Model, QuerySet

logger = logging.getLogger(__name__)
WHOLE_JOB = "*"
FIRST_DELAY = timedelta(minutes=1)
MAX_DELAY = timedelta(days=1)
GROWTH = 4
MAX_ROW = 64
MAX_REASON = 160
PACKAGE = Path(__file__).resolve().parents[1]
_ASIDE = CompiledQuery(lambda job: SetAside.objects.filter(job=job).values_list("row", "next_at"), job=str)
"""Asked of every job at every look of the worker, nearly always for nothing."""


def each(
    job: str,
    found: QuerySet[Any],
    *,
    step: Callable[[Any], object],
    now: datetime,
    passed: tuple[type[Exception], ...] = (),
) -> int:
    """Do a job for each row found, in a transaction each; return how many were done.

    `passed` are the exceptions that say that somebody else was first. A step that returns False did nothing.
    """
    aside = dict(_ASIDE.rows(job=job))
    seen: set[str] = set()
    done = 0
    for key in keys(found):
        row = key[:MAX_ROW]
        seen.add(row)
        if row in aside and is_waited_for(aside[row], now=now, max_delay=MAX_DELAY):
            continue
        done += attempt(
            job,
            row,
            lambda key=key: step(found.get(pk=key)),  # type: ignore[misc]  # the loop's own key
            now=now,
            passed=(ObjectDoesNotExist, *passed),
            was_aside=row in aside,
        )
    settled = [
        row
        for row, next_at in aside.items()
        if row not in seen and row != WHOLE_JOB and not is_waited_for(next_at, now=now, max_delay=MAX_DELAY)
    ]
    if settled:
        SetAside.objects.filter(job=job, row__in=settled).delete()
    return done


def rows_aside(job: str, *, now: datetime) -> set[str]:
    """Return the rows of a job that are not to be tried yet."""
    return {row for row, next_at in _ASIDE.rows(job=job) if is_waited_for(next_at, now=now, max_delay=MAX_DELAY)}


def attempt(
    job: str,
    row: str,
    work: Callable[[], object],
    *,
    now: datetime,
    passed: tuple[type[Exception], ...] = (),
    was_aside: bool = True,
) -> bool:
    """Do one piece of work in a transaction; set it aside when it fails, and tell whether it was done."""
    try:
        with transaction.atomic():
            result = work()
            if was_aside:
                SetAside.objects.filter(job=job, row=row).delete()
    except passed:
        SetAside.objects.filter(job=job, row=row).delete()
        return False
    except Exception as fault:
        if is_database_away(fault):
            raise
        put_aside(job, row, fault=fault, now=now)
        return False
    return result is not False


def guard(job: str, work: Callable[[], object], *, now: datetime) -> bool:
    """Do a whole job; when it fails as such, tell it once and let the other jobs be done."""
    try:
        work()
    except Exception as fault:
        if is_database_away(fault):
            raise
        put_aside(job, WHOLE_JOB, fault=fault, now=now)
        return False
    SetAside.objects.filter(job=job, row=WHOLE_JOB).delete()
    return True


def put_aside(job: str, row: str, *, fault: Exception, now: datetime, facts: dict[str, Any] | None = None) -> None:
    """Set a row aside, or later again by a growing delay; only the first time is told."""
    reason = reason_of(fault)
    with transaction.atomic():
        kept, is_new = SetAside.objects.get_or_create(
            job=job,
            row=row[:MAX_ROW],
            defaults={
                "reason": reason,
                "facts": facts or {},
                "first_at": now,
                "last_at": now,
                "next_at": now + FIRST_DELAY,
            },
        )
        if not is_new:
            delay = min(FIRST_DELAY * GROWTH ** min(kept.tries, 10), MAX_DELAY)
            SetAside.objects.filter(pk=kept.pk).update(
                reason=reason, last_at=now, next_at=now + delay, tries=F("tries") + 1
            )
    if is_new:
        logger.warning("%s: %s is set aside: %s", job, row[:MAX_ROW], reason)


def reason_of(fault: Exception) -> str:
    """Name a fault and the place of ours where it was met, without its words: they may quote a row."""
    places = [
        f"{Path(frame.filename).relative_to(PACKAGE)}:{frame.lineno}"
        for frame in traceback.extract_tb(fault.__traceback__)
        if Path(frame.filename).is_relative_to(PACKAGE) and Path(frame.filename) != Path(__file__)
    ]
    return f"{type(fault).__name__} {places[-1] if places else ''}".strip()[:MAX_REASON]


def is_database_away(fault: Exception) -> bool:
    """Tell whether the database, not the row, is at fault: then everything waits, and no row is blamed."""
    if isinstance(fault, InterfaceError):
        return True
    return isinstance(fault, OperationalError) and not _is_unreadable_text(fault)


def keys(found: QuerySet[Any]) -> list[str]:
    """Return the primary keys of rows as texts, whatever they hold."""
    return list(
        found.order_by("pk").annotate(key_as_text=Cast("pk", TextField())).values_list("key_as_text", flat=True)
    )


def delete_each(job: str, found: QuerySet[Any], *, now: datetime) -> int:
    """Delete rows at once; when one cannot be deleted so, delete the others one by one."""
    try:
        with transaction.atomic():
            return found.delete()[0]
    except Exception as fault:
        if is_database_away(fault):
            raise
        return each(job, found, step=_delete, now=now)


def _delete(row: Model) -> None:
    row.delete()


def _is_unreadable_text(fault: OperationalError) -> bool:
    """SQLite names a column whose bytes are no UTF-8 as an operational error; it is the row's."""
    return connection.vendor == "sqlite" and "decode" in str(fault)
