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

from tests import made_once

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
def cluster(*, entries: int = 0) -> Iterator[str]:
    """Start a cluster and yield the URL of its database: empty, or with people among so many entries of the registry."""
    with tempfile.TemporaryDirectory(prefix="comptexpert-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        folder.chmod(0o755)
        if entries:
            _copy(_filled(entries), folder / "data")
        else:
            _make(folder / "data")
        with _started(folder) as url:
            yield url


def _make(data: Path) -> None:
    options = ["-U", "comptexpert", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    _run(programs() / "initdb", "-D", data, *options)
    with _started(data.parent, stop="fast"):
        _run(programs() / "createdb", "-h", data.parent, "-U", "comptexpert", "comptexpert")


@contextlib.contextmanager
def _started(folder: Path, *, stop: str = "immediate") -> Iterator[str]:
    """Run the cluster whose data lies in a folder; `fast` leaves them whole, to be copied."""
    control = [programs() / "pg_ctl", "-D", folder / "data", "-w"]
    _run(*control, "-l", folder / "log", "-o", f"{OPTIONS} -k {folder}", "start")
    try:
        yield f"postgresql://comptexpert@{quote(str(folder), safe='')}/comptexpert"
    finally:
        _run(*control, "-m", stop, "stop")


def _filled(entries: int) -> Path:
    """Return the data of a cluster that was migrated and filled once for the run."""
    made = made_once.folder() / f"cluster-{entries}"
    with made_once.alone(made.name):
        if not made.exists():
            with tempfile.TemporaryDirectory(prefix="comptexpert-pg-", ignore_cleanup_errors=True) as name:
                folder = Path(name)
                if os.geteuid() == 0:
                    shutil.chown(folder, "postgres")
                folder.chmod(0o755)
                _make(folder / "data")
                with _started(folder, stop="fast") as url:
                    made_once.fill(folder / "home", entries=entries, database_url=url)
                _copy(folder / "data", made)
    return made


def _copy(data: Path, target: Path) -> None:
    """Copy a folder with its owner, whole or not at all."""
    draft = target.with_name(f".{target.name}.draft")
    subprocess.run(["cp", "-a", data, draft], check=True)
    draft.rename(target)


def main() -> int:
    """Run the command given on the command line with a cluster of its own."""
    with cluster() as url:
        environment = os.environ | {"COMPTEXPERT_DATABASE_URL": url}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
