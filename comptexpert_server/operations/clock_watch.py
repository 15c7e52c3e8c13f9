"""Is the clock to be believed? What ends and what deletes cannot be taken back when it is not.

A virtual machine that wakes up, or a battery that is flat, moves the clock by days. Each turn of the worker is compared
with what is known to have been: the turns before, and the last line of the register. A clock that is further ahead than
a pause explains is not believed: nothing ends and nothing is deleted until something else agrees with it.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Max

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.models import ClockWatch

if TYPE_CHECKING:
    from datetime import datetime

logger = logging.getLogger(__name__)

MAX_JUMP = timedelta(hours=6)
"""How far the clock may go ahead of what is known. A server that was off for longer is put right by the first line of
its register, or by whoever runs it."""


def is_believed(moment: datetime) -> bool:
    """Return whether the clock agrees with what is known; say once that it does not, and once that it does again."""
    watch = ClockWatch.objects.filter(id=1).first()
    known = watch.known if watch is not None else None
    if known is None or moment - known > MAX_JUMP:  # the register is read only when the worker was away
        known = max((one for one in (known, _last_line()) if one is not None), default=None)
    was_held = watch is not None and watch.held_at is not None
    if known is not None and moment - known > MAX_JUMP:
        if not was_held:
            ClockWatch.objects.update_or_create(id=1, defaults={"known": known, "held_at": moment})
            ahead = (moment - known) / timedelta(hours=1)
            logger.error("the clock is %.0f hours ahead of all that is known: nothing ends, nothing is deleted", ahead)
        return False
    accept(moment if known is None else max(moment, known))
    if was_held:
        logger.info("the clock is believed again: rights end and records go")
    return True


def accept(moment: datetime) -> None:
    """Believe the clock from now on."""
    ClockWatch.objects.update_or_create(id=1, defaults={"known": moment, "held_at": None})


def _last_line() -> datetime | None:
    last: datetime | None = AuditEvent.objects.aggregate(last=Max("at"))["last"]
    return last
