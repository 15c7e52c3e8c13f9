"""Is the clock to be believed? What ends and what deletes cannot be taken back when it is not.

A virtual machine that wakes up, or a battery that is flat, moves the clock by days. Each turn of the worker is compared
with what is known to have been: the turns before, and the lines of the register that follow them. A server that was off
for a night or a holiday is put right by the first act of somebody. A clock that is further ahead than such a pause
explains is not believed, and nothing ends and nothing is deleted: the same clock dates the register, so that one more
line proves nothing by itself. It has to have stood for as long as a jump is.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Max

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.clock_doubt import MAX_JUMP
from comptexpert_server.base.models import ClockWatch

if TYPE_CHECKING:
    from datetime import datetime

MAX_PAUSE = timedelta(days=45)
"""For how long a server may have been off, so that the first line of its register says what day it is."""

logger = logging.getLogger(__name__)


def is_believed(moment: datetime) -> bool:
    """Return whether the clock agrees with what is known; say once that it does not, and once that it does again."""
    watch = ClockWatch.objects.filter(id=1).first()
    known = watch.known if watch is not None else None
    if known is None or moment - known > MAX_JUMP:  # the register is read only when the worker was away
        known = _followed(known, until=moment)
    was_held = watch is not None and watch.held_at is not None
    if known is not None and moment - known > MAX_JUMP and not _has_stood(watch, moment=moment):
        _hold(watch, known=known, moment=moment)
        return False
    accept(moment if known is None else max(moment, known))
    if was_held:
        logger.info("the clock is believed again: rights end and records go")
    return True


def accept(moment: datetime) -> None:
    """Believe the clock from now on."""
    ClockWatch.objects.update_or_create(id=1, defaults={"known": moment, "held_at": None, "seen_at": None})


def _hold(watch: ClockWatch | None, *, known: datetime, moment: datetime) -> None:
    """Note a reading that is not believed; the first of each jump is told."""
    if watch is not None and watch.held_at is not None and _goes_on(watch, moment=moment):
        ClockWatch.objects.filter(id=1).update(known=known, seen_at=moment)
        return
    ClockWatch.objects.update_or_create(id=1, defaults={"known": known, "held_at": moment, "seen_at": moment})
    ahead = (moment - known) / timedelta(hours=1)
    logger.error("the clock is %.0f hours ahead of all that is known: nothing ends, nothing is deleted", ahead)


def _has_stood(watch: ClockWatch | None, *, moment: datetime) -> bool:
    """Return whether the clock has gone on by itself since it was first doubted, and somebody acted under it."""
    if watch is None or watch.held_at is None or not _goes_on(watch, moment=moment):
        return False
    is_long = moment - watch.held_at >= MAX_JUMP
    return is_long and AuditEvent.objects.filter(at__range=(watch.held_at, moment)).exists()


def _goes_on(watch: ClockWatch, *, moment: datetime) -> bool:
    """Return whether a reading follows the last one that was doubted, and is no jump of its own."""
    return watch.seen_at is not None and timedelta() <= moment - watch.seen_at <= MAX_JUMP


def _followed(known: datetime | None, *, until: datetime) -> datetime | None:
    """Follow the lines of the register from what is known, as long as no gap is longer than a pause."""
    if known is None:
        return _last_line(until=until)
    while (later := _last_line(since=known, until=min(until, known + MAX_PAUSE))) is not None and later > known:
        known = later
    return known


def _last_line(*, until: datetime, since: datetime | None = None) -> datetime | None:
    found = AuditEvent.objects.filter(at__lte=until)
    if since is not None:
        found = found.filter(at__gte=since)
    last: datetime | None = found.aggregate(last=Max("at"))["last"]
    return last
