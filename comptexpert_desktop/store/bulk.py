"""Decisions taken in one gesture: a group of outbox rows that one can count, and give up together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.outbox import OutboxStatus

if TYPE_CHECKING:
    from comptexpert_desktop.store.account_file import PrivateFile

PREFIX = "bulk/"


def progress(file: PrivateFile, *, group: str) -> dict[OutboxStatus, int]:
    """Count the rows of a group by where they stand."""
    rows = file.database.rows(
        "SELECT status, count(*) AS many FROM outbox WHERE about = :group GROUP BY status", {"group": group}
    )
    return {OutboxStatus(row["status"]): int(row["many"]) for row in rows}


def latest_unfinished(file: PrivateFile) -> str:
    """Name the group, begun last, of which something still has to leave; empty when there is none."""
    row = file.database.one(
        "SELECT about FROM outbox WHERE about LIKE 'bulk/%' AND status IN ('queued', 'sending', 'unknown')"
        " ORDER BY created_at DESC LIMIT 1"
    )
    return "" if row is None else str(row["about"])


def give_up(file: PrivateFile, *, group: str) -> int:
    """Forget what of a group has not left this machine; returns how many."""
    many = file.database.execute(
        "DELETE FROM outbox WHERE about = :group AND status = 'queued' AND attempts = 0", {"group": group}
    )
    file.database.purge_deleted()
    return many
