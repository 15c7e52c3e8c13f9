"""Work in the background: one serial worker for the store, a few daemon threads for the network.

Only this module and `sync_loop` know that threads exist. Jobs are given on the main thread and their
callbacks come back on it; a callback is dropped when its owner was destroyed. Exit never waits for a
request: the network threads are daemons. It does wait for the writes that were already accepted.
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
import traceback
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar, cast

import shiboken6
from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.domain.topics import EVERYTHING
from comptexpert_desktop.errors import ComptexpertError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.runtime.changes import Changes
    from comptexpert_desktop.usecases.ports import Gateways, Stores

T = TypeVar("T")
S = TypeVar("S")

log = logging.getLogger(__name__)

NETWORK_THREADS = 4
CLOSE_SECONDS = 10.0
IN_STORE_SECONDS = 60.0
"""How long a network thread waits for the store: the building of a copy of the registry fits in."""
UNUSABLE = frozenset({"STORE_TOO_NEW", "STORE_DAMAGED"})
"""The codes after which nothing more can be done with the local files."""


@dataclass(frozen=True, slots=True)
class _Job(Generic[S]):
    """Something to do with a resource of type S, and whom to tell."""

    number: int
    channel: str | None
    owner: QObject
    work: Callable[[S], object]
    done: Callable[[object], None]
    failed: Callable[[ComptexpertError], None] | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a job gave: a value or an error."""

    job: _Job[object]
    value: object
    error: ComptexpertError | None
    changed_outside: bool = False
    """Another program wrote to the local files since the last job."""


def new_cancellation() -> threading.Event:
    """Make the flag by which a person gives up a call that waits."""
    return threading.Event()


