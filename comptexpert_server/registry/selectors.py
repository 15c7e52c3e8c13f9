"""Reading the registry: the search, one entry, and the councils."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from comptexpert_server.registry.fold import fold
from comptexpert_server.registry.models import EntryKey, RegistryEntry
from comptexpert_server.registry.profiles import PUBLIC_LISTS, list_of

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST_LETTERS = 2
LEAST_FOR_TYPO = 4
MOST_PARTS = 8
"""No surname of more parts is expected: bounds how many rows of a range may name one person."""
LAST = "\U0010ffff"
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_NUMBER = re.compile(r"[a-z]{0,2}[0-9]{3,}")
_RANGES_SQLITE = """
SELECT found.entry_id FROM json_each(%s) AS wanted CROSS JOIN registry_entrykey AS found
WHERE found.list = %s AND found.tier IN (0, 1)
AND found.key >= wanted.value AND found.key < wanted.value || char(1114111)
ORDER BY found.tier, found.key, found.entry_id LIMIT %s
"""
_RANGES_POSTGRESQL = """
SELECT found.entry_id FROM unnest(%s::text[]) AS wanted(start)
CROSS JOIN (VALUES (0), (1)) AS level(tier)
CROSS JOIN LATERAL (
    SELECT one.tier, one.key, one.entry_id FROM registry_entrykey AS one
    WHERE one.list = %s AND one.tier = level.tier
    AND one.key >= wanted.start COLLATE "C" AND one.key < (wanted.start || chr(1114111)) COLLATE "C"
    ORDER BY one.key, one.entry_id LIMIT %s
) AS found
ORDER BY found.tier, found.key, found.entry_id LIMIT %s
"""
"""Its planner would rather compare every key of the list with every range; a bounded subquery a range forbids it."""
_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015]+")


def search(text: str, *, profile: str, limit: int) -> list[RegistryEntry]:
    """Give the first people whose name or number begins with `text`, best first, one typing error forgiven."""
    words = fold(text)
    letters = "".join(words)
    if len(letters) < LEAST_LETTERS:
        return []
    if _NUMBER.fullmatch(letters):
        return _by_number(letters, list_code=list_of(profile), limit=limit)
    found = _by_prefixes(prefixes(words), list_code=list_of(profile), limit=limit)
    if not found and len(letters) >= LEAST_FOR_TYPO:
        found = _by_ranges(one_error_away(letters), list_code=list_of(profile), limit=limit)
    return _in_order(found)


def lookup(number: str, *, profile: str) -> RegistryEntry | None:
    """Find an entry by its number; an entry of a list that is not public shows under its own profile alone."""
    entry = RegistryEntry.objects.filter(registration_number=clean_number(number)).first()
    if entry is None or (entry.list not in PUBLIC_LISTS and entry.list != list_of(profile)):
        return None
    return entry


def clean_number(text: str) -> str:
    """Strip what people write between the digits; the rest is opaque."""
    return _SEPARATORS.sub("", text).upper()


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
    shortest: list[str] = []
    for variant in sorted(variants):
        if not shortest or not variant.startswith(shortest[-1]):
            shortest.append(variant)
    return shortest


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
    for tier in (0, 1):
        for start in starts:
            rows = EntryKey.objects.filter(list=list_code, tier=tier, key__gte=start, key__lt=start + LAST)
            ids = rows.order_by("key", "entry_id").values_list("entry_id", flat=True)
            for entry_id in ids[: limit * MOST_PARTS]:
                found[entry_id] = None
                if len(found) >= limit:
                    return list(found)
    return list(found)


def _by_ranges(starts: list[str], *, list_code: str, limit: int) -> list[UUID]:
    """Look through hundreds of ranges in one statement: the only one that the ORM cannot say."""
    with connection.cursor() as cursor:
        cursor.execute(*ranges_statement(starts, list_code=list_code, most=limit * MOST_PARTS))
        ids = [row[0] if isinstance(row[0], UUID) else UUID(row[0]) for row in cursor.fetchall()]
    return list(dict.fromkeys(ids))[:limit]


def ranges_statement(starts: list[str], *, list_code: str, most: int) -> tuple[str, list[Any]]:
    """Give the statement that reads these ranges, and its parameters."""
    if connection.vendor == "sqlite":
        return _RANGES_SQLITE, [json.dumps(starts), list_code, most]
    return _RANGES_POSTGRESQL, [starts, list_code, most, most]


def _in_order(ids: list[UUID]) -> list[RegistryEntry]:
    entries = RegistryEntry.objects.in_bulk(ids)
    return [entries[entry_id] for entry_id in ids if entry_id in entries]
