"""How many mails one person receives in a day from what others can cause, counted on who receives them.

Kinds that are not listed here are never limited: what happened to one's own account, and the mails of the server's
operators. Beyond its limit a link is not sent (the earlier ones still work), and a notice is gathered with the others
of the day into one mail; each stands in the application all the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F

from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.base.limit_keys import lock_key
from comptexpert_server.mail.models import Delivery, GatheredNotices

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

DAY = timedelta(days=1)
GATHERING = timedelta(hours=1)
"""How long the first gathered notice of a day waits for others."""


@dataclass(frozen=True, kw_only=True)
class DailyLimit:
    """At most `count` mails of these kinds to one person within 24 hours."""

    kinds: tuple[str, ...]
    count: int
    is_gathered: bool
    """Whether what is beyond it is told in one mail; else it is not sent."""


LIMITS = (
    DailyLimit(kinds=("activation", "already"), count=3, is_gathered=False),
    DailyLimit(kinds=("reset",), count=3, is_gathered=False),
    DailyLimit(kinds=("failed_check",), count=5, is_gathered=False),
    DailyLimit(kinds=("delegation",), count=5, is_gathered=True),
    DailyLimit(kinds=("cabinet",), count=4, is_gathered=True),
)
TOGETHER = frozenset({"activation", "already", "failed_check", "delegation", "cabinet"})
MAX_ALONE = 3
"""People whose mails of a day are read one by one: a query that is compiled costs a third of one that is not."""
MAX_TOGETHER = 8
"""Of these kinds together; a reset is apart, so that nobody's noise keeps an owner out."""


_RECENT = CompiledQuery(
    lambda mailbox, after, before: Delivery.objects.filter(
        mailbox=mailbox, queued_at__gt=after, queued_at__lte=before
    ).values_list("kind", flat=True),
    mailbox=str,
    after=datetime,
    before=datetime,
)
"""What a clock that was ahead dated counts for no day but its own."""


def limit_of(kind: str) -> DailyLimit | None:
    """Return the limit of a kind of mail; None for what is never limited."""
    return next((limit for limit in LIMITS if kind in limit.kinds), None)


def mailbox_of(address: str) -> str:
    """Return a digest of who reads an address: capitals and what follows a plus sign lead to the same person."""
    name, _, domain = address.strip().lower().rpartition("@")
    return hashlib.sha256(f"{name.partition('+')[0]}@{domain}".encode("utf-8", "replace")).hexdigest()


def has_room(limit: DailyLimit, *, mailbox: str, now: datetime) -> bool:
    """Tell whether one more mail may go to a person today.

    What strangers cause is counted under a lock: parallel requests cannot slip by. The writers of delegations already
    wait for each other.
    """
    if not limit.is_gathered and connection.vendor == "postgresql":
        lock_key(f"mailbox:{mailbox}")
    return is_below(limit, kinds=_RECENT.rows(mailbox=mailbox, after=now - DAY, before=now + GATHERING))


def is_below(limit: DailyLimit, *, kinds: Sequence[str]) -> bool:
    """Return whether one more mail may go to a person who had mails of these kinds within a day."""
    if sum(kind in limit.kinds for kind in kinds) >= limit.count:
        return False
    return limit.kinds[0] not in TOGETHER or sum(kind in TOGETHER for kind in kinds) < MAX_TOGETHER


def kinds_of_today(mailboxes: Collection[str], *, now: datetime) -> dict[str, list[str]]:
    """Return the kinds of the mails that each of these people had within a day: in one query, or a quick one each."""
    since, until = now - DAY, now + GATHERING
    if len(mailboxes) <= MAX_ALONE:
        return {one: _RECENT.rows(mailbox=one, after=since, before=until) for one in mailboxes}
    found: dict[str, list[str]] = {mailbox: [] for mailbox in mailboxes}
    recent = Delivery.objects.filter(mailbox__in=mailboxes, queued_at__gt=since, queued_at__lte=until)
    for mailbox, kind in recent.values_list("mailbox", "kind"):
        found[mailbox].append(kind)
    return found


def gather(recipient: str, *, now: datetime, count: int = 1) -> None:
    """Count notices that are told with the others of the day: after an hour, and once a day at most."""
    more = GatheredNotices.objects.filter(mailbox=mailbox_of(recipient), count__gt=0)
    if more.update(count=F("count") + count):  # most often: others wait already
        return
    row, _made = GatheredNotices.objects.get_or_create(
        mailbox=mailbox_of(recipient), defaults={"recipient": recipient, "due_at": now + GATHERING}
    )
    mine = GatheredNotices.objects.filter(pk=row.pk)
    if not mine.filter(count=0).update(count=count, recipient=recipient, due_at=_due(row, now=now)):
        mine.update(count=F("count") + count)


def _due(row: GatheredNotices, *, now: datetime) -> datetime:
    due = now + GATHERING
    return due if row.last_sent_at is None else max(due, row.last_sent_at + DAY)
