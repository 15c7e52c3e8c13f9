"""Turn the synchronisation: one turn at a time, woken by writes and by the clock."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from comptexpert_desktop.errors import GivenUp
from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.runtime.tasks import new_cancellation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.usecases.outbox import outbox
    from comptexpert_desktop.usecases.ports import Gateways, Stores
    from comptexpert_desktop.usecases.sync import sync
    from comptexpert_desktop.usecases.sync.messages import Batch, Results

if not TYPE_CHECKING:  # by the first turn: use cases bring the store and cryptography with them
    outbox = lazy("comptexpert_desktop.usecases.outbox.outbox")
    sync = lazy("comptexpert_desktop.usecases.sync.sync")

COALESCE_MS = 20
BUSY_SECONDS = 2.0
TROUBLE_SECONDS = 60.0
MIN_SECONDS = 1.0
MAX_OUTAGE_SECONDS = 30.0
"""Without a network the next turn waits 2 s, then 4, up to this; whatever the person does wakes it at once."""
STEPS = 100


class ImportGauge(QObject):
    """How far the building of a new copy of the registry is: told by the store worker, looked at by the window."""

    announced = Signal(float)
    """The share that is done, from 0 to 1; each hundredth once."""
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancelled = new_cancellation()
        self._shown = -1

    def begin(self) -> None:
        """Forget the last import."""
        self._cancelled.clear()
        self._shown = -1

    def cancel(self) -> None:
        """Give the new copy up; the one in place stays."""
        self._cancelled.set()

    def end(self) -> None:
        """Say that nothing is being built any more."""
        self.ended.emit()

    def tell(self, share: float) -> None:
        """Tell the share that is done, from the store worker; raises GivenUp once nobody wants the copy."""
        if self._cancelled.is_set():
            raise GivenUp
        step = int(share * STEPS)
        if step != self._shown:
            self._shown = step
            self.announced.emit(share)


class SyncLoop(QObject):
    """Collects where the store is, sends where the network is, applies where the store is."""

    turning = Signal(bool)
    """A turn begins or ends."""

    def __init__(self, tasks: Tasks, *, clock: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._clock = clock
        self._running = False
        self._again = False
        self._stopped = False
        self._outages = 0
        self.gauge = ImportGauge(self)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._begin)
        tasks.wrote.connect(self.wake)

    @property
    def is_turning(self) -> bool:
        """Tell whether a turn is under way."""
        return self._running

    def wake(self) -> None:
        """Turn as soon as possible; several wakes in a row make one turn."""
        if self._stopped:
            return
        if self._running:
            self._again = True
        else:
            self._timer.start(COALESCE_MS)

    def ask(self) -> None:
        """Turn now, with everything that waits: a person asked for it."""
        self._tasks.write(self, partial(_make_all_due, now=self._clock()), self.wake, wakes=False)

    def stop(self) -> None:
        """Turn no more."""
        self._stopped = True
        self._timer.stop()
        self.gauge.cancel()

    def _begin(self) -> None:
        if self._running or self._stopped:
            return
        self._running, self._again = True, False
        self.turning.emit(True)
        self._tasks.read(self, partial(_collect, now=self._clock()), self._collected, failed=self._broke)

    def _collected(self, batch: Batch | None) -> None:
        if batch is None:  # another program on this machine is in the middle of its own turn
            self._end(BUSY_SECONDS)
        else:
            self._tasks.call(self, partial(_send, batch=batch), self._sent, failed=self._broke)

    def _sent(self, results: Results) -> None:
        self._outages = self._outages + 1 if results.network is not None else 0
        if not self._stopped:
            self.gauge.begin()
        work = partial(_apply, results=results, now=self._clock(), progress=self.gauge.tell)
        self._tasks.write(self, work, self._applied, failed=self._broke, wakes=False)

    def _applied(self) -> None:
        self._tasks.read(self, partial(_next_wait, now=self._clock()), self._end, failed=self._broke)

    def _broke(self, _error: ComptexpertError) -> None:
        self._end(TROUBLE_SECONDS)

    def _end(self, wait: float) -> None:
        self._running = False
        self.gauge.end()
        self.turning.emit(False)
        if self._stopped:
            return
        minimum = min(2.0**self._outages, MAX_OUTAGE_SECONDS) if self._outages else MIN_SECONDS
        self._timer.start(COALESCE_MS if self._again else round(max(wait, minimum) * 1000))


# Functions of their own: a name is read from the lazy module in the background, where they run.


def _collect(stores: Stores, *, now: datetime) -> Batch | None:
    return sync.collect(stores, now=now)


def _send(gateways: Gateways, *, batch: Batch) -> Results:
    return sync.send(gateways, batch=batch)


def _apply(stores: Stores, *, results: Results, now: datetime, progress: Callable[[float], object]) -> Topics:
    return sync.apply(stores, results=results, now=now, progress=progress)


def _next_wait(stores: Stores, *, now: datetime) -> float:
    return sync.next_wait(stores, now=now, jitter=random.random())  # noqa: S311 - spreads turns, and hides nothing


def _make_all_due(stores: Stores, *, now: datetime) -> Topics:
    return outbox.make_all_due(stores, now=now)
