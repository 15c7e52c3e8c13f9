"""The queue before the work: few requests at once, a bounded number behind them, and « later » for all others.

granian hands each request to one of many threads. Only those that take a slot work and hold a connection to the
database; the next ones wait for a slot, in order and not for long; whoever comes then is refused at once, before
anything is read or written, so that no key is used and the same request may be sent again. An answer that is held until
a beat, so that its time tells nothing, holds no slot meanwhile; it counts among those that wait. What watches over the
server (health, readiness, figures) passes beside the queue.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import random
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from comptexpert_server.base.epoch import last_known_epoch
from comptexpert_server.web import metrics, request_id
from comptexpert_server.web.constant_time import answer_held
from comptexpert_server.web.middleware import FIGURES_PATH, HEALTH_PATHS, PAGE_POLICY
from comptexpert_server.web.polling import pace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    Environ = dict[str, Any]
    StartResponse = Callable[..., object]
    Application = Callable[[Environ, StartResponse], Iterable[bytes]]

WORKING = 4
"""Requests that one worker works on at once, each with a connection to the database."""
WRITING = 3
"""Of those, writes: behind a long one, which the database takes alone, the others would hold every slot."""
WAITING = 40
"""Requests that wait for one of them; half of them writes at most."""
REFUSING = 12
"""Threads that are left to refuse, and to answer who watches."""
THREADS = WORKING + WAITING + REFUSING
TIMEOUT = 1.0
"""Seconds that a request waits at most."""
RETRY_AFTER = (2, 8)
"""Seconds after which to come again, by chance between these: those who were refused together do not return so."""
ALIVE, *_ = HEALTH_PATHS
WRITE_MARK = "HTTP_IDEMPOTENCY_KEY"
"""What every write of the API carries."""
LEAVING = mmap.mmap(-1, 1)
"""Its one byte is set once these processes are about to end: all workers of a server share it."""

PAGE = Path(__file__).resolve().parent / "templates" / "503.html"


@dataclass(eq=False)
class Slot:
    """A place among those that work, with the connection to the database that goes with it."""

    connection: BaseDatabaseWrapper | None = None
    is_for_writing: bool = False


@dataclass(eq=False)
class _Waiter:
    """One request that waits: the lock opens when it is given a slot."""

    is_writing: bool
    gate: threading.Lock = field(default_factory=threading.Lock)
    slot: Slot | None = None


class Queue:
    """Slots, handed on in the order of those that wait; a write lets others pass while enough writes are worked on."""

    def __init__(self, *, working: int, waiting: int, timeout: float, writing: int | None = None) -> None:
        self._lock = threading.Lock()
        self._free = [Slot() for _ in range(working)]
        self._waiters: deque[_Waiter] = deque()
        self._resting = 0
        self._max_waiting, self._timeout = waiting, timeout
        self._may_write = working if writing is None else writing
        """How many more writes may be worked on."""

    def take(self, *, is_writing: bool = False) -> Slot | None:
        """Wait for a slot; None when too many wait already, or when none came free in time."""
        with self._lock:
            if self._free and self._resting <= self._max_waiting and (self._may_write or not is_writing):
                return self._hand_out(is_writing=is_writing)
            if len(self) >= self._max_waiting or (is_writing and self._writes >= self._max_waiting / 2):
                return None
            waiter = _Waiter(is_writing)
            waiter.gate.acquire()
            self._waiters.append(waiter)
        waiter.gate.acquire(timeout=self._timeout)
        with self._lock:
            if waiter.slot is None:
                self._waiters.remove(waiter)
            return waiter.slot

    def __len__(self) -> int:
        """Count those that wait, for a slot or with an answer that is held."""
        return len(self._waiters) + self._resting

    @contextlib.contextmanager
    def resting(self) -> Iterator[None]:
        """Count an answer that waits for its beat."""
        with self._lock:
            self._resting += 1
        try:
            yield
        finally:
            with self._lock:
                self._resting -= 1

    def give_back(self, slot: Slot) -> None:
        """Hand a slot on to who waits longest of those that may have it."""
        with self._lock:
            self._may_write += slot.is_for_writing
            self._free.append(slot)
            for waiter in list(self._waiters):
                if self._free and (self._may_write or not waiter.is_writing):
                    self._waiters.remove(waiter)
                    waiter.slot = self._hand_out(is_writing=waiter.is_writing)
                    waiter.gate.release()

    def _hand_out(self, *, is_writing: bool) -> Slot:
        slot = self._free.pop()
        slot.is_for_writing = is_writing
        self._may_write -= is_writing
        return slot

    @property
    def _writes(self) -> int:
        return sum(one.is_writing for one in self._waiters)


class Admission:
    """A WSGI application that lets few requests at once into another one."""

    def __init__(
        self,
        application: Application,
        *,
        working: int = WORKING,
        waiting: int = WAITING,
        timeout: float = TIMEOUT,
        writing: int = WRITING,
    ) -> None:
        self._application = application
        self._queue = Queue(working=working, waiting=waiting, timeout=timeout, writing=writing)
        self._watch = Queue(working=1, waiting=REFUSING, timeout=timeout)

    @property
    def waiting(self) -> int:
        """How many requests wait."""
        return len(self._queue)

    def __call__(self, environ: Environ, start_response: StartResponse) -> list[bytes]:
        """Answer, or say when to come again; once others take over, ask for another connection as well."""
        return self._admit(environ, _closing(start_response) if LEAVING[0] else start_response)

    def _admit(self, environ: Environ, start_response: StartResponse) -> list[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == ALIVE:
            return self._answer(environ, start_response)
        is_watching = path in HEALTH_PATHS or path == FIGURES_PATH
        queue = self._watch if is_watching else self._queue
        began = time.monotonic()
        slot = queue.take(is_writing=WRITE_MARK in environ)
        if slot is None:
            return _refuse(environ, start_response)
        with answer_held() as held:
            try:
                if not is_watching:
                    settings.KEPT_SECRET_KEY.follow(settings.SECRET_KEY_FALLBACKS)
                    _note(time.monotonic() - began)
                with _connected(slot):
                    answer = self._answer(environ, start_response)
            finally:
                queue.give_back(slot)
        if held.intervals:
            with queue.resting():
                held.wait()
        return answer

    def _answer(self, environ: Environ, start_response: StartResponse) -> list[bytes]:
        """Make the whole answer while the slot is held: sending it to a slow client holds none."""
        answer = self._application(environ, start_response)
        try:
            return list(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()


@contextlib.contextmanager
def _connected(slot: Slot) -> Iterator[None]:
    """Lend the slot's connection to this thread, or give the slot the one that this thread makes."""
    if slot.connection is None:
        slot.connection = connections.create_connection(DEFAULT_DB_ALIAS)
        slot.connection.inc_thread_sharing()
    connections[DEFAULT_DB_ALIAS] = slot.connection
    try:
        yield
    finally:
        del connections[DEFAULT_DB_ALIAS]


