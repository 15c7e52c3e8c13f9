"""Server search on PostgreSQL: one word among 1,000,000 entries ÷ the same among 30,000. Run by name: it fills both.

The two databases stand in one cluster and are asked in turn by one process, the queries in another order each round;
a query's time is its smallest over the rounds. COMPTEXPERT_BENCH_ENTRIES makes the large one smaller.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any

from tests.benchmarks.figure import Figure, percentile, say
from tests.postgresql import cluster

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL, LARGE = 30_000, int(os.environ.get("COMPTEXPERT_BENCH_ENTRIES", "1000000"))
WORDS = 400
ROUNDS = 5
PAGE = 20
PROFILE = "expert_comptable"


class Where:
    """Which database the models read: a router of Django."""

    chosen = "default"

    def db_for_read(self, _model: object, **_hints: object) -> str:
        return self.chosen


def measure() -> list[Figure]:
    """Return p50 and p95 of one word, of « NOM prénom » and of a typing error, each against the small registry."""
    with cluster() as url, tempfile.TemporaryDirectory() as folder:
        urls = {"default": url, "large": f"{url.rpartition('/')[0]}/large"}
        _create(url)
        for name, entries in (("default", SMALL), ("large", LARGE)):
            began = time.monotonic()
            environment = os.environ | {"COMPTEXPERT_DATABASE_URL": urls[name], "COMPTEXPERT_DATA_DIR": folder}
            _run(environment, "migrate")
            _run(environment, "seed", "--entries", str(entries))
            say(f"{entries:,} entries laid in {time.monotonic() - began:.0f} s")
        os.environ |= {"COMPTEXPERT_DATABASE_URL": url, "COMPTEXPERT_DATA_DIR": folder}
        return _measure()


def _measure() -> list[Figure]:
    where, search = _opened()
    found = []
    for kind, queries in _queries().items():
        times: dict[str, dict[str, float]] = {"default": {}, "large": {}}
        dice = random.Random(5)
        for _ in range(ROUNDS):
            dice.shuffle(queries)
            for query in queries:
                for name in dice.sample(sorted(times), 2):
                    where.chosen = name
                    began = time.perf_counter()
                    search(query, profile=PROFILE, limit=PAGE)
                    spent = time.perf_counter() - began
                    times[name][query] = min(spent, times[name].get(query, spent))
        small, large = (list(times[name].values()) for name in ("default", "large"))
        for share in (0.5, 0.95):
            one, other = percentile(large, share), percentile(small, share)
            detail = f"{other * 1e3:.2f} ms among {SMALL:,}, {one * 1e3:.2f} ms among {LARGE:,}, {len(queries)} queries"
            found.append(
                Figure(f"server search, {kind}, p{share * 100:.0f}: large ÷ small", one / other, 2.0, "×", detail)
            )
    _close()
    return found


def _opened() -> tuple[Where, Callable[..., Any]]:
    """Set Django up on both databases."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptexpert_server.config.settings")
    import django  # the environment must be written first

    django.setup()
    from django.conf import settings  # only now
    from django.db import connections  # only now

    from comptexpert_server.registry.selectors import search  # only now

    where = Where()
    settings.DATABASE_ROUTERS = [where]
    connections.databases["large"] = connections.databases["default"] | {"NAME": "large"}
    for name in ("default", "large"):
        with connections[name].cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return where, search


def _queries() -> dict[str, list[str]]:
    """Draw what people type: beginnings of surnames that stand in both registries, and whole names."""
    from comptexpert_server.registry.models import RegistryEntry  # Django is set up by now

    dice = random.Random(4)
    rows = list(
        RegistryEntry.objects.using("default").filter(list=PROFILE).values_list("surname", "given_name")[:SMALL]
    )
    drawn = dice.sample(rows, WORDS)
    drawn = [row for row in drawn if _stands_in_both(row[0], given=row[1][:1])]
    words = {surname.split()[0][: dice.randint(2, 9)] for surname, _given in drawn}
    wrong = {f"{surname[:3]}x{surname[4:7]}" for surname, _given in drawn if len(surname) > 7}
    return {
        "one word": sorted(words),
        "NOM prénom": sorted({f"{surname} {given[:1]}" for surname, given in drawn}),
        "a typing error": sorted(text for text in wrong if not _stands_in_one(text)),
    }


def _stands_in_both(surname: str, *, given: str) -> bool:
    """Tell whether both registries hold such a name: else one of them would look for a typing error."""
    return _stands_in(f"{_folded(surname)} {_folded(given)}", "large")


def _stands_in_one(text: str) -> bool:
    """Tell whether one of the registries holds the text as it stands: it would not look for a typing error."""
    return any(_stands_in(_folded(text), name) for name in ("default", "large"))


def _folded(text: str) -> str:
    from comptexpert_server.registry.name_folding import fold  # Django is set up by now

    return "".join(fold(text))


def _stands_in(start: str, database: str) -> bool:
    from comptexpert_server.registry.models import EntryKey  # Django is set up by now

    found = EntryKey.objects.using(database).filter(list=PROFILE, key__gte=start, key__lt=start + "\U0010ffff")
    return found.exists()


def _close() -> None:
    from django.db import connections  # Django is set up by now

    connections.close_all()


def _create(url: str) -> None:
    import psycopg  # installed with the server alone

    with psycopg.connect(url, autocommit=True) as database:
        database.execute("CREATE DATABASE large")


def _run(environment: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "comptexpert_server", *arguments]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
