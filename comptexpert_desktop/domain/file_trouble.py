"""What happened to a file of this machine, for whoever must be told."""

from __future__ import annotations

from dataclasses import dataclass

SALVAGED, UNREADABLE, LOST = "STORE_SALVAGED", "STORE_UNREADABLE", "STORE_LOST"


@dataclass(frozen=True, slots=True)
class FileTrouble:
    """A file that was put aside, was not there any more, or cannot be used."""

    code: str
    file: str
    aside: str = ""
    """The name that a damaged file was given."""
    kept: int = 0
    """Entries of the outbox that were saved."""
    lost: int = 0
    """Entries of the outbox that are known to be lost; there may be more."""

    @property
    def is_past(self) -> bool:
        """Tell whether it happened and is over: it is said until somebody has read it."""
        return self.code in (SALVAGED, UNREADABLE, LOST)

    @property
    def is_counted(self) -> bool:
        """Tell whether `kept` and `lost` say something: what a file held that nobody can read, nobody can count."""
        return self.code not in (UNREADABLE, LOST)
