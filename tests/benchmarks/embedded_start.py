"""Embedded server: process start to first answer, on the prebuilt database with 30,000 entries."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from comptexpert_desktop.rehearsal.embedded import EmbeddedServer
from tests.benchmarks.figure import Figure, median_and_min

ROUNDS = 7


def measure() -> list[Figure]:
    """Return the median over fresh folders; the prebuilt database is made before the first."""
    samples = []
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name)
        for number in range(ROUNDS + 1):
            folder = cache / str(number)
            folder.mkdir()
            server = EmbeddedServer(folder, cache=cache)
            server.prepare()
            started = time.monotonic()
            server.start()
            server.wait_until_ready()
            samples.append(time.monotonic() - started)
            server.stop()
    counted = samples[1:]
    return [
        Figure("embedded server, start to first answer", statistics.median(counted), 1.5, "s", median_and_min(counted))
    ]
