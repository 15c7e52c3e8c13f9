"""Answers whose time tells nothing: each leaves a whole number of intervals after its request came."""

from __future__ import annotations

import contextlib
import math
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Interval:
    """A wait of so many seconds, again and again, from the moment it began (seconds of the monotonic clock)."""

    began: float
    seconds: float

    def wait(self) -> None:
        """Sleep until a whole number of intervals has passed."""
        spent = time.monotonic() - self.began
        time.sleep(math.ceil(spent / self.seconds) * self.seconds - spent)


@dataclass(frozen=True)
class Held:
    """The intervals that one answer still has to wait for."""

    intervals: list[Interval] = field(default_factory=list)

    def wait(self) -> None:
        """Sleep until the last of them."""
        for interval in self.intervals:
            interval.wait()


_HELD: ContextVar[Held | None] = ContextVar("held", default=None)


@contextlib.contextmanager
def paced(interval: float) -> Iterator[None]:
    """Hold what is done inside, or raised, until a whole number of intervals (seconds) has passed; 0 holds nothing.

    The transaction must be closed inside: nobody else may wait for a lock meanwhile. Inside `answer_held` the answer is
    made at once and sent at its end, so that what is done after this block shows in no time either.
    """
    running = Interval(time.monotonic(), interval)
    try:
        yield
    finally:
        if interval > 0:
            held = _HELD.get()
            if held is None:
                running.wait()
            else:
                held.intervals.append(running)


@contextlib.contextmanager
def answer_held() -> Iterator[Held]:
    """Leave the waiting of every `paced` inside to whoever sends the answer."""
    held = Held()
    token = _HELD.set(held)
    try:
        yield held
    finally:
        _HELD.reset(token)
