"""Our typeahead beside what others would use, on the same people, in one run: per-query minima, rounds interleaved.

In a round each peer answers all the queries in turn, as it would for one person who types; the peers' order changes
with the round. Every table lies in a file, as it would on a person's machine.

`search_peers` compares at 30,000 people; `search_peers_300k` at 30,000 and 300,000. A peer that is slower is given
as what our time is of its own, in percent.
"""

from __future__ import annotations

import os
import random
import sqlite3
import statistics
import tempfile
import time
from bisect import bisect_left
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QApplication, QCompleter
from rapidfuzz import fuzz, process

from comptexpert_desktop.domain.name_search import LAST, fold, keys, prefixes
from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.store.registry_snapshot import Directory
from tests.benchmarks import people
from tests.benchmarks.figure import Figure, percentile, say
from tests.benchmarks.typeahead import COLUMNS, FLOOR, PAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    Search = Callable[[str], object]
    Times = dict[str, dict[str, float]]
    """Seconds by peer and by query."""

ENTRIES = 30_000
ROUNDS = 9
QUERIES = 120
TYPOS = 12


class Peers:
    """Everybody's index of the same people."""

    def __init__(self, folder: Path, lines: list[dict[str, str]]) -> None:
        self.directory = Directory(folder / "registry.db")
        self.directory.replace(rows=lines, version=1, generated_at="2026-01-01T00:00:00Z", server="bench")
        self.floor_file = sqlite3.connect(folder / "registry.db")
        self.shown = [f"{line['surname']} {line['given_name']}" for line in lines]
        self.folded = [" ".join(fold(text)) for text in self.shown]
        self.lines = lines
        self._index_peers(folder / "peers.db")

    def _index_peers(self, path: Path) -> None:
        self.other = sqlite3.connect(path)
        names = COLUMNS.split(", ")
        rows = [(f" {folded}", *map(line.get, names)) for folded, line in zip(self.folded, self.lines, strict=True)]
        marks = ", ".join("?" * (len(names) + 1))
        self.other.execute(f"CREATE TABLE plain (folded, {COLUMNS})")
        self.other.executemany(f"INSERT INTO plain VALUES ({marks})", rows)
        unindexed = ", ".join(f"{name} UNINDEXED" for name in names)
        self.other.execute(f"CREATE VIRTUAL TABLE words USING fts5 (folded, {unindexed}, prefix='1 2 3')")
        self.other.executemany(f"INSERT INTO words VALUES ({marks})", rows)
        self.other.commit()
        self.model = QStringListModel(self.shown)
        self.completer = QCompleter(self.model)
        self.completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        started = time.perf_counter()
        self.sorted = sorted(
            (key.tier, key.text, number)
            for number, line in enumerate(self.lines)
            for key in keys(surname=line["surname"], given_name=line["given_name"])
        )
        self.bisect_opening = time.perf_counter() - started

    def ours(self, text: str) -> object:
        return self.directory.search(text, profile=Profile.EXPERT_COMPTABLE, limit=PAGE)

    def floor(self, text: str) -> object:
        start = prefixes(text)[0]
        return self.floor_file.execute(FLOOR, (0, start, start + LAST)).fetchall()

    def qcompleter(self, text: str) -> object:
        self.completer.setFilterMode(Qt.MatchFlag.MatchStartsWith)
        self.completer.setFilterMode(Qt.MatchFlag.MatchContains)  # forgets what it found for this text before
        self.completer.setCompletionPrefix(text)
        if not self.completer.completionCount():  # as its list does, to be as long as what was found
            raise RuntimeError(f"QCompleter found nothing for {len(text)} letters")
        return [self.completer.setCurrentRow(row) and self.completer.currentCompletion() for row in range(PAGE)]

    def like(self, text: str) -> object:
        requested = f"% {' '.join(fold(text))}%"  # the beginning of a word, anywhere
        sql = f"SELECT {COLUMNS} FROM plain WHERE folded LIKE ? ORDER BY folded LIMIT 20"
        return self.other.execute(sql, (requested,)).fetchall()

    def fts5(self, text: str) -> object:
        requested = " ".join(f'"{word}"*' for word in fold(text))
        sql = f"SELECT {COLUMNS} FROM words WHERE folded MATCH ? ORDER BY folded LIMIT 20"
        return self.other.execute(sql, (requested,)).fetchall()

    def bisect(self, text: str) -> object:
        found: dict[int, dict[str, str]] = {}  # each person once, as the contract of the search says
        for tier in (0, 1):
            for prefix in prefixes(text):
                for place in range(bisect_left(self.sorted, (tier, prefix)), len(self.sorted)):
                    level, key, number = self.sorted[place]
                    if level != tier or not key.startswith(prefix):
                        break
                    found[number] = self.lines[number]
                    if len(found) > PAGE:  # one more than is shown tells that there are more
                        return tuple(found.values())[:PAGE]
        return tuple(found.values())

    def rapidfuzz(self, text: str) -> object:
        return process.extract(text, self.folded, scorer=fuzz.partial_ratio, limit=PAGE)

    def close(self) -> None:
        for connection in (self.floor_file, self.other, self.directory):
            connection.close()


