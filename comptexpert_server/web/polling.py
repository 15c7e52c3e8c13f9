"""How often clients are asked to synchronise: every minute, and more rarely while requests wait to be worked on.

Each process measures for itself. What a person does is sent at once all the same: this is for those who only ask.
"""

from __future__ import annotations

from typing import Final

POLL_SECONDS: Final = 60
MAX_POLL_SECONDS: Final = 600
WAIT_THAT_DOUBLES: Final = 0.02
"""Seconds that requests wait on average when clients are asked to come half as often."""
SHARE: Final = 0.05
"""How much one request counts in the average of those before."""


class Pace:
    """The average wait of the last requests, and what follows from it."""

    def __init__(self) -> None:
        self._average = 0.0

    def note(self, wait: float) -> None:
        """Count how many seconds a request waited; one that was refused counts as its whole wait."""
        self._average += SHARE * (wait - self._average)

    def seconds(self) -> int:
        """Return after how many seconds a client is to ask again."""
        return min(MAX_POLL_SECONDS, round(POLL_SECONDS * (1 + self._average / WAIT_THAT_DOUBLES)))


pace: Final = Pace()
"""Of this process."""
