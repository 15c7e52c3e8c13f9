"""A file with the Conseil régional: what only a council can mend, asked for, followed, and mended (BR-22)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.codec import document
from comptexpert_desktop.domain.documents import read_document
from comptexpert_desktop.domain.registry import RegionalCouncil

if TYPE_CHECKING:
    from collections.abc import Mapping

CAUSES = frozenset({"REG_NO_EMAIL", "REG_DOB_MISMATCH"})
"""The two refusals that open a file."""

REMINDER_AFTER = timedelta(days=14)
"""Without an answer for so long, writing to the council again is offered."""


class FileStatus(StrEnum):
    """Where a file stands."""

    ASKED = "asked"
    """Kept here, not yet known to the server."""
    OPEN = "open"
    CORRECTED = "corrected"
    CLOSED = "closed"
    UNTRACKED = "untracked"
    """The server follows no file: the person writes, and sends the request again when the council has answered."""


FOLLOWED = frozenset({FileStatus.ASKED, FileStatus.OPEN})
"""What the next turn of synchronisation asks about."""


@document
@dataclass(frozen=True, slots=True)
class Escalation:
    """One file, as this machine keeps it, sealed beside the request that was refused."""

    key: str
    """The idempotency key of its opening."""
    code: str
    opened_at: datetime
    status: FileStatus = FileStatus.ASKED
    id: str = ""
    reference: str = ""
    """What to quote to the council."""
    claim: str = field(default="", repr=False)
    registration_number: str = ""
    council: RegionalCouncil | None = None
    answer: str = ""
    """What the council said when it corrected nothing."""


def is_reminder_due(file: Escalation, *, now: datetime) -> bool:
    """Tell whether the council has been silent for long."""
    waits = file.status in {FileStatus.OPEN, FileStatus.UNTRACKED}
    return waits and now - file.opened_at >= REMINDER_AFTER


def read_escalation(found: Mapping[str, Any]) -> Escalation:
    """Read a file from its document."""
    return read_document(Escalation, found)
