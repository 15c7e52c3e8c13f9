"""The embedded server: the reference server as a child process on this machine, with the fictitious registry."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from http.client import HTTPException
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_ENTRIES = 30_000
_HOST = "127.0.0.1"


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


class EmbeddedServer:
    """One server with its worker, its data and its mails below one folder; it ends with this process."""

    def __init__(self, folder: Path, *, entries: int = DEFAULT_ENTRIES, cache: Path | None = None) -> None:
        self.folder = folder
        self.entries = entries
        self.port = free_port()
        self.url = f"http://{_HOST}:{self.port}"
        self.mails = folder / "mails"
        self._cache = cache or folder
        self._serve: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What the server's commands read."""
        return os.environ | {
            "COMPTEXPERT_DATA_DIR": str(self.folder),
            "COMPTEXPERT_PUBLIC_URL": self.url,
            "COMPTEXPERT_EMAIL_URL": self.mails.as_uri(),
            "COMPTEXPERT_ADDRESS_LIMITS": "0",
        }

    def prepare(self) -> None:
        """Lay the database: a copy of the prebuilt one, which is made the first time."""
        self.mails.mkdir(parents=True, exist_ok=True)
        template = self._cache / f"template-{self.entries}-{_digest()}.sqlite3"
        if not template.exists():
            template.parent.mkdir(parents=True, exist_ok=True)
            self.command("template", str(template), "--entries", str(self.entries))
        shutil.copyfile(template, self.folder / "db.sqlite3")

    def start(self) -> None:
        """Start the server and its worker; returns at once."""
        self._serve = self._spawn("serve", "--port", str(self.port), "--exit-with-parent")
        self._worker = self._spawn("worker", "--exit-with-parent")

    def wait_until_ready(self, *, seconds: float = 20.0) -> None:
        """Return when the server answers."""
        opener = build_opener(ProxyHandler({}))
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(URLError, HTTPException, OSError), opener.open(f"{self.url}/readyz", timeout=5):
                return
            if self._serve is not None and self._serve.poll() is not None:
                raise RuntimeError(f"The embedded server ended with status {self._serve.returncode}.")
            time.sleep(0.02)
        raise RuntimeError(f"The embedded server did not answer within {seconds:.0f} seconds.")

    def kill(self) -> None:
        """Make the server vanish, as a power cut does; the worker goes with it."""
        for process in (self._serve, self._worker):
            if process is not None:
                process.kill()
                _reap(process)
        self._serve = self._worker = None

    def stop(self) -> None:
        """End the server and its worker in good order."""
        for process in (self._serve, self._worker):
            if process is None:
                continue
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
            _reap(process)
        self._serve = self._worker = None

    def command(self, *arguments: str) -> str:
        """Run a command of the server to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "comptexpert_server", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"comptexpert-server {arguments[0]} failed: {done.stderr[-2000:]}")
        return done.stdout

    def people(self) -> list[dict[str, Any]]:
        """Return the fictitious people and what a rehearsal needs to play them."""
        people: list[dict[str, Any]] = json.loads(self.command("demo-people"))
        return people

    def _spawn(self, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{arguments[0]}.log").open("ab")
        try:
            return subprocess.Popen(
                [sys.executable, "-m", "comptexpert_server", *arguments],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        finally:
            log.close()


def _reap(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _digest() -> str:
    """Name the version of the server's code: a prebuilt database of another version is not used."""
    package = find_spec("comptexpert_server")
    if package is None or package.origin is None:
        raise RuntimeError("The reference server is not installed.")
    root = Path(package.origin).parent
    seen = hashlib.sha256()
    for path in sorted((*root.rglob("*.py"), *root.rglob("*.json"))):
        seen.update(path.relative_to(root).as_posix().encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


@contextlib.contextmanager
def running(folder: Path, *, entries: int = DEFAULT_ENTRIES, cache: Path | None = None) -> Iterator[EmbeddedServer]:
    """Yield a server that answers, and end it."""
    server = EmbeddedServer(folder, entries=entries, cache=cache)
    server.prepare()
    server.start()
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()
