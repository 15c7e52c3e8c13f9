"""The embedded server: the reference server as a child process on this machine, with the fictitious registry."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import time
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from comptexpert_desktop.rehearsal import server_program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEFAULT_ENTRIES = 30_000
_HOST = "127.0.0.1"


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


class EmbeddedServer:
    """One server, its data and its mails below one folder; it ends with this process."""

    def __init__(self, folder: Path, *, entries: int = DEFAULT_ENTRIES, cache: Path | None = None) -> None:
        self.folder = folder
        self.entries = entries
        self.port = free_port()
        self.url = f"http://{_HOST}:{self.port}"
        self.mails = folder / "mails"
        self._template = (cache or folder) / f"template-{entries}.db"
        self._process: subprocess.Popen[bytes] | None = None

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
        """Make the prebuilt database, unless that of this version of the server is there already."""
        self.mails.mkdir(parents=True, exist_ok=True)
        self.command("template", str(self._template), "--entries", str(self.entries))

    def start(self) -> None:
        """Start the server, which sends its mails itself; returns at once."""
        options = ["--port", str(self.port), "--template", str(self._template)]
        with (self.folder / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*_program(), "serve", "--with-worker", "--exit-with-parent", *options],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    def wait_until_ready(self, *, seconds: float = 20.0) -> None:
        """Return when the server answers."""
        opener = build_opener(ProxyHandler({}))
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(URLError, HTTPException, OSError), opener.open(f"{self.url}/readyz", timeout=5):
                return
            if self._process is not None and self._process.poll() is not None:
                raise RuntimeError(f"The embedded server ended with status {self._process.returncode}.")
            time.sleep(0.02)
        raise RuntimeError(f"The embedded server did not answer within {seconds:.0f} seconds.")

    def kill(self) -> None:
        """Make the server vanish, as a power cut does."""
        if self._process is not None:
            self._process.kill()
            _reap(self._process)
            self._process = None

    def stop(self) -> None:
        """End the server in good order."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        _reap(self._process)
        self._process = None

    def command(self, *arguments: str) -> str:
        """Run a command of the server to its end and return what it printed."""
        done = subprocess.run(
            [*_program(), *arguments],
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


def _program() -> list[str]:
    found = server_program.command()
    if found is None:
        raise RuntimeError("The rehearsal's server is not installed.")
    return found


def _reap(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


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
