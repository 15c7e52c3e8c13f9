"""The way of queued mails to the relay: one mail, one commit, and nobody else at the same mail meanwhile.

A worker claims a mail, hands it to the relay and marks it. Killed in between, the mail goes once more after the claim
has run out, under the Message-ID that it keeps. A relay that does not answer costs no mail a try: everything waits. A
recipient who is refused for good ends the mail, and it is told. See docs/adr/0046.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Min, Q
from post_office.models import STATUS, Email

from comptexpert_server.base import clock
from comptexpert_server.base.clock_doubt import has_come, is_doubted
from comptexpert_server.base.models import SetAside
from comptexpert_server.base.set_aside import is_database_away, keys, put_aside, rows_aside
from comptexpert_server.mail.models import Delivery, Outcome
from comptexpert_server.mail.outgoing import Kind, new_message_id
from comptexpert_server.mail.recipient_limits import mailbox_of
from comptexpert_server.mail.relay import Cause, NotHandedOverError, RelayBackend

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import datetime

    from django.core.mail import EmailMessage
    from django.db.models import QuerySet

JOB = "mails"
WAITING = (STATUS.queued, STATUS.requeued)
CLAIM_TTL = timedelta(minutes=5)
"""Longer than the longest exchange with a relay, each step of which ends after 20 seconds."""
FIRST_DELAY = timedelta(minutes=5)
MAX_DELAY = timedelta(hours=6)
MAX_AGE = timedelta(days=5)
"""How long a mail is offered again whose recipient is refused for the moment (RFC 5321: four to five days)."""


MAX_IN_A_ROW = 3
"""Broken exchanges after which the relay, not the mails, is taken to be at fault."""


class UnsendableError(Exception):
    """A row of the queue that is no mail of ours: without recipient, or to be compiled."""


@dataclass
class Tally:
    """What became of the mails of one round."""

    sent: int = 0
    ended: int = 0
    later: int = 0
    in_a_row: int = 0
    """Exchanges with the relay that failed one after the other."""
    is_relay_away: bool = False


def send_mails(
    *,
    now: Callable[[], datetime] = clock.now,
    stop: threading.Event | None = None,
    until: datetime | None = None,
) -> int:
    """Send what is due, stopping between two mails at `stop` or `until`; return how many left."""
    return send_round(now=now, stop=stop, until=until).sent


def send_round(
    *,
    now: Callable[[], datetime] = clock.now,
    stop: threading.Event | None = None,
    until: datetime | None = None,
) -> Tally:
    """Send what is due; return what became of it."""
    tally = Tally()
    if not is_doubted(now()):  # else a link may still open what the clock calls past
        end_past_use(now())
    aside = rows_aside(JOB, now=now())
    found = [key for key in keys(due(now())) if key not in aside]
    if not found:
        return tally
    relay = RelayBackend()
    try:
        for key in found:
            if tally.is_relay_away or (stop is not None and stop.is_set()) or (until is not None and now() >= until):
                break
            _send_one(int(key), relay=relay, now=now, tally=tally)
    finally:
        relay.close()
    return tally


def due(now: datetime) -> QuerySet[Email]:
    """Return the mails that may leave now."""
    found: QuerySet[Email] = waiting().filter(
        Q(scheduled_time=None) | has_come("scheduled_time", now=now, max_delay=MAX_DELAY),
        Q(delivery=None)
        | Q(delivery__claimed_until=None)
        | has_come("delivery__claimed_until", now=now, max_delay=CLAIM_TTL),
    )
    return found


def waiting() -> QuerySet[Email]:
    """Return the mails that are still to leave."""
    found: QuerySet[Email] = Email.objects.filter(status__in=WAITING)
    return found


def failed() -> QuerySet[Email]:
    """Return the mails that ended without leaving, but those whose use had passed."""
    ended: QuerySet[Email] = Email.objects.exclude(status__in=(STATUS.sent, *WAITING))
    return ended.exclude(delivery__outcome=Outcome.PAST_USE)


def was_refused(address: str, *, kinds: tuple[Kind, ...], since: datetime) -> bool:
    """Tell whether the last mail of these kinds to a person was refused for good."""
    mails = Delivery.objects.filter(mailbox=mailbox_of(address), kind__in=kinds, queued_at__gte=since)
    last = mails.order_by("-queued_at").first()
    return last is not None and last.outcome in {Outcome.REFUSED, Outcome.GIVEN_UP}


def age_of_oldest(now: datetime) -> float:
    """Return the age, in seconds, of the oldest mail that has not left: it waits, or it failed."""
    dates = [found.aggregate(oldest=Min("created"))["oldest"] for found in (waiting(), failed())]
    return max(((now - oldest).total_seconds() for oldest in dates if oldest), default=0.0)


def end_past_use(now: datetime) -> int:
    """End the mails whose link no longer opens anything; return their number."""
    past = Delivery.objects.filter(useful_until__lte=now, email__status__in=WAITING)
    ids = list(past.values_list("pk", flat=True))
    return sum(_end(key, outcome=Outcome.PAST_USE, fault="", now=now) for key in ids)


def queue_again(emails: QuerySet[Email], *, now: datetime) -> int:
    """Queue mails that ended without leaving once more; return their number."""
    ids = list(emails.exclude(status__in=(STATUS.sent, *WAITING)).values_list("pk", flat=True))
    with transaction.atomic():
        SetAside.objects.filter(job=JOB, row__in=[str(key) for key in ids]).delete()
        Delivery.objects.filter(pk__in=ids).update(
            outcome=Outcome.WAITING, fault="", ended_at=None, claimed_until=None, first_refused_at=None
        )
        queued: int = Email.objects.filter(pk__in=ids).update(
            status=STATUS.queued, scheduled_time=None, number_of_retries=None, last_updated=now
        )
    return queued


def _send_one(key: int, *, relay: RelayBackend, now: Callable[[], datetime], tally: Tally) -> None:
    if not _claim(key, now=now()):
        return  # another worker was first
    try:
        relay.hand_over(_message(key))
    except NotHandedOverError as refusal:
        _not_taken(key, refusal=refusal, now=now(), tally=tally)
    except Exception as fault:
        if is_database_away(fault):
            raise
        _release(key)
        put_aside(JOB, str(key), fault=fault, now=now())
        tally.later += 1
    else:
        _end(key, outcome=Outcome.SENT, fault="", now=now())
        tally.sent += 1
        tally.in_a_row = 0


def _claim(key: int, *, now: datetime) -> bool:
    """Take a mail for this worker alone; false when another has it, or when it left.

    Every condition is on the row that is written: PostgreSQL reads that row anew once another worker has let it go, but
    would judge a second table by what it held before.
    """
    is_free = Q(claimed_until=None) | has_come("claimed_until", now=now, max_delay=CLAIM_TTL)
    mine = Delivery.objects.filter(is_free, pk=key, outcome=Outcome.WAITING)
    if mine.update(claimed_until=now + CLAIM_TTL):
        return True
    if Delivery.objects.filter(pk=key).exists():
        return False
    to = Email.objects.filter(pk=key).values_list("to", flat=True).first() or [""]
    _row, made = Delivery.objects.get_or_create(
        email_id=key,
        defaults={
            "kind": Kind.OTHER,
            "recipient": to[0],
            "mailbox": mailbox_of(to[0]),
            "claimed_until": now + CLAIM_TTL,
        },
    )
    return made


def _message(key: int) -> EmailMessage:
    """Build a mail; it keeps the Message-ID that it was queued with."""
    email = Email.objects.get(pk=key)
    if email.template_id is not None or not email.to:
        raise UnsendableError
    if not email.message_id:
        email.message_id = new_message_id()
        Email.objects.filter(pk=key).update(message_id=email.message_id)
    message: EmailMessage = email.prepare_email_message()
    return message


def _not_taken(key: int, *, refusal: NotHandedOverError, now: datetime, tally: Tally) -> None:
    if refusal.cause is Cause.REFUSED:
        tally.ended += _end(key, outcome=Outcome.REFUSED, fault=refusal.fault, now=now)
        return
    tally.later += 1
    if refusal.cause is Cause.AWAY:
        tally.is_relay_away = True
        _release(key, fault=refusal.fault)
        return
    if refusal.cause is Cause.BROKEN:
        tally.in_a_row += 1
        tally.is_relay_away = tally.in_a_row >= MAX_IN_A_ROW
        _release(key, fault=refusal.fault, until=now + FIRST_DELAY)
        return
    Delivery.objects.filter(pk=key, first_refused_at=None).update(first_refused_at=now)
    is_old = Delivery.objects.filter(pk=key, first_refused_at__lte=now - MAX_AGE).exists()
    if is_old and not is_doubted(now):
        tally.ended += _end(key, outcome=Outcome.GIVEN_UP, fault=refusal.fault, now=now)
        return
    tries = Email.objects.filter(pk=key).values_list("number_of_retries", flat=True).first() or 0
    delay = min(FIRST_DELAY * 2 ** min(tries, 10), MAX_DELAY)
    _release(key, fault=refusal.fault, until=now + delay)
    Email.objects.filter(pk=key).update(number_of_retries=tries + 1)


def _release(key: int, *, fault: str = "", until: datetime | None = None) -> None:
    """Let a mail go later, by any worker."""
    with transaction.atomic():
        if until is not None:
            Email.objects.filter(pk=key).update(status=STATUS.requeued, scheduled_time=until)
        Delivery.objects.filter(pk=key).update(claimed_until=None, fault=fault)


def _end(key: int, *, outcome: Outcome, fault: str, now: datetime) -> int:
    status = STATUS.sent if outcome is Outcome.SENT else STATUS.failed
    with transaction.atomic():
        ended: int = Email.objects.filter(pk=key).update(status=status, last_updated=now)
        Delivery.objects.filter(pk=key).update(outcome=outcome, fault=fault, ended_at=now, claimed_until=None)
        SetAside.objects.filter(job=JOB, row=str(key)).delete()
    return ended


def delete_mails(about: str) -> None:
    """Delete the mails that belong to what is erased, whatever became of them."""
    Email.objects.filter(delivery__about=about).delete()
