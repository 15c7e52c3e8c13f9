"""A real server in processes of its own, and people who call it over the network."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests import made_once

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAX_START = 60
MAX_TRIES = 5
PROGRAM = (sys.executable, "-m", "comptexpert_server")


class Server:
    """One server and its environment."""

    def __init__(self, url: str, environment: dict[str, str], *, pid: int) -> None:
        self.url = url
        self.pid = pid
        self.environment = environment
        self.host = urlsplit(url).netloc

    def caller(self) -> HTTPConnection:
        return HTTPConnection(self.host, timeout=60)

    def people(self) -> dict[str, dict[str, Any]]:
        """Describe everybody of the rehearsal, by case."""
        return {one["case"]: one for one in json.loads(command(self.environment, "demo-people"))}


@contextlib.contextmanager
def serving(
    folder: Path,
    *options: str,
    database_url: str = "",
    entries: int = 60,
    is_kept: bool = False,
    **variables: str,
) -> Iterator[Server]:
    """Serve people, or the database of an address that has some, until the end of the block; with `is_kept`, as for others: SIGHUP replaces processes."""
    environment = (
        os.environ | {"COMPTEXPERT_DATA_DIR": str(folder), "COMPTEXPERT_DATABASE_URL": database_url} | variables
    )
    environment.pop("COMPTEXPERT_PUBLIC_URL", None)
    if not database_url:
        made_once.lay(folder, entries=entries)
    process = subprocess.Popen(
        [*PROGRAM, "serve", *(() if is_kept else ("--exit-with-parent",)), *options],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], MAX_START)
        assert ready, "the server did not say where it answers"
        told = json.loads(process.stdout.readline())
        yield Server(told["url"], environment, pid=told["pid"])
    finally:
        process.terminate()
        process.wait(timeout=30)
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()


def command(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run([*PROGRAM, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def signed_up(caller: HTTPConnection, body: dict[str, Any]) -> tuple[str, float]:
    """Ask for an account, again when the server says « later »; give the code, or the status of what was taken, and the seconds that the last answer took."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    text = json.dumps(body)
    for _ in range(MAX_TRIES):
        began = time.perf_counter()
        caller.request("POST", "/api/v1/signups", text, headers)
        answer = caller.getresponse()
        found = json.loads(answer.read())
        spent = time.perf_counter() - began
        if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
            break
        time.sleep(int(answer.headers["Retry-After"]))
    return str(found.get("code") or found["status"]), spent


def at_once(server: Server, bodies: Sequence[dict[str, Any]]) -> list[str]:
    """Send every body at the same moment, each from a connection of its own: how many fall to one worker is chance, and beyond its places it says « later »."""
    barrier = threading.Barrier(len(bodies))

    def send(body: dict[str, Any]) -> str:
        with contextlib.closing(server.caller()) as caller:
            caller.connect()
            barrier.wait(timeout=30)
            return signed_up(caller, body)[0]

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(send, bodies))


def area_under_the_curve(one: list[float], other: list[float]) -> float:
    """Give how often a sample of `one` is longer than one of `other`: 0.5 when nothing can be told from the time."""
    pairs = [(a > b) + 0.5 * (a == b) for a in one for b in other]
    return sum(pairs) / len(pairs)
