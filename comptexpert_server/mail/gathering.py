"""The mail that stands for the notices of a day beyond the limit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from comptexpert_server.base.clock_doubt import has_come
from comptexpert_server.base.set_aside import each
from comptexpert_server.mail.models import GatheredNotices
from comptexpert_server.mail.outgoing import Kind, Mail, queue, render

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

SUBJECT = "Comptexpert\u00a0: autres changements"
RETENTION = timedelta(days=2)
MAX_WAIT = timedelta(days=1)
"""How long a gathered mail waits at most (`recipient_limits`)."""


def run_due(now: datetime) -> int:
    """Queue the mail of each person whose notices were gathered; return their number."""

    def send(notices: GatheredNotices) -> bool:
        mine = GatheredNotices.objects.filter(pk=notices.pk, count=notices.count, due_at=notices.due_at)
        if not mine.update(count=0, last_sent_at=now):
            return False  # another worker was first, or one more notice came
        text = render("gathered", count=notices.count)
        return queue(Mail(kind=Kind.GATHERED, to=notices.recipient, subject=SUBJECT, text=text))

    due = GatheredNotices.objects.filter(has_come("due_at", now=now, max_delay=MAX_WAIT), count__gt=0)
    return each("mails.gathered", due, step=send, now=now)


def old(now: datetime) -> QuerySet[GatheredNotices]:
    """Return what no limit asks to keep."""
    return GatheredNotices.objects.filter(count=0, last_sent_at__lt=now - RETENTION)
