"""Notices of one private file: names are sealed, what the count needs stays readable."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.documents import read_delegation
from comptexpert_desktop.domain.notice import MAX_KEPT, About, Kind, Notice
from comptexpert_desktop.domain.timestamps import from_text, to_text
from comptexpert_desktop.errors import SealBroken, VaultError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.store.account_file import PrivateFile

_SEALED = "notice"
_AT_ONCE = 500


def add(file: PrivateFile, *, notices: Iterable[Notice], is_shown: bool) -> int:
    """Keep notices that are not kept yet; returns how many. Raises a VaultError when they cannot be sealed."""
    added = 0
    for one in notices:
        added += file.database.execute(
            "INSERT INTO notice (id, kind, at, delegation_id, is_read, is_shown, sealed)"
            " VALUES (:id, :kind, :at, :delegation_id, :is_read, :is_shown, :sealed) ON CONFLICT (id) DO NOTHING",
            {
                "id": one.id,
                "kind": one.kind.value,
                "at": to_text(one.at),
                "delegation_id": one.delegation_id,
                "is_read": one.is_read,
                "is_shown": is_shown,
                "sealed": file.seal(asdict(one.about), kind=_SEALED, name=one.id),
            },
        )
    if added:
        file.database.execute(
            "DELETE FROM notice WHERE id NOT IN (SELECT id FROM notice ORDER BY at DESC, id LIMIT :most)",
            {"most": MAX_KEPT},
        )
    return added


def every(file: PrivateFile) -> list[Notice]:
    """Read the notices, the newest first; none that cannot be opened now."""
    rows = file.database.rows("SELECT * FROM notice ORDER BY at DESC, id")
    return [notice for row in rows if (notice := _read(file, row)) is not None]


def count_unread(file: PrivateFile) -> int:
    """Count what was not read; answers too while the vault is locked."""
    row = file.database.one("SELECT count(*) AS many FROM notice WHERE is_read = 0")
    return 0 if row is None else int(row["many"])


def mark_read(file: PrivateFile, *, ids: Sequence[str] | None = None) -> int:
    """Mark notices read, or all; returns how many were not."""
    if ids is None:
        return file.database.execute("UPDATE notice SET is_read = 1, is_shown = 1 WHERE is_read = 0")
    return sum(
        file.database.execute("UPDATE notice SET is_read = 1, is_shown = 1 WHERE id = :id AND is_read = 0", {"id": one})
        for one in ids
    )


def take_unshown(file: PrivateFile) -> list[Kind]:
    """Give the kinds of what the desktop has not said and nobody has read, and note that it is said now."""
    rows = file.database.rows("SELECT kind FROM notice WHERE is_shown = 0 AND is_read = 0 ORDER BY at, id")
    kinds = [Kind(row["kind"]) for row in rows]
    if kinds:
        file.database.execute("UPDATE notice SET is_shown = 1 WHERE is_shown = 0")
    return kinds


def delete_all(file: PrivateFile) -> None:
    """Forget every notice."""
    file.database.execute("DELETE FROM notice")


def known(file: PrivateFile, *, delegation_ids: Sequence[str]) -> dict[str, Delegation]:
    """Read the delegations of these ids as this machine knows them."""
    found: dict[str, Delegation] = {}
    for start in range(0, len(delegation_ids), _AT_ONCE):
        part = delegation_ids[start : start + _AT_ONCE]
        names = {f"id{number}": one for number, one in enumerate(part)}
        marks = ", ".join(f":{name}" for name in names)
        found |= {one.id: one for one in _delegations(file, f"delegation.id IN ({marks})", names)}
    return found


def ending(file: PrivateFile, *, first: date, last: date) -> list[Delegation]:
    """Read the active delegations that end between two days, but those whose renewal is granted."""
    days = {"first": first.isoformat(), "last": last.isoformat()}
    found = list(
        _delegations(file, "delegation.status = 'ACTIVE' AND delegation.valid_until BETWEEN :first AND :last", days)
    )
    if not found:
        return []
    renewed = {one.supersedes for one in _delegations(file, "delegation.status = 'SCHEDULED'", {})}
    return [one for one in found if one.id not in renewed]


def _delegations(file: PrivateFile, where: str, values: dict[str, str]) -> Iterator[Delegation]:
    rows = file.database.rows(
        "SELECT document FROM delegation JOIN delegation_document"  # noqa: S608  (conditions written above)
        f" ON delegation_document.number = delegation.number WHERE {where}",
        values,
    )
    return (read_delegation(json.loads(row["document"])) for row in rows)


def _read(file: PrivateFile, row: sqlite3.Row) -> Notice | None:
    try:
        about = file.unseal(row["sealed"], kind=_SEALED, name=row["id"])
        return Notice(
            id=str(row["id"]),
            kind=Kind(row["kind"]),
            at=from_text(row["at"]),
            about=About(**{**about, "rights": tuple(about["rights"])}),
            delegation_id=str(row["delegation_id"]),
            is_read=bool(row["is_read"]),
        )
    except (VaultError, SealBroken, KeyError, TypeError, ValueError):
        return None
