"""The calls of a day on PostgreSQL: p95 among 1,000,000 delegations ÷ p95 among 10,000. Run by name: it fills both.

As many entries of the registry stand beside them, and three accounts for ten.

The two databases stand in one cluster, each asked through the API by a process of its own, in turn; nothing else of
the two differs. No statement may read a big table from end to end. COMPTEXPERT_BENCH_DELEGATIONS makes the large one
smaller.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tests.benchmarks.figure import Figure, percentile, say
from tests.postgresql import cluster

if TYPE_CHECKING:
    from collections.abc import Iterable

SMALL, LARGE = 10_000, int(os.environ.get("COMPTEXPERT_BENCH_DELEGATIONS", "1000000"))
PEOPLE = int(os.environ.get("COMPTEXPERT_BENCH_PEOPLE", "100"))
ROUNDS = 2
ONCE = ("approve", "sync")
"""What changes a case: each person does it once."""
AIM = 2.0
PROGRAM = """
import django
django.setup()
from tests.benchmarks.delegations_at_work import answer_until_the_end
answer_until_the_end({delegations})
"""
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "comptexpert_server.config.settings",
    "COMPTEXPERT_ALLOWED_HOSTS": "testserver",  # the name of Django's client
    "COMPTEXPERT_ADDRESS_LIMITS": "0",
}
OPERATIONS = (
    "list",
    "list of what waits",
    "search",
    "own list",
    "sync, nothing new",
    "sync, from nothing",
    "me",
    "registry search",
    "sign-in",
    "ask",
    "approve",
    "sync",
)


class Asked:
    """One database and the process that asks it."""

    def __init__(self, delegations: int, *, environment: dict[str, str]) -> None:
        self.delegations = delegations
        subprocess.run(
            [sys.executable, "-m", "comptexpert_server", "migrate"],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(delegations=delegations)],
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._line() == "ready", "the rows were not laid"
        say(f"{delegations:,} delegations laid in {time.monotonic() - began:.0f} s")

    def ask(self, operation: str, number: int = 0) -> Any:
        """Have one operation done; give its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([operation, number]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._line())

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def measure() -> list[Figure]:
    """Return p95 of each operation against the small database, and the number of scans in the large one."""
    with cluster() as url, tempfile.TemporaryDirectory() as folder, ExitStack() as ends:
        urls = {SMALL: url, LARGE: f"{url.rpartition('/')[0]}/large"}
        _create(url)
        asked = []
        for delegations, address in urls.items():
            given = {"COMPTEXPERT_DATABASE_URL": address, "COMPTEXPERT_DATA_DIR": f"{folder}/{delegations}"}
            asked.append(Asked(delegations, environment=os.environ | SETTINGS | given))
            ends.callback(asked[-1].close)
        return [*_ratios(asked), *_scans(asked[-1])]


def _ratios(asked: list[Asked]) -> Iterable[Figure]:
    for operation in OPERATIONS:
        rounds = 1 if operation in ONCE else ROUNDS
        times: dict[int, dict[int, float]] = {one.delegations: {} for one in asked}
        dice = random.Random(operation)
        for _round in range(rounds):
            for number in dice.sample(range(PEOPLE), PEOPLE):
                for one in dice.sample(asked, len(asked)):
                    spent = one.ask(operation, number)
                    times[one.delegations][number] = min(spent, times[one.delegations].get(number, spent))
        small, large = (percentile(list(times[size].values()), 0.95) for size in (SMALL, LARGE))
        detail = f"{small * 1e3:.1f} ms among {SMALL:,}, {large * 1e3:.1f} ms among {LARGE:,}, {PEOPLE} people"
        yield Figure(f"{operation}, p95: large ÷ small", large / small, AIM, "×", detail)


def _scans(large: Asked) -> Iterable[Figure]:
    found: dict[str, list[str]] = large.ask("plans", PEOPLE)
    for operation, scans in found.items():
        for scan in scans:
            say(f"{operation}: {scan}")
    detail = ", ".join(found)
    yield Figure("big tables read from end to end", sum(map(len, found.values())), 0, "tables", detail)


def _create(url: str) -> None:
    import psycopg  # installed with the server alone

    with psycopg.connect(url, autocommit=True) as database:
        database.execute("CREATE DATABASE large")
