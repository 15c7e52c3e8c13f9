"""The HTTP server: granian's WSGI engine, in this process for one worker, in a process each for several.

Engine, settings and listening socket are the same for both, so that a request gets the same answer from both.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import socket
import sys
import tempfile
import threading
from copy import deepcopy
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.urls import get_resolver
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer
from granian.server.mt import MTServer

from comptexpert_server.base.clock import now
from comptexpert_server.base.epoch import renew_epoch
from comptexpert_server.base.migration_status import missing
from comptexpert_server.operations import clock_watch
from comptexpert_server.operations.bootstrap import BACKLOG
from comptexpert_server.operations.checks import is_production
from comptexpert_server.operations.worker import run
from comptexpert_server.web.admission import THREADS
from comptexpert_server.web.metrics import SHARED_FOLDER

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from comptexpert_server.web.admission import Application

APPLICATION = "comptexpert_server.config.wsgi"
STOP_TIMEOUT = 8
"""Seconds that the requests under way have to end when the server is asked to."""
HEAD_TIMEOUT = 15
"""Seconds that a client has to send the head of a request."""
WORKER_PAUSE = 0.3
PROBE = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
PROBE_TIMEOUT = 60


class SharedListener:
    """Take connections from a socket bound before: none is refused while workers start, die or are replaced."""

    listener: SocketHolder

    def _init_shared_socket(self) -> None:
        self._ssp, self._sso, self._shd = None, None, self.listener


class InProcess(SharedListener, MTServer):  # type: ignore[misc]  # granian has no types
    """One worker, in a thread of this process: the embedded server starts nothing else and ends with its process."""

    def _check_gil(self) -> None:
        """Accept the interpreter lock: several workers are several processes."""


class Processes(SharedListener, MPServer):  # type: ignore[misc]  # granian has no types
    """Several workers, each a process; one that dies is replaced."""


def prepare(*, is_copy: bool) -> None:
    """Migrate an embedded database that is empty, give a copy its own epoch, and load every address."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and not Path(str(database["NAME"])).exists():
        call_command("migrate", verbosity=0, skip_checks=True)
    if is_copy:
        renew_epoch()
        clock_watch.accept(now())  # a template is as old as it is
    _ = get_resolver().url_patterns


def workers_asked() -> int:
    """Return how many processes the environment asks for."""
    return int(settings.ENVIRONMENT.workers)


def why_not(*, workers: int) -> str:
    """Return what must be done before this server can answer; empty when nothing must."""
    if workers > 1 and connection.vendor == "sqlite" and is_production():
        return "several workers need PostgreSQL: set COMPTEXPERT_DATABASE_URL"
    if workers > 1 and "fork" not in multiprocessing.get_all_start_methods():
        return "several workers need a system that forks: use one"
    try:
        behind = missing()
    except DatabaseError as fault:
        return f"the database does not answer ({type(fault).__name__}): see COMPTEXPERT_DATABASE_URL"
    finally:
        if workers > 1:
            connection.close()  # the workers are copies of this process: none may share its connection
    if behind:
        return f"the database lacks {len(behind)} migrations: run `comptexpert-server migrate` first"
    return ""


def serve(asked: argparse.Namespace, *, listener: socket.socket, announce: Callable[[], None]) -> None:
    """Answer until SIGTERM; requests under way are finished."""
    address = listener.getsockname()[:2]
    loaded, note = os.pipe()
    probe = partial(_announce_when_up, address, announce, loaded=loaded, workers=asked.workers)
    threading.Thread(target=probe, name="announce", daemon=True).start()
    if asked.workers > 1:
        with tempfile.TemporaryDirectory(prefix="comptexpert-metrics-") as folder:
            os.environ[SHARED_FOLDER] = folder  # the workers inherit it and add up their counts there
            multiprocessing.set_start_method("fork", force=True)
            _run(Processes, workers=asked.workers, listener=listener, note=note)
        return
    with _background_worker(is_asked=asked.with_worker):
        _run(InProcess, workers=1, listener=listener, note=note)


def _run(kind: type[InProcess | Processes], *, workers: int, listener: socket.socket, note: int) -> None:
    host, port = listener.getsockname()[:2]
    server = kind(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        loop=Loops.asyncio,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_TIMEOUT * 1000),
        backlog=BACKLOG,
        backpressure=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_TIMEOUT,
        log_level=LogLevels.error,
        log_dictconfig=_logging(),
    )
    server.listener = _handed_over(listener)
    server.serve(target_loader=partial(_load, note), wrap_loader=False)


def _load(note: int) -> Application:
    """Load the application in a worker, and note that it may be called."""
    application: Application = import_module(APPLICATION).application
    os.write(note, b".")
    return application


def _handed_over(listener: socket.socket) -> SocketHolder:
    """Give a socket away: granian closes it."""
    # An answer leaves at once: granian writes it in two pieces, and the second would wait 40 ms for an acknowledgement
    # of the first. Accepted connections take this from the socket that listens.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setblocking(False)  # several workers wait for the same connection, and one gets it
    more = () if sys.platform == "win32" else (False, BACKLOG)  # no Unix socket
    return SocketHolder(listener.detach(), *more)  # type: ignore[call-arg]  # granian's stub lacks its constructor


def _logging() -> dict[str, Any]:
    """Return our logging with granian's own two loggers, so that its lines look as ours do."""
    ours = deepcopy(settings.LOGGING)
    ours["loggers"] |= {"_granian": {"level": "ERROR"}, "granian.access": {"level": "CRITICAL"}}
    return ours


@contextlib.contextmanager
def _background_worker(*, is_asked: bool) -> Iterator[None]:
    """Send mails and do what is due beside the server."""
    if not is_asked:
        yield
        return
    stop = threading.Event()
    worker = threading.Thread(target=run, kwargs={"stop": stop, "pause": WORKER_PAUSE}, name="worker", daemon=True)
    worker.start()
    yield
    stop.set()
    worker.join(timeout=5)


def _announce_when_up(address: tuple[str, int], announce: Callable[[], None], *, loaded: int, workers: int) -> None:
    """Wait for our own workers, then ask for `/healthz` once: the connection waits in the socket until one answers.

    Workers that were there before may take that connection: they do not say that ours are ready.
    """
    for _ in range(workers):
        os.read(loaded, 1)
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address[0], address[0])  # noqa: S104 - compared, not bound
    with (
        contextlib.suppress(OSError),
        socket.create_connection((host, address[1]), timeout=PROBE_TIMEOUT) as line,
    ):
        line.sendall(PROBE)
        if line.recv(64).startswith(b"HTTP/1.1 200"):
            announce()
