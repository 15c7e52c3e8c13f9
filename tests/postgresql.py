"""A private PostgreSQL cluster for one command: `python -m tests.postgresql COMMAND…`.

The cluster lives in a temporary folder, listens on a Unix socket alone, and ends with the command. The command
finds it in COMPTEXPERT_DATABASE_URL. Run by root, the cluster belongs to the user `postgres`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

OPTIONS = (
    "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off "
    "-c listen_addresses='' -c max_connections=80 -c jit=off"
)


def programs() -> Path:
    """Find the folder of PostgreSQL's own programs, newest version first."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if versions:
        return versions[0].parent
    found = shutil.which("initdb")
    if found is None:
        raise SystemExit("PostgreSQL is not installed: run python3 dev.py test, which installs it.")
    return Path(found).resolve().parent


def _run(*arguments: str | Path) -> None:
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [*as_postgres, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        raise SystemExit(f"{arguments[0]} failed:\n{done.stdout}{done.stderr}")


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster and yield the URL of its empty database."""
    with tempfile.TemporaryDirectory(prefix="comptexpert-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        folder.chmod(0o755)
        where = programs()
        data = folder / "data"
        log = folder / "log"
        _run(
            where / "initdb",
            "-D",
            data,
            "-U",
            "comptexpert",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        _run(where / "pg_ctl", "-D", data, "-w", "-l", log, "-o", f"{OPTIONS} -k {folder}", "start")
        try:
            _run(where / "createdb", "-h", folder, "-U", "comptexpert", "comptexpert")
            yield f"postgresql://comptexpert@{quote(str(folder), safe='')}/comptexpert"
        finally:
            _run(where / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def main() -> int:
    """Run the command given on the command line with a cluster of its own."""
    with cluster() as url:
        environment = os.environ | {"COMPTEXPERT_DATABASE_URL": url}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
