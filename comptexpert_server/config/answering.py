"""The two ways to run the application: in this process, or by several workers."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import tempfile
import threading
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.urls import get_resolver
from waitress.server import create_server

from comptexpert_server.config.checks import is_production
from comptexpert_server.config.epoch import renew_epoch
from comptexpert_server.config.metrics import SHARED_FOLDER
from comptexpert_server.config.migrated import missing
from comptexpert_server.config.working import run
from comptexpert_server.config.wsgi import application

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

WORKER_PATIENCE = 8
"""Seconds that a worker has to end; one that was still starting when it was told may not have heard."""
THREADS = 4
LARGEST_BODY = 2 * 1_048_576
WORKER_PAUSE = 0.3


def prepare(*, is_copy: bool) -> None:
    """Migrate an embedded database that is empty, give a copy its own epoch, and load every address."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and not Path(str(database["NAME"])).exists():
        call_command("migrate", verbosity=0, skip_checks=True)
    if is_copy:
        renew_epoch()
    _ = get_resolver().url_patterns


def workers_asked() -> int:
    """Give how many processes the environment asks for."""
    return int(settings.ENVIRONMENT.workers)


def why_not(*, workers: int) -> str:
    """Say what must be done before this server can answer; empty when nothing must."""
    if workers > 1 and connection.vendor == "sqlite" and is_production():
        return "several workers need PostgreSQL: set COMPTEXPERT_DATABASE_URL"
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


def answer_here(asked: argparse.Namespace, *, listener: socket.socket, announce: Callable[[], None]) -> None:
    """Serve in this process until SIGTERM."""
    signal.signal(signal.SIGTERM, _end)
    server = create_server(
        application,
        sockets=[listener],
        threads=THREADS,
        ident=None,
        max_request_body_size=LARGEST_BODY,
        clear_untrusted_proxy_headers=False,  # `limits` and `metrics` judge them, as under granian
    )
    stop = threading.Event()
    worker = threading.Thread(target=run, kwargs={"stop": stop, "pause": WORKER_PAUSE}, name="worker", daemon=True)
    if asked.with_worker:
        worker.start()
    announce()
    server.run()
    stop.set()
    if asked.with_worker:
        worker.join(timeout=5)


def answer_with_many(asked: argparse.Namespace, *, listener: socket.socket, announce: Callable[[], None]) -> None:
    """Let granian run several workers; the port is given to it."""
    host, port = listener.getsockname()[:2]
    listener.close()
    with tempfile.TemporaryDirectory(prefix="comptexpert-metrics-") as folder:
        os.environ[SHARED_FOLDER] = folder  # the workers inherit it and add up their counts there
        _serve_with_many(asked, address=(host, port), announce=announce)


def _serve_with_many(asked: argparse.Namespace, *, address: tuple[str, int], announce: Callable[[], None]) -> None:
    granian = import_module("granian.server")  # a second to import: only where it is asked for
    constants = import_module("granian.constants")
    server = granian.Server(
        "comptexpert_server.config.wsgi:application",
        address=address[0],
        port=address[1],
        interface=constants.Interfaces.WSGI,
        workers=asked.workers,
        blocking_threads=THREADS,
        workers_kill_timeout=WORKER_PATIENCE,
        log_enabled=False,
    )
    waiter = threading.Thread(target=_announce_when_up, kwargs={"address": address, "announce": announce})
    waiter.daemon = True
    waiter.start()
    server.serve()


def _end(_number: int, _frame: object) -> None:
    raise SystemExit(0)


def _announce_when_up(*, address: tuple[str, int], announce: Callable[[], None]) -> None:
    pause = threading.Event()
    while not pause.wait(0.05):
        with contextlib.suppress(OSError), socket.create_connection(address, timeout=1):
            announce()
            return
