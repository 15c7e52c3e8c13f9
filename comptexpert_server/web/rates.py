"""How often one caller may use an operation: counted in the memory of each worker, so that it costs no query.

These rates spare the server a flood; with several workers they are as many times higher. What must not be guessed,
copied or sent too often has a limit of its own in the database (`limits.py`).
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.conf import settings
from ninja.errors import Throttled
from ninja.throttling import BaseThrottle

from comptexpert_server.web.limits import address_of

if TYPE_CHECKING:
    from django.http import HttpRequest

MAX_CALLERS = 20_000
"""Callers remembered for each operation; who was seen longest ago is forgotten first."""


class By(StrEnum):
    """Who is counted."""

    ACCOUNT = "account"
    ADDRESS = "address"
    """Everybody of a cabinet together: it must do for 500 people."""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """At most `calls` at once, and as many each minute."""

    calls: int
    by: By


READ = Rate(calls=600, by=By.ACCOUNT)
WRITE = Rate(calls=300, by=By.ACCOUNT)
"""What waited in an outbox for a week leaves in one go."""
BULK = Rate(calls=30, by=By.ACCOUNT)
"""Each call holds many writes, or reads a file."""
PUBLIC_READ = Rate(calls=1_200, by=By.ADDRESS)
TYPEAHEAD = Rate(calls=3_000, by=By.ADDRESS)
"""A call a key: 50 people who type at the same moment."""
SNAPSHOT = Rate(calls=240, by=By.ADDRESS)
PUBLIC_WRITE = Rate(calls=300, by=By.ADDRESS)


class Throttle(BaseThrottle):
    """A bucket a caller: each call takes a token, and tokens come back evenly."""

    def __init__(self, rate: Rate) -> None:
        super().__init__()
        self.rate = rate
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()
        self._waits = threading.local()

    def allow_request(self, request: HttpRequest) -> bool:
        """Take a token of the caller, if there is one."""
        if self.rate.by is By.ADDRESS and not settings.ADDRESS_LIMITS:
            return True
        wait = self._take(self._caller(request), at=time.monotonic())
        self._waits.seconds = wait
        return wait == 0

    def charge(self, request: HttpRequest, *, tokens: int) -> None:
        """Take more tokens of a caller whose call holds as many; raises Throttled when they are not there."""
        wait = self._take(self._caller(request), at=time.monotonic(), tokens=tokens) if tokens else 0
        if wait:
            raise Throttled(wait=math.ceil(wait + 60 / self.rate.calls))  # with the token of the call itself

    def wait(self) -> float:
        """Return the seconds until the caller that was refused last by this thread has a token."""
        return float(self._waits.seconds)

    def clear(self) -> None:
        """Forget every caller."""
        with self._lock:
            self._buckets.clear()

    def _caller(self, request: HttpRequest) -> str:
        return address_of(request) if self.rate.by is By.ADDRESS else str(request.user.pk)

    def _take(self, caller: str, *, at: float, tokens: int = 1) -> float:
        full, each = float(self.rate.calls), 60 / self.rate.calls
        with self._lock:
            left, seen = self._buckets.pop(caller, (full, at))
            left = min(full, left + (at - seen) / each)
            self._buckets[caller] = (left - tokens if left >= tokens else left, at)
            if len(self._buckets) > MAX_CALLERS:
                self._buckets.popitem(last=False)
        return 0 if left >= tokens else max(1, math.ceil((tokens - left) * each))
