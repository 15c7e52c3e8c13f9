"""Turn the synchronisation: one turn at a time, woken by writes and by the clock."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from comptexpert_desktop.errors import GivenUp
from comptexpert_desktop.ui.tasks import new_cancellation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.usecases.ports import Doors, Stores
    from comptexpert_desktop.usecases.turn import Batch, Results

COALESCE_MS = 20
BUSY_SECONDS = 2.0
TROUBLE_SECONDS = 60.0
SHORTEST_SECONDS = 1.0
LONGEST_OUTAGE_SECONDS = 30.0
"""Without a network the next turn waits 2 s, then 4, up to this; whatever the person does wakes it at once."""
STEPS = 100


class ImportGauge(QObject):
    """How far the building of a new copy of the registry is: told by the store worker, looked at by the window."""

    told = Signal(float)
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
            self.told.emit(share)


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
        shortest = min(2.0**self._outages, LONGEST_OUTAGE_SECONDS) if self._outages else SHORTEST_SECONDS
        self._timer.start(COALESCE_MS if self._again else round(max(wait, shortest) * 1000))


# The use cases of a turn bring the store and cryptography with them: they are imported by the first turn, in the
# background, so that the first frame does not wait for them.


def _collect(stores: Stores, *, now: datetime) -> Batch | None:
    from comptexpert_desktop.usecases import sync  # noqa: PLC0415  start-up time

    return sync.collect(stores, now=now)


def _send(doors: Doors, *, batch: Batch) -> Results:
    from comptexpert_desktop.usecases import sync  # noqa: PLC0415  start-up time

    return sync.send(doors, batch=batch)


def _apply(stores: Stores, *, results: Results, now: datetime, progress: Callable[[float], object]) -> Topics:
    from comptexpert_desktop.usecases import sync  # noqa: PLC0415  start-up time

    return sync.apply(stores, results=results, now=now, progress=progress)


def _next_wait(stores: Stores, *, now: datetime) -> float:
    from comptexpert_desktop.usecases import sync  # noqa: PLC0415  start-up time

    return sync.next_wait(stores, now=now)
