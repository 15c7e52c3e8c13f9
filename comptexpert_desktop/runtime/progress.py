"""How far a long piece of work is, told by one thread and looked at by another."""

from __future__ import annotations

from comptexpert_desktop.runtime.tasks import new_cancellation


class GivenUp(Exception):
    """The person no longer wants what was being made."""


class Progress:
    """How much of a whole is done, and the wish to stop; each is an assignment, so that threads may share it."""

    def __init__(self) -> None:
        self._first, self._until = 0.0, 1.0
        self._total = self._done = 0
        self._cancelled = new_cancellation()

    @property
    def fraction(self) -> float:
        """How far the whole is, from 0 to 1."""
        part = self._done / self._total if self._total else 0.0
        return min(1.0, self._first + (self._until - self._first) * part)

    @property
    def is_cancelled(self) -> bool:
        """Tell whether the person gave up."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Give up; the work ends at its next step."""
        self._cancelled.set()

    def begin(self, total: int, *, until: float = 1.0) -> None:
        """Start a part of the whole, from where it is up to a share of it, in so many steps."""
        self._first, self._until = self.fraction, until
        self._total, self._done = total, 0

    def step(self, done: int) -> None:
        """Say how many steps of this part are done; raises GivenUp once nobody wants it any more."""
        self._done = done
        if self._cancelled.is_set():
            raise GivenUp
