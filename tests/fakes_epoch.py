"""The part of the fake server that can be put back to an older state, as from a backup."""

from __future__ import annotations

import copy
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_KEPT = ("delegations", "taken", "signups", "escalations", "effects", "_answers")


class RestorableFake:
    """A server whose database a backup is taken of, and put back."""

    server_epoch = "11111111-0000-4000-8000-000000000001"
    dates: Callable[[], datetime] | None = None
    """The clock of the server; without one its answers have no date."""

    asks_again_after: float | None = None
    """Seconds after which it asks for the next synchronisation."""

    def poll_after(self) -> float | None:
        return self.asks_again_after

    def epoch(self) -> str:
        return self.server_epoch

    def date(self) -> datetime | None:
        return self.dates() if self.dates is not None else None

    def backup(self) -> dict[str, Any]:
        """Copy everything that a database holds."""
        return {name: copy.deepcopy(getattr(self, name)) for name in _KEPT}

    def restore(self, kept: dict[str, Any]) -> None:
        """Put a copy back, under another epoch."""
        for name, value in copy.deepcopy(kept).items():
            setattr(self, name, value)
        self.server_epoch = str(uuid.uuid4())
