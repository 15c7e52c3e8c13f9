"""What is done behind the requests: mails leave, delegations lapse and expire, old records go."""

from __future__ import annotations

import logging
import signal
import threading
import time
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import close_old_connections
from post_office.models import STATUS, Email

from comptexpert_server.accounts import address_change
from comptexpert_server.accounts.seed_rotation import reseal
from comptexpert_server.accounts.services import delete_followed, delete_unactivated
from comptexpert_server.base import cache_table, write_ahead_log
from comptexpert_server.base.clock import now
from comptexpert_server.base.set_aside import delete_each, guard
from comptexpert_server.delegations.import_parts import delete_old_parts
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.desk.services import delete_old_files, delete_old_reasons
from comptexpert_server.inbox.services import RETENTION as INBOX_RETENTION
from comptexpert_server.inbox.services import delete_old
from comptexpert_server.mail import gathering, notices
from comptexpert_server.mail.queue import JOB as MAILS
from comptexpert_server.mail.queue import Tally, send_round
from comptexpert_server.operations import clock_watch
from comptexpert_server.reviews.jobs import run_due as review
from comptexpert_server.sessions.listing import delete_old_browsers
from comptexpert_server.sessions.token_families import delete_ended
from comptexpert_server.sso import backchannel
from comptexpert_server.web.limits import delete_old_hits
from comptexpert_server.web.metrics import note_worker_turn

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable
    from datetime import datetime

logger = logging.getLogger(__name__)
PAUSE = 2.0
MAX_DOUBLINGS = 6
BETWEEN_JOBS = timedelta(seconds=15)
BETWEEN_CLEANINGS = timedelta(hours=1)
MAX_SENDING = timedelta(seconds=10)
"""How long mails leave before the other jobs are looked at again."""
MAX_RELAY_PAUSE = timedelta(minutes=1)
SENT_RETENTION = timedelta(days=3)
FAILED_RETENTION = timedelta(days=30)


def work(asked: argparse.Namespace) -> int:
    """Work until SIGTERM; `--once` does what is due and ends, `--accept-clock` believes a clock that went far ahead."""
    if asked.accept_clock:
        clock_watch.accept(now())
    if asked.once:
        return 0 if turn(Schedule()) else 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(stop=stop, pause=PAUSE)
    return 0


