"""The name of a request: in its answer, in its problem document and in every line logged meanwhile."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def begin(asked: str) -> str:
    """Take the name that a proxy gave, when it is one; make one otherwise."""
    name = asked if _WELL_FORMED.fullmatch(asked) else secrets.token_hex(12)
    _current.set(name)
    return name


def end() -> None:
    """Forget it: the thread serves other people next."""
    _current.set("")


def current() -> str:
    """Give the name of the request under way; empty outside any."""
    return _current.get()


def mark(record: logging.LogRecord) -> bool:
    """Put the name in a line of the log; used as a filter."""
    record.request_id = current() or "-"
    return True
