"""How far a long piece of work is, told by one thread and looked at by another."""

from __future__ import annotations

from comptexpert_desktop.ui.tasks import new_cancellation


class GivenUp(Exception):
    """The person no longer wants what was being made."""


class Progress:
    """A number that only grows, and the wish to stop; each is one assignment, so that threads may share it."""

    def __init__(self, total: int = 0) -> None:
        self.total = total
        self.done = 0
        self._cancelled = new_cancellation()

    @property
    def is_cancelled(self) -> bool:
        """Tell whether the person gave up."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Give up; the work ends at its next step."""
        self._cancelled.set()

    def step(self, done: int) -> None:
        """Say how far the work is; raises GivenUp once nobody wants it any more."""
        self.done = done
        if self._cancelled.is_set():
            raise GivenUp