class Tasks(QObject):
    """The only way from a screen to a use case."""

    failed = Signal(object)
    """A ComptexpertError that nobody asked to hear about."""
    store_unusable = Signal(object)
    """A StoreError: a local file is damaged or too new; nothing was written to it."""
    wrote = Signal()
    """A write was kept: something may be ready to leave."""
    _finished = Signal(object)

    def __init__(
        self,
        *,
        open_stores: Callable[[], Stores],
        open_gateways: Callable[[], Gateways],
        changes: Changes,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._changes = changes
        self._numbers = itertools.count(1)
        self._latest: dict[str, int] = {}
        self._store = _Worker("store", open_stores, self._report, self._is_stale, threads=1, attempt=_in_shared_files)
        self._network = _Worker("network", open_gateways, self._report, self._is_stale, threads=NETWORK_THREADS)
        self._is_started = False
        self._closing = False

    def start(self) -> None:
        """Start the threads; jobs given before wait for it, so that the first frame comes first."""
        if self._is_started:
            return
        self._is_started = True
        # Imported here: the names of Qt are many, and the first frame needs none of them.
        from PySide6.QtCore import Qt  # noqa: PLC0415

        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._store.start()
        self._network.start()

    def settle(self, *, seconds: float) -> bool:
        """Wait until the writes already accepted are on disk, at most so long; tell whether they are."""
        reached = threading.Event()
        self._give(self._store, self, lambda _stores: reached.set(), lambda _nothing: None, failed=None, channel=None)
        self.start()
        return reached.wait(seconds)

    def close(self, *, seconds: float = CLOSE_SECONDS) -> None:
        """Finish the writes already accepted, close the files, let the network threads go."""
        if self._closing:
            return
        self._closing = True
        self._network.stop(wait=0)
        self._store.stop(wait=seconds)

    def read(
        self,
        owner: QObject,
        work: Callable[[Stores], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[ComptexpertError], None] | None = None,
        channel: str | None = None,
    ) -> None:
        """Read the local files; of several reads on one channel only the latest is delivered."""
        self._give(self._store, owner, work, done, failed=failed, channel=channel)

    def write(
        self,
        owner: QObject,
        work: Callable[[Stores], Topics],
        done: Callable[[], None] | None = None,
        *,
        failed: Callable[[ComptexpertError], None] | None = None,
        wakes: bool = True,
    ) -> None:
        """Write to the local files, then tell what changed; the write happens even if `owner` dies.

        A write wakes the synchronisation, except those of the synchronisation itself.
        """

        def written(topics: Topics) -> None:
            if done is not None and shiboken6.isValid(owner):
                done()
            self._changes.announce(topics)
            if wakes:
                self.wrote.emit()

        self._give(self._store, self, work, written, failed=_while_alive(owner, failed), channel=None)

    def call(
        self,
        owner: QObject,
        work: Callable[[Gateways], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[ComptexpertError], None] | None = None,
        channel: str | None = None,
    ) -> None:
        """Call the outside world; of several calls on one channel only the latest is sent and delivered."""
        self._give(self._network, owner, work, done, failed=failed, channel=channel)

    def in_store(self, work: Callable[[Stores], T]) -> T:
        """Do a piece of work where the store is, from a network thread, and wait for what it gives."""
        done: Future[T] = Future()

        def fulfil(stores: Stores) -> None:
            try:
                done.set_result(stores.attempt(work))
            except ComptexpertError as error:
                done.set_exception(error)

        self._give(self._store, self, fulfil, lambda _nothing: None, failed=None, channel=None)
        try:
            return done.result(IN_STORE_SECONDS)
        except TimeoutError:
            raise StoreError("STORE_BUSY", data={"file": "registry.db"}) from None  # nothing else takes so long

    def _give(
        self,
        worker: _Worker[S],
        owner: QObject,
        work: Callable[[S], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[ComptexpertError], None] | None,
        channel: str | None,
    ) -> None:
        number = next(self._numbers)
        if channel is not None:
            self._latest[channel] = number
        worker.give(_Job(number, channel, owner, work, cast("Callable[[object], None]", done), failed))

    def _is_stale(self, job: _Job[object]) -> bool:
        return job.channel is not None and self._latest.get(job.channel) != job.number

    def _report(self, outcome: _Outcome) -> None:
        if self._closing:
            return
        try:
            self._finished.emit(outcome)
        except RuntimeError:  # the application is gone: there is nobody to tell
            return

    def _deliver(self, outcome: _Outcome) -> None:
        job = outcome.job
        if outcome.changed_outside and not self._closing:
            self._changes.announce(EVERYTHING)
        if self._closing or self._is_stale(job) or not shiboken6.isValid(job.owner):
            return
        if outcome.error is None:
            job.done(outcome.value)
            return
        if isinstance(outcome.error, StoreError) and outcome.error.code in UNUSABLE:
            self.store_unusable.emit(outcome.error)
            return
        if job.failed is not None:
            job.failed(outcome.error)
        else:
            self.failed.emit(outcome.error)


def _while_alive(
    owner: QObject, failed: Callable[[ComptexpertError], None] | None
) -> Callable[[ComptexpertError], None] | None:
    """Wrap a callback so that it is forgotten once its owner died."""
    if failed is None:
        return None

    def call(error: ComptexpertError) -> None:
        if shiboken6.isValid(owner):
            failed(error)

    return call


def _in_shared_files(stores: Stores, work: Callable[[Stores], object]) -> tuple[object, bool]:
    """Do a piece of work with what the disk holds now; also returns whether another program changed it."""
    value = stores.attempt(work)
    return value, stores.take_changes()


class _Worker(Generic[S]):
    """Daemon threads that share one resource, opened by the first job that needs it."""

    def __init__(
        self,
        name: str,
        open_resource: Callable[[], S],
        report: Callable[[_Outcome], None],
        is_stale: Callable[[_Job[object]], bool],
        *,
        threads: int,
        attempt: Callable[[S, Callable[[S], object]], tuple[object, bool]] | None = None,
    ) -> None:
        self._open = open_resource
        self._attempt = attempt
        self._report = report
        self._is_stale = is_stale
        self._jobs: queue.SimpleQueue[_Job[S] | None] = queue.SimpleQueue()
        self._resource: S | None = None
        self._lock = threading.Lock()
        self._at_work = threads
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{rank}", daemon=True) for rank in range(threads)
        ]
        self._started = False

    def give(self, job: _Job[S]) -> None:
        """Queue a job."""
        self._jobs.put(job)

    def start(self) -> None:
        """Start the threads, once."""
        if not self._started:
            self._started = True
            for thread in self._threads:
                thread.start()

    def stop(self, *, wait: float) -> None:
        """End each thread after the jobs already queued; wait at most so many seconds for it."""
        for _ in self._threads:
            self._jobs.put(None)
        if self._started and wait:
            for thread in self._threads:
                thread.join(wait)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            whole = cast("_Job[object]", job)
            if self._is_stale(whole):
                continue
            self._report(self._do(job, whole))
            del job, whole  # a waiting thread keeps nobody's data
        self._close()

    def _do(self, job: _Job[S], whole: _Job[object]) -> _Outcome:
        try:
            if self._attempt is None:
                return _Outcome(whole, job.work(self._opened()), None)
            value, changed_outside = self._attempt(self._opened(), job.work)
            return _Outcome(whole, value, None, changed_outside)
        except ComptexpertError as error:
            return _Outcome(whole, None, error)
        except Exception as error:  # noqa: BLE001 the border: a bug must not end the thread
            where = traceback.extract_tb(error.__traceback__)[-1]
            log.error(  # noqa: TRY400 a traceback would hold data
                "background work failed: %s at %s:%s", type(error).__name__, where.filename, where.lineno
            )
            return _Outcome(whole, None, ComptexpertError("UNEXPECTED"))

    def _opened(self) -> S:
        with self._lock:
            if self._resource is None:
                self._resource = self._open()
            return self._resource

    def _close(self) -> None:
        """Close the resource; the last thread does it, for the others may still use it."""
        with self._lock:
            self._at_work -= 1
            if self._at_work:
                return
            close = getattr(self._resource, "close", None)
            self._resource = None
        if close is not None:
            close()
