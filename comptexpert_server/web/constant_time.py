"""Answers whose time tells nothing: each leaves at the next beat after its request came."""

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
class Beat:
    """A rhythm, from the moment it began (seconds of the monotonic clock) and every `interval` seconds."""

    began: float
    interval: float

    def wait(self) -> None:
        """Sleep until the next beat."""
        spent = time.monotonic() - self.began
        time.sleep(math.ceil(spent / self.interval) * self.interval - spent)


@dataclass(frozen=True)
class Held:
    """The beats that one answer still has to wait for."""

    beats: list[Beat] = field(default_factory=list)

    def wait(self) -> None:
        """Sleep until the last of them."""
        for beat in self.beats:
            beat.wait()


_HELD: ContextVar[Held | None] = ContextVar("held", default=None)


@contextlib.contextmanager
def paced(interval: float) -> Iterator[None]:
    """Hold what is done inside, or raised, until a whole number of beats (seconds) has passed; 0 holds nothing.

    The transaction must be closed inside: nobody else may wait for a lock meanwhile. Inside `answer_held` the answer is
    made at once and sent at the beat, so that what is done after this block shows in no time either.
    """
    beat = Beat(time.monotonic(), interval)
    try:
        yield
    finally:
        if interval > 0:
            held = _HELD.get()
            if held is None:
                beat.wait()
            else:
                held.beats.append(beat)


@contextlib.contextmanager
def answer_held() -> Iterator[Held]:
    """Leave the waiting of every `paced` inside to whoever sends the answer."""
    held = Held()
    token = _HELD.set(held)
    try:
        yield held
    finally:
        _HELD.reset(token)