def measure() -> list[Figure]:
    """Compare at 30,000 people."""
    return _figures(ENTRIES, _times(ENTRIES)[0])


def measure_both(larger: int) -> list[Figure]:
    """Compare at 30,000 people and at ten times as many."""
    small, cold_small = _times(ENTRIES)
    large, cold_large = _times(larger)
    growth = statistics.median(large["ours"].values()) / statistics.median(small["ours"].values())
    fts5 = 100 * percentile([*large["ours"].values()], 0.99) / percentile([*large["fts5"].values()], 0.99)
    return [
        *_figures(ENTRIES, small),
        *_figures(larger, large),
        Figure(f"p50 at {larger:,} ÷ p50 at {ENTRIES:,}", growth, 1.5),
        Figure(f"ours of FTS5 prefix, p99, {larger:,}", fts5, 100 / 3, "%"),
        Figure(f"cold open, ours of bisect, {ENTRIES:,}", 100 * cold_small, 2, "%"),
        Figure(f"cold open, ours of bisect, {larger:,}", 100 * cold_large, 2, "%"),
    ]


def _figures(entries: int, times: Times) -> list[Figure]:
    ours = times["ours"]
    base = statistics.median(times["floor"].values())
    mine = statistics.median(ours.values())
    typo = statistics.median(times["ours, typo"].values())

    def of(peer: str, at_most: float, *, our: float = mine) -> Figure:
        theirs = statistics.median(times[peer].values())
        detail = f"theirs {theirs * 1e6:,.0f} µs, ours {our * 1e6:,.0f} µs"
        return Figure(f"ours of {peer}, p50, {entries:,}", 100 * our / theirs, at_most, "%", detail)

    bisected = mine / statistics.median(times["bisect"].values())
    return [
        Figure(f"p50 ÷ floor, full pages, {entries:,}", mine / base, 1.6, "×", f"floor {base * 1e6:.0f} µs"),
        Figure(f"p99 ÷ floor p50, full pages, {entries:,}", percentile([*ours.values()], 0.99) / base, 2.5),
        of("qcompleter", 100 / 30),
        of("like", 100 / 50),
        of("fts5", 100),
        Figure(f"ours ÷ bisect in memory, p50, {entries:,}", bisected, 4, "×", "what a table in memory would win"),
        of("rapidfuzz", 100 / 3, our=typo),
    ]


def _times(entries: int) -> tuple[Times, float]:
    """Return the times, and what share of the making of a sorted list the opening of our file takes."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication([])
    say(f"indexing {entries:,} people, six times over…")
    lines = people.rows(entries)
    with tempfile.TemporaryDirectory() as folder, closing(Peers(Path(folder), lines)) as peers:
        queries = _full_pages(peers, lines)
        searches: dict[str, Search] = {
            name: getattr(peers, name) for name in ("ours", "floor", "qcompleter", "like", "fts5", "bisect")
        }
        times = _rounds(searches, queries)
        typos = _rounds({"ours, typo": peers.ours, "rapidfuzz": peers.rapidfuzz}, _typos(peers, lines), rounds=3)
        started = time.perf_counter()
        Directory(Path(folder) / "registry.db").close()
        opening = time.perf_counter() - started
        share = opening / peers.bisect_opening
    del application
    return times | typos, share


def _rounds(searches: dict[str, Search], queries: list[str], *, rounds: int = ROUNDS) -> Times:
    times: Times = {name: dict.fromkeys(queries, float("inf")) for name in searches}
    source = random.Random(3)
    for _ in range(rounds):
        for name in source.sample(sorted(searches), len(searches)):
            for query in source.sample(queries, len(queries)):
                started = time.perf_counter()
                searches[name](query)
                times[name][query] = min(times[name][query], time.perf_counter() - started)
    return times


def _full_pages(peers: Peers, lines: list[dict[str, str]]) -> list[str]:
    typed = sorted(set(people.keystrokes(lines, count=900)))
    random.Random(5).shuffle(typed)
    full = (text for text in typed if len(peers.directory.search(text, profile=None, limit=PAGE).entries) == PAGE)
    requested = [text for text, _ in zip(full, range(QUERIES), strict=False)]
    if len(requested) < QUERIES:
        raise RuntimeError("too few queries fill a page")
    return requested


def _typos(peers: Peers, lines: list[dict[str, str]]) -> list[str]:
    """Make queries with one wrong letter, which nothing matches as they stand."""
    found: list[str] = []
    for line in random.Random(7).sample(lines, len(lines) // 10):
        name = "".join(fold(line["surname"]))
        wrong = f"{name[:3]}x{name[4:]}"
        if len(name) > 6 and not peers.floor(wrong) and wrong not in found:
            found.append(wrong)
        if len(found) == TYPOS:
            break
    return found