def _note(wait: float) -> None:
    metrics.count_wait(wait)
    pace.note(wait)


def _closing(start_response: StartResponse) -> StartResponse:
    """Close the connection after the answer: the caller's next request then reaches who takes over.

    An application may not say so by the letter of WSGI; granian hands it on. A connection that a server closes while a
    request is on its way loses that request.
    """

    def start(status: str, headers: list[tuple[str, str]], *more: object) -> object:
        return start_response(status, [*headers, ("Connection", "close")], *more)

    return start


def leave() -> None:
    """Ask every caller of these processes to open its next connection elsewhere."""
    LEAVING[0] = 1


def _refuse(environ: Environ, start_response: StartResponse) -> list[bytes]:
    """Say when to come again, as a problem document or as a page."""
    metrics.count_refused()
    pace.note(TIMEOUT)
    wait = random.randint(*RETRY_AFTER)  # noqa: S311 - spreads, and hides nothing
    name = request_id.begin(environ.get("HTTP_X_REQUEST_ID", ""))
    request_id.end()
    is_call = environ.get("PATH_INFO", "").startswith("/api/")
    kind, body = (
        ("application/problem+json", _problem(name, wait)) if is_call else ("text/html; charset=utf-8", _page())
    )
    content = body.encode()
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(content))),
        ("Retry-After", str(wait)),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", PAGE_POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Date", formatdate(usegmt=True)),
        ("Server", "Comptexpert"),
        (request_id.HEADER, name),
    ]
    if epoch := last_known_epoch():
        headers.append(("Comptexpert-Epoch", epoch))
    start_response("503 Service Unavailable", headers)
    return [content]


@lru_cache(maxsize=1)
def _page() -> str:
    return PAGE.read_text("utf-8")


def _problem(name: str, wait: int) -> str:
    return json.dumps(
        {
            "type": "urn:comptexpert:problem:SERVER_FAULT",
            "title": "Service Unavailable",
            "status": 503,
            "code": "SERVER_FAULT",
            "detail": "Too many calls at once: nothing was done, send it again later.",
            "retry_after": wait,
            "instance": f"urn:comptexpert:request:{name}",
        }
    )
