"""The delegations as the server last told them; only its answers change this table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import (
    Action,
    DelegationPage,
    DelegationRow,
    PendingIntent,
    Role,
    Status,
)
from comptexpert_desktop.domain.documents import read_delegation, write_delegation
from comptexpert_desktop.domain.names import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from comptexpert_desktop.domain.delegation import Delegation, DelegationQuery
    from comptexpert_desktop.store.private import PrivateFile

_RANKS = {
    Status.PENDING: 0,
    Status.PENDING_SECOND: 1,
    Status.ACTIVE: 2,
    Status.SCHEDULED: 2,
    Status.SUSPENDED: 3,
}
_LAST_RANK = 9

_ORDERS = {
    "priority": "coalesce(intent_status, '') = 'needs_you' DESC, rank ASC, requested_at DESC",
    "person": "person {way}",
    "service": "service {way}, person",
    "status": "rank {way}, status {way}",
    "valid_until": "valid_until {way}",
    "requested_at": "requested_at {way}",
}

_FILTER = (
    "role = :role AND (:text = '' OR instr(haystack, :text) > 0)"
    " AND (:statuses = '[]' OR status IN (SELECT value FROM json_each(:statuses)))"
)


def keep(file: PrivateFile, *, delegations: Iterable[Delegation]) -> None:
    """Lay what the server told over what was known; an older version never replaces a newer one."""
    for delegation in delegations:
        known = find(file, delegation_id=delegation.id)
        if known is not None and known.delegation.version > delegation.version:
            continue
        file.database.execute(
            "INSERT OR REPLACE INTO delegation (id, role, status, rank, person, service, valid_until,"
            " requested_at, haystack, document) VALUES (:id, :role, :status, :rank, :person, :service,"
            " :valid_until, :requested_at, :haystack, :document)",
            _columns(delegation, account=file.account),
        )


def forget(file: PrivateFile, *, delegation_ids: Iterable[str]) -> None:
    """Remove what the server no longer shows to this account."""
    for delegation_id in delegation_ids:
        file.database.execute("DELETE FROM delegation WHERE id = :id", {"id": delegation_id})


def forget_all(file: PrivateFile) -> None:
    """Remove everything."""
    file.database.execute("DELETE FROM delegation")


def page(file: PrivateFile, *, query: DelegationQuery, limit: int, offset: int) -> DelegationPage:
    """Read a stretch of the review table."""
    parameters: dict[str, object] = {
        "role": query.role.value,
        "text": " ".join(fold(query.text)),
        "statuses": json.dumps(sorted(status.value for status in query.statuses)),
        "limit": limit,
        "offset": offset,
    }
    order = _ORDERS.get(query.sort, _ORDERS["priority"]).format(way="DESC" if query.descending else "ASC")
    total = file.database.one(f"SELECT count(*) AS n FROM delegation WHERE {_FILTER}", parameters)  # noqa: S608
    rows = file.database.rows(
        f"SELECT * FROM delegation_row WHERE {_FILTER} ORDER BY {order}, id LIMIT :limit OFFSET :offset",  # noqa: S608
        parameters,
    )
    return DelegationPage(total=total["n"] if total else 0, rows=tuple(_row(row) for row in rows))


def find(file: PrivateFile, *, delegation_id: str) -> DelegationRow | None:
    """Read one line."""
    row = file.database.one("SELECT * FROM delegation_row WHERE id = :id", {"id": delegation_id})
    return None if row is None else _row(row)


def _columns(delegation: Delegation, *, account: str) -> dict[str, object]:
    role = Role.GRANTEE if delegation.grantee.account_id == account else Role.GRANTOR
    other = delegation.grantor if role is Role.GRANTEE else delegation.grantee
    words = (
        f"{delegation.grantee.display_name} {delegation.grantor.display_name} {delegation.grantee.login_id}"
        f" {delegation.firm.name} {delegation.firm.siren} {delegation.service} {' '.join(delegation.rights)}"
    )
    return {
        "id": delegation.id,
        "role": role.value,
        "status": delegation.status.value,
        "rank": _RANKS.get(delegation.status, _LAST_RANK),
        "person": " ".join(fold(f"{other.surname} {other.given_name}")),
        "service": delegation.service,
        "valid_until": delegation.valid_until.isoformat() if delegation.valid_until else "",
        "requested_at": delegation.requested_at.isoformat(),
        "haystack": " ".join(fold(words)),
        "document": json.dumps(write_delegation(delegation), ensure_ascii=False),
    }


def _row(row: sqlite3.Row) -> DelegationRow:
    intent = None
    if row["intent_id"] is not None:
        intent = PendingIntent(
            outbox_id=row["intent_id"],
            action=Action(row["intent_kind"]),
            status=row["intent_status"],
            code=row["intent_code"],
        )
    return DelegationRow(delegation=read_delegation(json.loads(row["document"])), role=Role(row["role"]), intent=intent)
