"""Is the clock further ahead than anything explains? What is asked where a request would end something for good.

The worker notes how far the clock was believed (`operations/clock_watch.py`). A clock that is put right again leaves
moments behind that lie years ahead: a claim, a next attempt, a counted try. None of them is waited for.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from comptexpert_server.base.models import ClockWatch

if TYPE_CHECKING:
    from datetime import datetime

MAX_JUMP = timedelta(hours=6)
"""How far the clock may go ahead of what is known."""


def is_doubted(moment: datetime) -> bool:
    """Return whether the clock is too far ahead of the last reading that a worker believed; never where none worked."""
    known = ClockWatch.objects.filter(id=1).values_list("known", flat=True).first()
    return known is not None and moment - known > MAX_JUMP


def has_come(name: str, *, now: datetime, max_delay: timedelta) -> Q:
    """Ask for the rows whose moment is not waited for: it has come, or a clock set it years ahead."""
    return Q(**{f"{name}__lte": now}) | Q(**{f"{name}__gt": now + 2 * max_delay})


def is_waited_for(at: datetime, *, now: datetime, max_delay: timedelta) -> bool:
    """Return whether a moment still lies ahead, and no further than such a one is ever set."""
    return now < at <= now + 2 * max_delay
