"""Reading the registry: the search, one entry, and the councils."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.base.typed_values import clean_number
from comptexpert_server.registry.models import EntryKey, EntryStatus, RegistryEntry
from comptexpert_server.registry.name_folding import fold
from comptexpert_server.registry.profiles import GRANTING_LISTS, PUBLIC_LISTS, list_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

MIN_LETTERS = 2
MIN_LETTERS_FOR_TYPO = 4
MAX_PARTS = 8
"""No surname of more parts is expected: bounds how many rows of a range may name one person."""
LAST = "\U0010ffff"
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_NUMBER = re.compile(r"[a-z]{0,2}[0-9]{3,}")
_RANGES_SQLITE = """
SELECT found.entry_id FROM json_each(%s) AS requested CROSS JOIN registry_entrykey AS found
WHERE found.list = %s AND found.tier IN (0, 1)
AND found.key >= requested.value AND found.key < requested.value || char(1114111)
ORDER BY found.tier, found.key, found.entry_id LIMIT %s
"""
_RANGES_POSTGRESQL = """
SELECT found.entry_id FROM unnest(%s::text[]) AS requested(start)
CROSS JOIN (VALUES (0), (1)) AS level(tier)
CROSS JOIN LATERAL (
    SELECT one.tier, one.key, one.entry_id FROM registry_entrykey AS one
    WHERE one.list = %s AND one.tier = level.tier
    AND one.key >= requested.start COLLATE "C" AND one.key < (requested.start || chr(1114111)) COLLATE "C"
    ORDER BY one.key, one.entry_id LIMIT %s
) AS found
ORDER BY found.tier, found.key, found.entry_id LIMIT %s
"""
"""Its planner would rather compare every key of the list with every range; a bounded subquery a range forbids it."""


def search(text: str, *, profile: str, limit: int) -> list[RegistryEntry]:
    """Give the first people whose name or number begins with `text`, best first, one typing error forgiven."""
    return _search_list(text, list_code=list_of(profile), limit=limit)


def search_grantors(text: str, *, limit: int) -> list[RegistryEntry]:
    """Search in the same way everybody who may be asked for a right; of several lists the names come in their order."""
    found = [one for code in GRANTING_LISTS for one in _search_list(text, list_code=code, limit=limit)]
    active = [one for one in found if one.status == EntryStatus.ACTIVE]
    return sorted(active, key=lambda one: (fold(one.surname), fold(one.given_name), one.pk))[:limit]


def _search_list(text: str, *, list_code: str, limit: int) -> list[RegistryEntry]:
    words = fold(text)
    letters = "".join(words)
    if len(letters) < MIN_LETTERS:
        return []
    if _NUMBER.fullmatch(letters):
        return _by_number(letters, list_code=list_code, limit=limit)
    found = _by_prefixes(prefixes(words), list_code=list_code, limit=limit)
    if not found and len(letters) >= MIN_LETTERS_FOR_TYPO:
        found = _by_ranges(one_error_away(letters), list_code=list_code, limit=limit)
    return _in_order(found)


def lookup(number: str, *, profile: str) -> RegistryEntry | None:
    """Find an entry by its number; an entry of a list that is not public shows under its own profile alone."""
    entry = RegistryEntry.objects.filter(registration_number=clean_number(number)).first()
    if entry is None or (entry.list not in PUBLIC_LISTS and entry.list != list_of(profile)):
        return None
    return entry


def prefixes(words: list[str]) -> list[str]:
    """Give the beginnings of keys that match a query, in the order of the keys."""
    together = "".join(words)
    split = ["".join(words[:cut]) + " " + "".join(words[cut:]) for cut in range(1, len(words))]
    return sorted({together, *split})


def one_error_away(query: str) -> list[str]:
    """Give the texts at one insertion, deletion, replacement or exchange of neighbours from `query`."""
    letters = sorted({*_ALPHABET, *query})
    variants = {query}
    for place in range(len(query) + 1):
        head, tail = query[:place], query[place:]
        variants.update(head + letter + tail for letter in letters)
        if tail:
            variants.add(head + tail[1:])
            variants.update(head + letter + tail[1:] for letter in letters)
        if len(tail) > 1:
            variants.add(head + tail[1] + tail[0] + tail[2:])
    prefixes: list[str] = []
    for variant in sorted(variants):
        if not prefixes or not variant.startswith(prefixes[-1]):
            prefixes.append(variant)
    return prefixes


@lru_cache(maxsize=1)
def councils() -> tuple[dict[str, Any], ...]:
    """Give the Conseils régionaux: data, not an enumeration."""
    path = Path(__file__).resolve().parent / "councils.json"
    return tuple(json.loads(path.read_text("utf-8")))


def council(code: str) -> dict[str, Any] | None:
    """Give one council by its code."""
    return next((item for item in councils() if item["code"] == code), None)


def _by_number(letters: str, *, list_code: str, limit: int) -> list[RegistryEntry]:
    start = letters.upper()
    rows = RegistryEntry.objects.filter(
        list=list_code, registration_number__gte=start, registration_number__lt=start + LAST
    )
    return list(rows.order_by("registration_number")[:limit])


def _by_prefixes(starts: Iterable[str], *, list_code: str, limit: int) -> list[UUID]:
    """Scan one range a tier and prefix: the index holds the order of the answer."""
    found: dict[UUID, None] = {}
    in_range = _in_range(limit * MAX_PARTS)
    for tier in (0, 1):
        for start in starts:
            for entry_id in in_range.rows(list_code=list_code, tier=tier, start=start, end=start + LAST):
                found[entry_id] = None
                if len(found) >= limit:
                    return list(found)
    return list(found)


@cache
def _in_range(limit: int) -> CompiledQuery[UUID]:
    """Prepare the scan of a range of keys that ends after so many."""

    def build(*, list_code: str, tier: int, start: str, end: str) -> QuerySet[EntryKey, UUID]:
        rows = EntryKey.objects.filter(list=list_code, tier=tier, key__gte=start, key__lt=end)
        return rows.order_by("key", "entry_id").values_list("entry_id", flat=True)[:limit]

    return CompiledQuery(build, list_code=str, tier=int, start=str, end=str)


def _by_ranges(starts: list[str], *, list_code: str, limit: int) -> list[UUID]:
    """Look through hundreds of ranges in one statement: the only one that the ORM cannot say."""
    with connection.cursor() as cursor:
        cursor.execute(*ranges_statement(starts, list_code=list_code, limit=limit * MAX_PARTS))
        ids = [row[0] if isinstance(row[0], UUID) else UUID(row[0]) for row in cursor.fetchall()]
    return list(dict.fromkeys(ids))[:limit]


def ranges_statement(starts: list[str], *, list_code: str, limit: int) -> tuple[str, list[Any]]:
    """Give the statement that reads these ranges, and its parameters."""
    if connection.vendor == "sqlite":
        return _RANGES_SQLITE, [json.dumps(starts), list_code, limit]
    return _RANGES_POSTGRESQL, [starts, list_code, limit, limit]


def _in_order(ids: list[UUID]) -> list[RegistryEntry]:
    entries = RegistryEntry.objects.in_bulk(ids)
    return [entries[entry_id] for entry_id in ids if entry_id in entries]
