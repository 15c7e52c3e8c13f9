"""The comparison of `search_peers`, at 30,000 people and at 300,000: minutes, so only when asked by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks import search_peers

if TYPE_CHECKING:
    from tests.benchmarks.figure import Figure

ENTRIES = 300_000


def measure() -> list[Figure]:
    """Compare at both sizes."""
    return search_peers.measure_both(ENTRIES)
