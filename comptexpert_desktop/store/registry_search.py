"""The queries of the search by name and number: two range scans a keystroke, whose plain tuples are people."""

from __future__ import annotations

import json
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.name_search import LAST, prefixes, typo_prefixes
from comptexpert_desktop.store.registry_index import BANDS, FIELDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from comptexpert_desktop.domain.profile import Profile

_ENTRY_ID = itemgetter(0)
_SCAN = (
    f"SELECT {FIELDS} FROM token WHERE band = ? AND key >= ? AND key < ?"  # noqa: S608
    " ORDER BY key, entry_id"
)
_TYPO = (
    f"SELECT {', '.join(f'token.{field}' for field in FIELDS.split(', '))}"  # noqa: S608
    " FROM json_each(:variants) AS variant CROSS JOIN token"
    " WHERE token.band = :band AND token.key >= variant.value AND token.key < variant.value || :last"
    " ORDER BY token.key, token.entry_id"
)
_NUMBER = (
    "SELECT person.entry_id, surname, given_name, town, council, list, registration_number"
    " FROM number CROSS JOIN person ON person.entry_id = number.entry_id"
    " WHERE digits >= :start AND digits < :end ORDER BY digits, number.entry_id"
)


def by_name(cursor: sqlite3.Cursor, text: str, *, profile: Profile | None, requested: int) -> list[tuple[Any, ...]]:
    """Return the people whose names begin with the words of a text, the best ones first, at most `requested`."""
    if (band := BANDS.get(profile)) is None:
        return []
    execute = cursor.execute
    found: dict[str, tuple[Any, ...]] = {}
    starts = prefixes(text)
    for tier in (0, 1):
        for prefix in starts:
            scan = execute(_SCAN, (band + tier, prefix, prefix + LAST))
            # Pages, not rows: the loop over twenty rows would cost as much as the query itself.
            while page := scan.fetchmany(requested - len(found)):
                if not found and len(page) == requested == len(set(map(_ENTRY_ID, page))):
                    return page
                found.update(zip(map(_ENTRY_ID, page), page, strict=True))
                if len(found) >= requested:
                    return list(found.values())
    return list(found.values())


def by_number(cursor: sqlite3.Cursor, number: str, *, profile: Profile | None) -> Iterator[tuple[Any, ...]]:
    """Yield the people whose number begins with some digits."""
    for row in cursor.execute(_NUMBER, {"start": number, "end": number + LAST}):
        if profile is None or row[5] == profile.value:
            yield row


def by_typo(cursor: sqlite3.Cursor, text: str, *, profile: Profile | None, alphabet: str) -> Iterator[tuple[Any, ...]]:
    """Yield the people whose names begin with the words of a text but for one letter."""
    variants = typo_prefixes(text, alphabet=alphabet)
    if not variants or (band := BANDS.get(profile)) is None:
        return
    parameters = {"variants": json.dumps(variants), "last": LAST}
    seen: set[str] = set()
    for tier in (0, 1):
        for row in cursor.execute(_TYPO, parameters | {"band": band + tier}):
            if row[0] in seen:
                continue
            seen.add(row[0])
            yield row
