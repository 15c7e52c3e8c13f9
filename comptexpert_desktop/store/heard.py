"""What this process last heard of the server: reached or not, when it was asked, and what its clock shows."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.file_trouble import FileTrouble

_MAX_DRIFT = 60.0
"""Seconds that the clock may go otherwise than a clock that nobody sets."""


def since_start() -> float:
    """Return the seconds of a clock that nobody sets, and that goes on while the machine sleeps."""
    if sys.platform == "linux":
        seconds = time.clock_gettime(time.CLOCK_BOOTTIME)
    elif sys.platform == "darwin":
        seconds = time.clock_gettime(time.CLOCK_MONOTONIC)
    else:
        seconds = time.monotonic()
    return seconds


class Heard:
    """Lost with the process, on purpose: a new one asks again."""

    def __init__(self) -> None:
        self.network_code: str | None = None
        """Why the last turn reached nobody; empty when it did, None before the first."""
        self.network_data: dict[str, object] = {}
        """What else is known of it: the host, the proxy, the certificate's issuer."""
        self.server_ahead: timedelta | None = None
        """How far the server's clock is ahead of this machine's; None before any answer."""
        self.snapshot_checked_at: datetime | None = None
        """When a newer snapshot was last asked for."""
        self.poll_after: float | None = None
        """In how many seconds after a turn the server asks for the next one that only asks; None when it never said."""
        self.me_asked_at: datetime | None = None
        """When the server last said who the account is."""
        self.snapshot_refusal = ""
        """Why the last snapshot that the server gave was put aside; empty when it was taken."""
        self.count = since_start
        """Time as nobody sets it, in seconds from anywhere."""
        self.unkept: FileTrouble | None = None
        """The file that kept the last turn from renewing the session: what is of the account waits."""
        self._silence: tuple[timedelta, float, str] | None = None
        """For how long nobody had answered at a count, and since which answer; None before this process counted."""
        self._at: tuple[datetime, float] | None = None

    def note_server_time(self, server_time: datetime, *, now: datetime) -> None:
        """Note what the clock of the server shows now."""
        self.server_ahead, self._at = server_time - now, (now, time.monotonic())

    def note_silence(self, silence: timedelta, *, since: str) -> None:
        """Note for how long nobody has answered now, since which answer."""
        self._silence = (silence, self.count(), since)

    def silent_for(self, since: str) -> timedelta | None:
        """Return for how long nobody has answered since an answer, as this process counted; None when it did not."""
        if self._silence is None or self._silence[2] != since:
            return None
        before, at, _ = self._silence
        return before + timedelta(seconds=max(0.0, self.count() - at))

    def server_time(self, now: datetime) -> datetime | None:
        """Return what the clock of the server shows now; None before any answer, and once this one was set since.

        A machine that slept is like one whose clock was set: the server is heard again before anything is decided.
        """
        if self.server_ahead is None or self._at is None:
            return None
        then, count = self._at
        has_drifted = abs((now - then).total_seconds() - (time.monotonic() - count)) > _MAX_DRIFT
        return None if has_drifted else now + self.server_ahead
