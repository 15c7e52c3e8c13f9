"""What each line of a long import of grants adds to the wait of other writers, on SQLite and on PostgreSQL.

Run by name: `python3 dev.py bench long_import`. The processor's time is counted, of this process and of PostgreSQL's:
what else the machine does does not show. COMPTEXPERT_BENCH_LINES changes the number of lines.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.figure import Figure, say
from tests.postgresql import cluster

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

LINES = int(os.environ.get("COMPTEXPERT_BENCH_LINES", "2000"))
PART = 500
AIM = 5.0
"""Milliseconds a line: by it the longest import, of 5,000 lines, holds the lock for 25 seconds."""
WORK = "import django; django.setup(); from tests.benchmarks import long_import as b; print(b.work())"


def measure() -> list[Figure]:
    """Return the milliseconds of a line on each database."""
    return [_of(name, database) for name, database in (("SQLite", nullcontext("")), ("PostgreSQL", cluster()))]


def _of(name: str, database: AbstractContextManager[str]) -> Figure:
    with database as url, tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "COMPTEXPERT_DATABASE_URL": url,
            "COMPTEXPERT_DATA_DIR": folder,
            "COMPTEXPERT_ALLOWED_HOSTS": "testserver",  # the name of Django's client
            "DJANGO_SETTINGS_MODULE": "comptexpert_server.config.settings",
        }
        if not url:
            del environment["COMPTEXPERT_DATABASE_URL"]
        migrate = [sys.executable, "-m", "comptexpert_server", "migrate"]
        subprocess.run(migrate, env=environment, check=True, stdout=subprocess.DEVNULL)
        done = subprocess.run(
            [sys.executable, "-c", WORK], env=environment, check=True, text=True, stdout=subprocess.PIPE
        )
    seconds, queries = json.loads(done.stdout.splitlines()[-1])
    say(f"{name}: {seconds:.1f} s of the processor for {LINES} lines, {queries} queries")
    return Figure(f"import of grants, a line, {name}", 1000 * seconds / LINES, AIM, "ms", f"{queries} queries in all")


def work() -> str:
    """Import grants for as many new people as there are lines; return the processor's seconds and the queries."""
    import time

    from django.db import connection, transaction

    from comptexpert_server.base.clock import now, today
    from comptexpert_server.delegations.imports import import_grants
    from tests.server import desk

    grantor = desk.expert(desk.firm())
    people = [desk.account().login_id for _ in range(LINES // 2)]
    rights = {"jesignexpert": "prepare", "rfc": "access"}
    lines = [f"{who},{one},{right},Rentrée\n" for who in people for one, right in rights.items()]
    head = "grantee,service,rights,reason\n"
    raws = [(head + "".join(lines[first : first + PART])).encode() for first in range(0, len(lines), PART)]
    queries = [0]

    def counted(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        queries[0] += 1
        return execute(sql, params, many, context)

    backend = _backend() if connection.vendor == "postgresql" else None
    began = time.process_time() + _spent(backend)
    with transaction.atomic(), connection.execute_wrapper(counted):
        done = import_grants(grantor.account, raws=raws, signed_in=lambda: None, now=now(), today=today())
    seconds = time.process_time() + _spent(backend) - began
    assert (done.applied, done.accepted) == (True, LINES), done.lines[:3]
    return json.dumps([seconds, queries[0]])


def _backend() -> int:
    """Return the process of PostgreSQL that serves this connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _spent(process: int | None) -> float:
    """Return the processor's seconds of another process so far."""
    if process is None:
        return 0.0
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
