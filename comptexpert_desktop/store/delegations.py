"""The delegations as the server last told them; only its answers change this table."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.delegation import (
    Action,
    DelegationPage,
    DelegationRow,
    PendingIntent,
    Role,
    Status,
)
from comptexpert_desktop.domain.documents import read_delegation, read_party
from comptexpert_desktop.domain.name_search import fold
from comptexpert_desktop.domain.timestamps import optional_date

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from comptexpert_desktop.domain.delegation import Delegation, DelegationQuery, Firm, Party
    from comptexpert_desktop.store.account_file import PrivateFile

_RANKS = {
    Status.PENDING: 0,
    Status.PENDING_SECOND: 1,
    Status.ACTIVE: 2,
    Status.SCHEDULED: 2,
    Status.SUSPENDED: 3,
}
_LAST_RANK = 9
_ALL = 1_000_000_000

_PRIORITY = "rank, requested_at DESC, status, number"
_ORDERS = {
    "person": "person {way}, rank, status, number",
    "service": "service {way}, person, rank, status, number",
    "firm": "firm {way}, person, rank, status, number",
    "status": "rank {way}, status {way}, number",
    "valid_until": "valid_until {way}, rank, status, number",
    "requested_at": "requested_at {way}, rank, status, number",
}
"""Each begins as an index does: without words to look for, a page is read in order and never sorted."""

_NATURAL = (
    (frozenset({Status.PENDING, Status.PENDING_SECOND}), _ORDERS["requested_at"].format(way="ASC")),
    (frozenset({Status.ACTIVE, Status.SCHEDULED, Status.SUSPENDED}), _ORDERS["valid_until"].format(way="ASC")),
)
"""What comes first among requests and among live rights: what ends soonest if nobody does anything."""

MAX_WORDS = 8
"""Words looked for at once; more would only say the same again."""

_COLUMNS = (
    "version",
    "role",
    "status",
    "rank",
    "person",
    "service",
    "firm",
    "valid_until",
    "requested_at",
    "haystack",
)
_KEEP = (
    f"INSERT INTO delegation (id, {', '.join(_COLUMNS)})"  # noqa: S608 - names of columns, written above
    f" VALUES (:id, {', '.join(f':{column}' for column in _COLUMNS)})"
    f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{column} = excluded.{column}' for column in _COLUMNS)}"
    " WHERE excluded.version >= delegation.version RETURNING number"
)


def keep(file: PrivateFile, *, delegations: Iterable[Delegation]) -> None:
    """Lay what the server told over what was known; an older version never replaces a newer one."""
    for delegation in delegations:
        for row in file.database.rows(_KEEP, _columns(delegation, account=file.account)):
            file.database.execute(
                "INSERT INTO delegation_document (number, document) VALUES (:number, :document)"
                " ON CONFLICT (number) DO UPDATE SET document = excluded.document",
                {
                    "number": row["number"],
                    "document": json.dumps(codec.write(delegation), ensure_ascii=False),
                },
            )


def delete(file: PrivateFile, *, delegation_ids: Iterable[str]) -> None:
    """Remove what the server no longer shows to this account."""
    for delegation_id in delegation_ids:
        file.database.execute("DELETE FROM delegation WHERE id = :id", {"id": delegation_id})


def delete_all(file: PrivateFile) -> None:
    """Remove everything."""
    file.database.execute("DELETE FROM delegation_document")
    file.database.execute("DELETE FROM delegation")


def page(file: PrivateFile, *, query: DelegationQuery, limit: int, offset: int) -> DelegationPage:
    """Read a stretch of the review table: which lines first, then their documents."""
    found = _lines(file, query=query, limit=limit, offset=offset)
    total = count(file, query=query) if found.total is None else found.total
    return DelegationPage(total=total, rows=_read(file, found.numbers))


def count(file: PrivateFile, *, query: DelegationQuery) -> int:
    """Count the lines of a query."""
    where, parameters = _where(query)
    row = file.database.one(f"SELECT count(*) AS many FROM {where}", parameters)  # noqa: S608 - built here, bound values
    return int(row["many"]) if row else 0


def count_by_status(file: PrivateFile, *, query: DelegationQuery) -> dict[Status, int]:
    """Count what a query finds in each state, whatever the states that it names."""
    where, parameters = _where(replace(query, statuses=frozenset()))
    rows = file.database.rows(
        f"SELECT status, count(*) AS many FROM {where} GROUP BY rank, status",  # noqa: S608 - built here, bound values
        parameters,
    )
    return {Status(row["status"]): int(row["many"]) for row in rows}


def stretch(file: PrivateFile, *, query: DelegationQuery, limit: int, offset: int) -> tuple[DelegationRow, ...]:
    """Read a stretch of the review table without counting the whole."""
    return _read(file, _lines(file, query=query, limit=limit, offset=offset).numbers)


def numbers(file: PrivateFile, *, query: DelegationQuery) -> tuple[int, ...]:
    """Name every line of a query, in its order: what `lines` reads, whatever changes meanwhile."""
    return tuple(_lines(file, query=query, limit=_ALL, offset=0).numbers)


def lines(file: PrivateFile, *, numbers: Sequence[int]) -> tuple[DelegationRow, ...]:
    """Read these lines, in this order; one that is gone is left out."""
    return _read(file, list(numbers))


class _Lines(NamedTuple):
    """Numbers of lines in their order, and how many the whole has when that came with them."""

    numbers: list[int]
    total: int | None


def _lines(file: PrivateFile, *, query: DelegationQuery, limit: int, offset: int) -> _Lines:
    if query.sort in _ORDERS:
        order = _ORDERS[query.sort].format(way="DESC" if query.descending else "ASC")
        return _select(file, query=query, order=order, limit=limit, offset=offset)
    # What needs the person comes before everything: a handful, found through the outbox.
    waiting = _needs_you(file)
    natural = next((order for states, order in _NATURAL if query.statuses and query.statuses <= states), _PRIORITY)
    first = _select(file, query=query, order=natural, limit=-1, offset=0, among=waiting).numbers if waiting else []
    taken = first[offset : offset + limit]
    others = _select(
        file,
        query=query,
        order=natural,
        limit=limit - len(taken),
        offset=max(0, offset - len(first)),
        but=first,
    )
    return _Lines(taken + others.numbers, None if others.total is None else others.total + len(first))


def _select(
    file: PrivateFile,
    *,
    query: DelegationQuery,
    order: str,
    limit: int,
    offset: int,
    among: list[int] | None = None,
    but: list[int] | None = None,
) -> _Lines:
    if limit == 0:
        return _Lines([], None)
    where, parameters = _where(query)
    if among is not None:
        where += " AND number IN (SELECT value FROM json_each(:among))"
    if but:
        where += " AND number NOT IN (SELECT value FROM json_each(:but))"
    parameters |= {"limit": limit, "offset": offset, "among": json.dumps(among), "but": json.dumps(but)}
    sql = f"SELECT number FROM {where} ORDER BY {order} LIMIT :limit OFFSET :offset"  # noqa: S608 - built here, bound values
    if not _is_scan(query):
        return _Lines([row["number"] for row in file.database.rows(sql, parameters)], None)
    # One scan gives both the stretch and the count of the whole.
    columns = ", ".join(sorted({"number", *re.findall("[a-z_]+", order)}))
    sql = (
        f"WITH found AS MATERIALIZED (SELECT {columns} FROM {where})"  # noqa: S608 - built here, bound values
        f" SELECT number, (SELECT count(*) FROM found) AS many FROM found ORDER BY {order} LIMIT :limit OFFSET :offset"
    )
    rows = file.database.rows(sql, parameters)
    return _Lines([row["number"] for row in rows], rows[0]["many"] if rows else None)


def _needs_you(file: PrivateFile) -> list[int]:
    rows = file.database.rows(
        "SELECT number FROM outbox JOIN delegation ON delegation.id = outbox.delegation_id"
        " WHERE outbox.status = 'needs_you'"
    )
    return [row["number"] for row in rows]


def _where(query: DelegationQuery) -> tuple[str, dict[str, object]]:
    """Write what follows FROM; words are looked for in the whole table, where an index would only lead back to it.

    Folded words hold letters and digits alone: none is a wildcard of LIKE, which is faster than instr.
    """
    words = fold(query.text)[:MAX_WORDS]
    parameters: dict[str, object] = {"role": query.role.value}
    found = f"delegation{' NOT INDEXED' if _is_scan(query) else ''} WHERE role = :role"
    meanings = dict(query.also)
    for number, word in enumerate(words):
        named = [f"haystack LIKE :word{number}"]
        parameters[f"word{number}"] = f"%{word}%"
        for place, (service, right) in enumerate(meanings.get(word, ())):
            key = f"{number}x{place}"
            named.append(f"(service = :service{key} AND {_HAS_RIGHT.format(key=key)})")
            parameters |= {f"service{key}": service, f"right{key}": _as_word(right)}
        found += f" AND ({' OR '.join(named)})"
    if query.statuses:
        found += " AND status IN (SELECT value FROM json_each(:statuses))"
        parameters["statuses"] = json.dumps(sorted(status.value for status in query.statuses))
    if query.firm is not None:
        # The SIREN tells two firms of one name apart.
        found += " AND firm = :firm AND haystack LIKE :siren"
        parameters |= {"firm": " ".join(fold(query.firm.name)), "siren": f"%{query.firm.siren}%"}
    if query.ids:
        found += " AND id IN (SELECT value FROM json_each(:ids))"
        parameters["ids"] = json.dumps(sorted(query.ids))
    if query.service:
        found += " AND service = :service"
        parameters["service"] = query.service
    if query.right:
        found += f" AND {_HAS_RIGHT.format(key='')}"
        parameters["right"] = _as_word(query.right)
    if query.effect:
        found += (
            " AND status = 'ACTIVE' AND number IN (SELECT number FROM delegation_document"
            " WHERE json_extract(document, '$.effective') = :is_effective)"
        )
        parameters["is_effective"] = int(query.effect == "effective")
    return found + _ends(query, parameters), parameters


def _ends(query: DelegationQuery, parameters: dict[str, object]) -> str:
    """Write the condition on the last day, and add what it is bound to."""
    found = ""
    if query.ends_from is not None:
        found += " AND valid_until >= :ends_from"
        parameters["ends_from"] = query.ends_from.isoformat()
    if query.ends_by is not None:
        found += f" AND valid_until <> '' AND valid_until <= :ends_by AND {_GOES_ON_NO_FURTHER}"
        parameters["ends_by"] = query.ends_by.isoformat()
    return found


_RENEWALS = (
    "SELECT json_extract(document, '$.supersedes') AS old, valid_until FROM delegation"
    " JOIN delegation_document USING (number)"
    " WHERE role IN ('grantor', 'grantee') AND rank = 2 AND status = 'SCHEDULED'"
)
_GOES_ON_NO_FURTHER = (
    f"id NOT IN (SELECT old FROM ({_RENEWALS}) WHERE old <> '')"  # noqa: S608 - built here
    " AND id NOT IN (SELECT delegation_id FROM outbox WHERE kind = 'renew' AND status <> 'sent')"
)
"""What was renewed, here or on the server, does not end: it leaves the list of what ends."""
_HAS_RIGHT = "' ' || haystack || ' ' LIKE :right{key}"


def _as_word(code: str) -> str:
    """Write a code as it stands among the words of a line, to be matched whole; any line when it is empty."""
    return f"% {' '.join(fold(code))} %" if code else "%"


def _is_scan(query: DelegationQuery) -> bool:
    """Tell whether the whole table is looked through: for words, or a firm that holds half of it."""
    return bool(fold(query.text)) or query.firm is not None or bool(query.right) or bool(query.effect)


def _read(file: PrivateFile, numbers: list[int]) -> tuple[DelegationRow, ...]:
    rows = file.database.rows(
        "SELECT * FROM delegation_row WHERE number IN (SELECT value FROM json_each(:numbers))",
        {"numbers": json.dumps(numbers)},
    )
    renewals = {row["old"]: row["valid_until"] for row in file.database.rows(_RENEWALS)} if rows else {}
    found = {row["number"]: _row(row, renewed_until=renewals.get(row["id"], "")) for row in rows}
    return tuple(found[number] for number in numbers if number in found)


def find(file: PrivateFile, *, delegation_id: str) -> DelegationRow | None:
    """Read one line."""
    row = file.database.one("SELECT * FROM delegation_row WHERE id = :id", {"id": delegation_id})
    return None if row is None else _row(row)


def grantors(file: PrivateFile, *, firm: Firm) -> tuple[Party, ...]:
    """List those whom the delegations of a firm name as grantors."""
    rows = file.database.rows(
        "SELECT DISTINCT json_extract(document, '$.grantor') AS grantor FROM delegation"
        " JOIN delegation_document USING (number)"
        " WHERE role = 'grantor' AND firm = :name AND json_extract(document, '$.firm.id') = :id",
        {"name": " ".join(fold(firm.name)), "id": firm.id},
    )
    return tuple(read_party(json.loads(row["grantor"])) for row in rows)


def _columns(delegation: Delegation, *, account: str) -> dict[str, object]:
    role = Role.GRANTEE if delegation.grantee.account_id == account else Role.GRANTOR
    other = delegation.grantor if role is Role.GRANTEE else delegation.grantee
    words = (
        f"{delegation.grantee.display_name} {delegation.grantor.display_name} {delegation.grantee.login_id}"
        f" {delegation.firm.name} {delegation.firm.siren} {delegation.service} {' '.join(delegation.rights)}"
        f" {delegation.reason}"
    )
    return {
        "id": delegation.id,
        "version": delegation.version,
        "role": role.value,
        "status": delegation.status.value,
        "rank": _RANKS.get(delegation.status, _LAST_RANK),
        "person": " ".join(fold(f"{other.surname} {other.given_name}")),
        "service": delegation.service,
        "firm": " ".join(fold(delegation.firm.name)),
        "valid_until": delegation.valid_until.isoformat() if delegation.valid_until else "",
        "requested_at": delegation.requested_at.isoformat(),
        "haystack": " ".join(fold(words)),
    }


def _row(row: sqlite3.Row, *, renewed_until: str = "") -> DelegationRow:
    intent = None
    if row["intent_id"] is not None:
        intent = PendingIntent(
            outbox_id=row["intent_id"],
            action=Action(row["intent_kind"]),
            status=row["intent_status"],
            code=row["intent_code"],
        )
    return DelegationRow(
        delegation=read_delegation(json.loads(row["document"])),
        role=Role(row["role"]),
        intent=intent,
        renewed_until=optional_date(renewed_until),
    )
