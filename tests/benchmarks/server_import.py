"""`import-registry` of 300,000 entries and of a delta of 1 %: time, bytes, memory, and what clients download after.

Run by name: it takes minutes. Each import is the command itself in a process of its own. On SQLite, or on PostgreSQL under
`python -m tests.postgresql`. COMPTEXPERT_BENCH_ENTRIES makes the registry smaller.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from comptexpert_server.rehearsal import sample_registry
from tests.benchmarks.figure import Figure, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ENTRIES = int(os.environ.get("COMPTEXPERT_BENCH_ENTRIES", "300000"))
DELTA = max(1, ENTRIES // 100)
PROGRAM = (sys.executable, "-m", "comptexpert_server")
SETTINGS = "comptexpert_server.config.settings"
A_DAY_LATER = """
from datetime import timedelta
from django.db.models import F
from comptexpert_server.registry import snapshots
from comptexpert_server.registry.models import RegistryEntry
RegistryEntry.objects.update(changed_at=F("changed_at") - timedelta(days=1))
print(snapshots.current_version())
"""
DOWNLOADS = """
import sys
from comptexpert_server.registry import snapshots
version, base = snapshots.current_version(), int(sys.argv[1])
sizes = [len(snapshots.snapshot_file(version=version, base_version=since).content) for since in (None, base)]
print(*sizes)
"""
FIELDS = ("registration_number", "surname", "given_name", "email", "list", "status", "council", "town", "postal_code")


class Import(NamedTuple):
    """What one import took."""

    seconds: float
    size: int
    megabytes: float
    counts: dict[str, int]
    told: int


def measure() -> list[Figure]:
    """Return what a full import takes, and a delta against it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = os.environ | {"COMPTEXPERT_DATA_DIR": str(folder / "data")}
        subprocess.run([*PROGRAM, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
        empty = _import(environment, _written(folder / "one.jsonl", islice(_lines(), 1)))
        whole = _import(environment, _written(folder / "full.jsonl", _lines()), "--full")
        again = _import(environment, folder / "full.jsonl", "--full")
        (base,) = _told(environment, A_DAY_LATER)
        delta = _import(environment, _written(folder / "delta.jsonl", _delta()))
        full_download, delta_download = _told(environment, DOWNLOADS, str(base))
    assert whole.counts["added"] + whole.counts["unchanged"] == ENTRIES, whole.counts
    assert again.counts["unchanged"] == ENTRIES, again.counts
    assert delta.counts["changed"] == DELTA, delta.counts
    assert whole.told >= 10, "an import tells how far it is"
    rate = f"{ENTRIES / whole.seconds:,.0f} entries a second"
    work = max(delta.seconds - empty.seconds, 0.01) / (whole.seconds - empty.seconds)
    return [
        Figure("import, full: seconds", whole.seconds, ENTRIES / 1000, "s", f"{ENTRIES:,} entries, {rate}"),
        Figure("import, same file again: ÷ full", again.seconds / whole.seconds, 1.0, "×", f"{again.seconds:.1f} s"),
        Figure("import, full: memory beyond one line", whole.megabytes - empty.megabytes, 150, "MB", f"{whole.megabytes:.0f} MB in all"),
        Figure("import, 1 % delta: work ÷ full", work, 0.05, "×", f"{delta.seconds:.1f} s, start {empty.seconds:.1f} s"),
        Figure("import, 1 % delta: bytes ÷ full", delta.size / whole.size, 0.02, "×", f"{delta.size:,} of {whole.size:,}"),
        Figure("download, 1 % delta ÷ full", 100 * delta_download / full_download, 2, "%", f"{delta_download:,} of {full_download:,} bytes"),
        Figure("import, 1 % delta: memory ÷ full", delta.megabytes / whole.megabytes, 1.0, "×", f"{delta.megabytes:.0f} MB"),
    ]  # fmt: skip


def _import(environment: dict[str, str], file: Path, *options: str) -> Import:
    """Run the command and wait for it as the system counts it."""
    began = time.perf_counter()
    with (file.parent / "out").open("w+") as out, (file.parent / "err").open("w+") as err:
        process = subprocess.Popen(
            [*PROGRAM, "import-registry", str(file), *options], env=environment, stdout=out, stderr=err
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        spent = time.perf_counter() - began
        out.seek(0)
        err.seek(0)
        told = err.read().splitlines()
        assert process.returncode == 0, told[-3:]
        counts = json.load(out)
    say(f"{file.name} {' '.join(options)}: {spent:.1f} s, {counts}")
    return Import(spent, file.stat().st_size, usage.ru_maxrss / 1024, counts, len(told))


def _told(environment: dict[str, str], script: str, *arguments: str) -> list[int]:
    """Run a few lines of the server in a process of its own, and read the numbers that it prints."""
    ready = f"import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = {SETTINGS!r}; django.setup()\n{script}"
    command = [sys.executable, "-c", ready, *arguments]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return [int(number) for number in done.stdout.split()]


def _lines() -> Iterator[dict[str, Any]]:
    for person in sample_registry.people(1, count=ENTRIES):
        firms = [{"siren": firm.siren, "name": firm.name} for firm in person.firms]
        yield {name: getattr(person, name) for name in FIELDS} | {
            "date_of_birth": person.date_of_birth.isoformat(),
            "firms": firms,
        }


def _delta() -> Iterator[dict[str, Any]]:
    """Let one person in a hundred move, and half of them marry."""
    chosen = set(random.Random(9).sample(range(ENTRIES), DELTA))
    for rank, line in enumerate(_lines()):
        if rank in chosen:
            yield line | {"town": "Quimper-sur-Mer"} | ({"surname": f"{line['surname']}-Abgrall"} if rank % 2 else {})


def _written(path: Path, lines: Iterable[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return path
