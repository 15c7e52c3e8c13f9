"""The real server in processes of its own: alone on SQLite, and as two workers on PostgreSQL."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests import made_once, postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRIES = 60


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    url: str
    place: dict[str, str]

    def command(self, *arguments: str) -> Any:
        """Run a command of the server and read what it prints."""
        return _command(self.place, *arguments)

    def person(self, case: str) -> dict[str, Any]:
        """Give somebody of the rehearsal."""
        found: dict[str, Any] = next(one for one in self.command("demo-people") if one["case"] == case)
        return found

    def site(self, name: str, redirect_uri: str, *options: str) -> dict[str, str]:
        """Register a site; give its id and secret."""
        found: dict[str, str] = self.command("create-client", name, redirect_uri, *options)
        return found


@contextlib.contextmanager
def on_sqlite(folder: Path, **more: str) -> Iterator[Running]:
    """Serve by one process on a file."""
    with _serving(_place(folder, **more), workers=1) as server:
        yield server


@contextlib.contextmanager
def on_postgresql(folder: Path, **more: str) -> Iterator[Running]:
    """Serve by two processes on a cluster of its own."""
    with postgresql.cluster(entries=ENTRIES) as database:
        place = _place(folder, COMPTEXPERT_DATABASE_URL=database, **more)
        with _serving(place, workers=2) as server:
            yield server


SERVERS = {"sqlite": on_sqlite, "postgresql": on_postgresql}


def _place(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPTEXPERT_")}
    mine = {"COMPTEXPERT_DATA_DIR": str(folder), "COMPTEXPERT_ADDRESS_LIMITS": "0"}
    return kept | mine | more


def _command(place: dict[str, str], *arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "comptexpert_server", *arguments],
        env=place,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stdout


@contextlib.contextmanager
def _serving(place: dict[str, str], *, workers: int) -> Iterator[Running]:
    if "COMPTEXPERT_DATABASE_URL" not in place:
        made_once.lay(Path(place["COMPTEXPERT_DATA_DIR"]), entries=ENTRIES)
    port = urlsplit(place.get("COMPTEXPERT_PUBLIC_URL", "")).port or 0
    options = ["--exit-with-parent", "--workers", str(workers), "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "comptexpert_server", "serve", *options],
        env=place,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        public = place.get("COMPTEXPERT_PUBLIC_URL", url)
        yield Running(public, place | {"COMPTEXPERT_PUBLIC_URL": public})
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
