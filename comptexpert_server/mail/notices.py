"""Notices of a change: their mails are written in the change's own transaction, and never undo it.

A room words its notice; when that fails, whatever the reason, the change stands, the notice is set aside with what it
takes to word it again, and the worker tries it again later.
"""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from comptexpert_server.base import clock
from comptexpert_server.base.clock_doubt import has_come
from comptexpert_server.base.models import SetAside
from comptexpert_server.base.set_aside import MAX_DELAY, attempt, is_database_away, keys, put_aside
from comptexpert_server.mail.outgoing import queue, queue_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from comptexpert_server.mail.outgoing import Mail

JOB = "notice."


def tell(recipe: str, *, facts: dict[str, Any], words: Callable[[], Iterable[Mail]]) -> bool:
    """Queue the mails of a notice; what cannot be worded or queued lets the change stand and is tried again later.

    `facts` go to the function that `settings.NOTICES` names for the recipe: what it takes to word the notice again.
    Return false when a recipient has had enough mails today.
    """
    done = _all_at_once(words)
    if done is not None:
        return done
    mails: list[Mail] = []
    if not _try(recipe, partial(_fill, mails, words), facts=facts):
        return True
    roomy = [True for _ in mails]
    for place, mail in enumerate(mails):
        _try(recipe, partial(_queue_at, roomy, place, mail), facts=facts, to=mail.to)
    return all(roomy)


def tell_many(recipe: str, *, notices: Sequence[tuple[dict[str, Any], Callable[[], Iterable[Mail]]]]) -> None:
    """Queue the mails of many notices that are gathered beyond a limit; when one fails, each is told alone.

    A notice is what `tell` takes: its facts, and what words it.
    """
    try:
        with transaction.atomic():
            queue_many(mail for _facts, words in notices for mail in words())
    except Exception as fault:
        if is_database_away(fault):
            raise
        for facts, words in notices:
            tell(recipe, facts=facts, words=words)


def _all_at_once(words: Callable[[], Iterable[Mail]]) -> bool | None:
    """Word and queue every mail behind one savepoint, as nearly always works; None when it did not, and is undone."""
    try:
        with transaction.atomic():
            return queue_many(words())
    except Exception as fault:
        if is_database_away(fault):
            raise
        return None


def try_again(now: datetime) -> int:
    """Word again the notices that were set aside and whose time has come; return how many were queued."""
    due = SetAside.objects.filter(has_come("next_at", now=now, max_delay=MAX_DELAY), job__startswith=JOB)
    return sum(_try_again(key, now=now) for key in keys(due))


def _fill(mails: list[Mail], words: Callable[[], Iterable[Mail]]) -> None:
    mails.extend(words())


def _queue_at(roomy: list[bool], place: int, mail: Mail) -> None:
    roomy[place] = queue(mail)


def _try(recipe: str, step: Callable[[], None], *, facts: dict[str, Any], to: str = "") -> bool:
    """Do one step of a notice; when it fails, set the notice aside, for one recipient or for all."""
    try:
        with transaction.atomic():
            step()
    except Exception as fault:
        if is_database_away(fault):
            raise
        kept = {"facts": facts, "to": to}
        put_aside(f"{JOB}{recipe}", str(uuid.uuid4()), fault=fault, now=clock.now(), facts=kept)
        return False
    return True


def _try_again(key: str, *, now: datetime) -> bool:
    row = SetAside.objects.filter(pk=key).values("job", "row").first()
    return row is not None and attempt(row["job"], row["row"], partial(_word_again, key), now=now)


def _word_again(key: str) -> None:
    row = SetAside.objects.get(pk=key)
    words = import_string(settings.NOTICES[row.job.removeprefix(JOB)])
    for mail in words(**row.facts["facts"]):
        if row.facts["to"] in {"", mail.to}:
            queue(mail)
