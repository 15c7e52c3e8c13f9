"""Databases that are made once for a run of the tests and copied afterwards: all migrations take seconds of computing.

The first run of the migrations is always a real one, in a process of its own, of this very tree; what is copied is what
it left.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
from PySide6.QtCore import QLockFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from comptexpert_desktop.rehearsal.embedded import EmbeddedServer

VARIABLE: Final = "MADE_ONCE_FOLDER"
"""The environment variable that names the folder of this run."""
SEED: Final = "1"


def folder() -> Path:
    """Return the folder of this run."""
    return Path(os.environ[VARIABLE])


def lay(data_dir: Path, *, entries: int = 0) -> None:
    """Copy a migrated SQLite database into a server's folder that has none; with `entries` it holds people too."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = data_dir / "comptexpert.db"
    if target.exists():
        return
    shutil.copyfile(filled(entries) if entries else migrated(), target)
    target.chmod(0o600)


def migrated() -> Path:
    """Return the SQLite file that holds every migration and nothing else."""
    return _file("migrated.db", ["migrate"])


def filled(entries: int) -> Path:
    """Return the SQLite file that holds the people of the rehearsal among so many entries of the registry."""
    return _file(f"filled-{entries}.db", _seed(entries), start=migrated())


def people(server: EmbeddedServer) -> dict[str, dict[str, Any]]:
    """Return the people of a server whose database is a copy of the template of this run, by the case they play."""
    made = folder() / f"people-{server.entries}.json"
    with alone(made.name):
        if not made.exists():
            made.write_text(json.dumps(server.people()), encoding="utf-8")
    return {person["case"]: person for person in json.loads(made.read_text(encoding="utf-8"))}


def copy_into(connection: BaseDatabaseWrapper) -> None:
    """Give an empty SQLite connection all tables."""
    connection.ensure_connection()
    with closing(sqlite3.connect(migrated())) as source:
        source.backup(connection.connection)


def template_on_postgresql() -> str:
    """Return the name of a database on the cluster of this run that holds every migration and nothing else."""
    name, mark = "comptexpert_migrated", folder() / "postgresql-migrated"
    with alone(mark.name):
        if not mark.exists():
            url = os.environ["COMPTEXPERT_DATABASE_URL"]
            with closing(psycopg.connect(url, autocommit=True)) as cluster:
                cluster.execute(f"CREATE DATABASE {name}")
            with tempfile.TemporaryDirectory(dir=folder()) as place:
                _run(["migrate"], data_dir=Path(place), database_url=f"{url.rpartition('/')[0]}/{name}")
            mark.touch()
    return name


def _file(name: str, command: list[str], *, start: Path | None = None) -> Path:
    made = folder() / name
    with alone(name):
        if not made.exists():
            with tempfile.TemporaryDirectory(dir=folder()) as place:
                data = Path(place) / "comptexpert.db"
                if start is not None:
                    shutil.copyfile(start, data)
                _run(command, data_dir=Path(place))
                with closing(sqlite3.connect(data)) as whole:
                    whole.execute("VACUUM INTO ?", (str(made),))
    return made


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Let one process of the run make a thing; the others wait for it."""
    lock = QLockFile(str(folder() / f"{name}.lock"))
    lock.setStaleLockTime(0)
    assert lock.lock(), lock.error()
    try:
        yield
    finally:
        lock.unlock()


def fill(data_dir: Path, *, entries: int, database_url: str) -> None:
    """Migrate an empty database, and add people among so many entries of the registry."""
    for command in (["migrate"], _seed(entries)):
        _run(command, data_dir=data_dir, database_url=database_url)


def _seed(entries: int) -> list[str]:
    return ["seed", "--entries", str(entries), "--seed", SEED]


def _run(command: list[str], *, data_dir: Path, database_url: str = "") -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPTEXPERT_")}
    environment = kept | {"COMPTEXPERT_DATA_DIR": str(data_dir), "COMPTEXPERT_DATABASE_URL": database_url}
    subprocess.run(
        [sys.executable, "-m", "comptexpert_server", *command],
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
