"""Typeahead on the local snapshot: one search ÷ one bound SQLite call that returns the same rows.

Each query's time is its minimum over interleaved, shuffled rounds; the floor reads 20 rows of the same columns from
the same covering table in one range scan.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.name_search import LAST, prefixes
from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.store.registry_snapshot import Directory
from tests.benchmarks import people
from tests.benchmarks.figure import Figure, percentile

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRIES = 30_000
ROUNDS = 9
PAGE = 20
COLUMNS = "entry_id, surname, given_name, town, council, list, registration_number"
FLOOR = f"SELECT {COLUMNS} FROM token WHERE band = ? AND key >= ? AND key < ? ORDER BY key, entry_id LIMIT 20"


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure() -> list[Figure]:
    """Return p50 and p99 over all queries that fill a page, and p50 over all queries, against the floor's p50."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "registry.db"
        directory = Directory(file)
        lines = people.rows(ENTRIES)
        directory.replace(rows=lines, version=1, generated_at="2026-01-01T00:00:00Z", server="bench")
        queries = sorted(set(people.keystrokes(lines)))
        full = {
            query
            for query in queries
            if len(directory.search(query, profile=Profile.EXPERT_COMPTABLE, limit=PAGE).entries) == PAGE
        }
        ours, floor = _samples(directory, sqlite3.connect(file), queries)
    base = statistics.median(floor[query] for query in full)
    pages = [ours[query] for query in full]
    everything = list(ours.values())
    detail = f"floor {base * 1e6:.1f} µs, {len(queries)} queries, {len(full)} full pages, {ENTRIES} entries"
    return [
        Figure("typeahead p50 ÷ floor, full pages", statistics.median(pages) / base, 1.5, "×", detail),
        Figure("typeahead p50 ÷ floor, all queries", statistics.median(everything) / base, 1.5, "×"),
        Figure("typeahead p99 ÷ floor p50, full pages", percentile(pages, 0.99) / base, 2.5, "×"),
    ]


def _samples(
    directory: Directory, connection: sqlite3.Connection, queries: list[str]
) -> tuple[dict[str, float], dict[str, float]]:
    ours: dict[str, float] = dict.fromkeys(queries, float("inf"))
    floor = dict(ours)
    source = random.Random(3)
    cursor = connection.cursor()
    for _ in range(ROUNDS):
        source.shuffle(queries)
        for query in queries:
            start = prefixes(query)[0]
            bound = (0, start, start + LAST)
            ours[query] = min(
                ours[query],
                _timed(lambda q=query: directory.search(q, profile=Profile.EXPERT_COMPTABLE, limit=PAGE)),
            )
            floor[query] = min(floor[query], _timed(lambda b=bound: cursor.execute(FLOOR, b).fetchall()))
    connection.close()
    return ours, floor
