"""Sending what is queued: at least once, in order, by one sender at a time."""

from __future__ import annotations

import contextlib
import importlib
import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from post_office.mail import get_queued, send_queued

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

logger = logging.getLogger(__name__)
SENDERS_LOCK = 4_301_551


def send_mails() -> int:
    """Send what is queued; give how many left."""
    if not get_queued().exists():
        return 0
    total = 0
    with sender_lock() as is_mine:
        while is_mine and get_queued().exists():
            sent, failed, requeued = send_queued(processes=1, log_level=0)
            total += sent
            if failed or requeued:
                logger.warning("%s mails could not leave and will be tried again", failed + requeued)
            if not sent:
                break
    return total


@contextlib.contextmanager
def sender_lock() -> Iterator[bool]:
    """Let one sender work: over all hosts on PostgreSQL, over all processes of the host on SQLite."""
    if connection.vendor != "postgresql":
        with _file_lock(settings.ENVIRONMENT.data_dir / "mail.lock") as is_mine:
            yield is_mine
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SENDERS_LOCK])
        is_mine = bool((cursor.fetchone() or [False])[0])
        try:
            yield is_mine
        finally:
            if is_mine:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [SENDERS_LOCK])


@contextlib.contextmanager
def _file_lock(path: Path) -> Iterator[bool]:
    """Hold the lock of a file, which ends with the process; without such locks (Windows) one sender is run."""
    fcntl = _file_locks()
    if fcntl is None:
        yield True
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _file_locks() -> Any:  # noqa: ANN401 - a module that some systems lack
    try:
        return importlib.import_module("fcntl")
    except ImportError:
        return None
