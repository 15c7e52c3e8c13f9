"""What is done behind the requests: mails leave, delegations lapse and expire, old records go."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import Error, close_old_connections
from post_office.models import STATUS, Email

from comptexpert_server.config.clock import now
from comptexpert_server.config.limits import forget_old_hits
from comptexpert_server.config.metrics import note_worker_turn
from comptexpert_server.config.sending import send_mails
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.desk.services import forget_old_files
from comptexpert_server.reviews.jobs import run_due as review
from comptexpert_server.sso.families import forget_ended

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

logger = logging.getLogger(__name__)
PAUSE = 2.0
LONGEST_DOUBLING = 6
BETWEEN_JOBS = timedelta(seconds=15)
BETWEEN_CLEANINGS = timedelta(hours=1)
MAILS_KEPT = timedelta(days=3)


def work(asked: argparse.Namespace) -> int:
    """Work until SIGTERM; `--once` does what is due and ends."""
    if asked.once:
        turn(Rhythm())
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(stop=stop, pause=PAUSE)
    return 0


class Rhythm:
    """When each kind of work was last done."""

    def __init__(self) -> None:
        self._last: dict[str, datetime] = {}

    def is_time(self, name: str, *, every: timedelta, now: datetime) -> bool:
        """Tell whether it is time again, and note that it is done."""
        last = self._last.get(name)
        if last is not None and now - last < every:
            return False
        self._last[name] = now
        return True


def run(*, stop: threading.Event, pause: float) -> None:
    """Work turn after turn; while the database is away, try again after a longer pause each time."""
    rhythm = Rhythm()
    failures = 0
    while not stop.wait(pause * 2 ** min(failures, LONGEST_DOUBLING)):
        try:
            turn(rhythm)
            failures = 0
        except Error as fault:
            failures += 1
            logger.warning("worker turn failed: %s", type(fault).__name__)


def turn(rhythm: Rhythm) -> None:
    """Do once what is due."""
    close_old_connections()
    moment = now()
    if rhythm.is_time("jobs", every=BETWEEN_JOBS, now=moment):
        run_due(moment)
        review(moment)
        note_worker_turn()
    send_mails()
    if rhythm.is_time("cleaning", every=BETWEEN_CLEANINGS, now=moment):
        clean(moment)


def clean(moment: datetime) -> None:
    """Delete what no rule asks to keep."""
    forget_old_hits(now=moment)
    forget_ended(now=moment)
    settings.OIDC_KEY.forget_retired(moment)
    forget_old_files(now=moment)
    Session.objects.filter(expire_date__lt=moment).delete()
    Email.objects.filter(status=STATUS.sent, created__lt=moment - MAILS_KEPT).delete()