class Schedule:
    """When each kind of work was last done, and how the relay last answered.

    Counted from a clock that nobody sets: one that goes back would otherwise stop the work for as long.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: dict[str, float] = {}
        self.relay_failures = 0

    def is_time(self, name: str, *, every: timedelta) -> bool:
        """Tell whether it is time again, and note that it is done."""
        now, last = self._clock(), self._last.get(name)
        if last is not None and now - last < every.total_seconds():
            return False
        self._last[name] = now
        return True

    def note_relay(self, tally: Tally) -> None:
        """Say once that the relay takes nothing, and once that it does again; ask it more and more rarely."""
        if tally.is_relay_away:
            self.relay_failures += 1
            if self.relay_failures == 1:
                logger.warning("the mail relay takes nothing: mails wait")
        elif self.relay_failures and tally.sent:
            self.relay_failures = 0
            logger.info("the mail relay takes mails again")
        if tally.ended:
            logger.warning("%s mails were refused for good", tally.ended)

    @property
    def relay_pause(self) -> timedelta:
        """Return how long to leave a relay alone that takes nothing."""
        if not self.relay_failures:
            return timedelta()
        return min(timedelta(seconds=PAUSE * 2.0 ** min(self.relay_failures, MAX_DOUBLINGS)), MAX_RELAY_PAUSE)


def run(*, stop: threading.Event, pause: float) -> None:
    """Work turn after turn, whatever happens; after a turn that failed, wait longer each time."""
    schedule = Schedule()
    failures = 0
    while not stop.wait(pause * 2 ** min(failures, MAX_DOUBLINGS)):
        try:
            close_old_connections()
            turn(schedule, stop=stop)
            failures = 0
        except Exception as fault:  # noqa: BLE001 - a worker that ends leaves every firm without mails and endings
            failures += 1
            logger.warning("worker turn failed: %s", type(fault).__name__)


def turn(schedule: Schedule, *, stop: threading.Event | None = None) -> bool:
    """Do once what is due; false when a job failed as a whole."""
    moment = now()
    is_whole = True
    if schedule.is_time("jobs", every=BETWEEN_JOBS):
        is_whole = _work(moment)
    if schedule.is_time("mails", every=schedule.relay_pause):
        is_whole &= guard(MAILS, partial(_send, schedule, stop=stop), now=moment)
    if schedule.is_time("cleaning", every=BETWEEN_CLEANINGS) and clock_watch.is_believed(moment):
        is_whole &= clean(moment)
    return is_whole


def _work(moment: datetime) -> bool:
    """Do what time brings; what ends a right or a request waits while the clock is not believed."""
    is_believed = clock_watch.is_believed(moment)
    endings: tuple[tuple[str, Callable[[datetime], object]], ...] = (("delegations", run_due), ("reviews", review))
    jobs: tuple[tuple[str, Callable[[datetime], object]], ...] = (
        *(endings if is_believed else ()),
        ("notices", notices.try_again),
        ("gathering", gathering.run_due),
        ("sites", backchannel.run_due),
    )
    is_whole = _do_all([(name, partial(job, moment)) for name, job in jobs], now=moment)
    if is_believed:
        note_worker_turn()
    return is_whole and is_believed


def clean(moment: datetime) -> bool:
    """Delete what no rule asks to keep; false when some of it could not be deleted."""
    sent = Email.objects.filter(status=STATUS.sent, created__lt=moment - SENT_RETENTION)
    ended = Email.objects.filter(status=STATUS.failed, last_updated__lt=moment - FAILED_RETENTION)
    jobs: tuple[tuple[str, Callable[[], object]], ...] = (
        ("clean.cache", partial(cache_table.delete_expired, moment)),
        ("clean.limits", partial(delete_old_hits, now=moment)),
        ("clean.families", partial(delete_ended, now=moment)),
        ("clean.keys", partial(settings.OIDC_KEY.delete_retired, moment)),
        ("clean.signing", partial(settings.SIGNING_KEY.delete_retired, moment)),
        ("clean.secrets", partial(settings.KEPT_SECRET_KEY.delete_replaced, before=moment - INBOX_RETENTION)),
        ("clean.seeds", reseal),
        ("clean.files", partial(delete_old_files, now=moment)),
        ("clean.imports", partial(delete_old_parts, now=moment)),
        ("clean.inbox", partial(delete_old, now=moment)),
        ("clean.reasons", partial(delete_old_reasons, now=moment)),
        ("clean.followed", partial(delete_followed, moment)),
        ("clean.browsers", partial(delete_old_browsers, now=moment)),
        ("clean.proposals", partial(delete_unactivated, moment)),
        ("accounts.address_change", partial(address_change.run_due, moment)),
        ("clean.sessions", Session.objects.filter(expire_date__lt=moment).delete),
        ("clean.gathered", gathering.old(moment).delete),
        ("clean.sent", partial(delete_each, "clean.sent", sent, now=moment)),
        ("clean.failed", partial(delete_each, "clean.failed", ended, now=moment)),
        ("clean.log", write_ahead_log.empty),
    )
    return _do_all(jobs, now=moment)


def _do_all(jobs: Iterable[tuple[str, Callable[[], object]]], *, now: datetime) -> bool:
    """Do every job, also after one that failed as a whole; tell whether none did."""
    done = [guard(name, job, now=now) for name, job in jobs]
    return all(done)


def _send(schedule: Schedule, *, stop: threading.Event | None) -> None:
    """Send mails: all that is due when this is the only turn, else for a while."""
    until = None if stop is None else now() + MAX_SENDING
    schedule.note_relay(send_round(stop=stop, until=until))
