"""Queue the answers that were chosen, and say how far they are: each has its own entry, which outlives the window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.usecases.firm import reviews

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.screen import ScreenContext
    from comptexpert_desktop.usecases.firm.reviews import InFlight


class Sending(QObject):
    """One sending at a time; what has not left may be given up, what left is told."""

    moved = Signal(int)
    """How many answers the server took or refused so far."""
    ended = Signal(int, int)
    """How many were taken, how many refused."""
    delayed = Signal(str)
    """The code of why the rest waits: it leaves by itself."""
    failed = Signal(object)
    """A ComptexpertError: nothing was queued."""

    def __init__(self, context: ScreenContext, *, owner: QWidget) -> None:
        super().__init__(owner)
        self._context, self._tasks, self._owner = context, context.tasks, owner
        self._firm_id = ""
        self._total = 0
        self._last: InFlight | None = None
        self.is_running = False
        context.changes.listen(self, Topic.REVIEWS, Topic.OUTBOX, call=self._look)

    def start(self, *, firm_id: str, total: int) -> None:
        """Queue what was chosen for the review of a firm."""
        if self.is_running:
            return
        self._firm_id, self._total, self._last = firm_id, total, None
        self.is_running = True
        work = partial(reviews.send, firm_id=firm_id, now=self._context.clock())
        self._tasks.write(self._owner, work, self._look, failed=self._fail)

    def give_up(self) -> None:
        """Let nothing more leave; what is on its way ends by itself."""
        self._tasks.write(self._owner, partial(reviews.give_up, firm_id=self._firm_id), failed=self._fail, wakes=False)

    def _look(self) -> None:
        if self._firm_id and (self.is_running or self._total):
            self._tasks.read(self, partial(reviews.in_flight, firm_id=self._firm_id), self._take)

    def _take(self, found: InFlight) -> None:
        if not self._total or found == self._last:
            return
        self._last = found
        answered = max(0, self._total - found.waiting - found.chosen)
        if found.waiting == 0:
            self.is_running, self._total = False, 0
            self.ended.emit(answered - found.refused, found.refused)
        elif found.code:
            self.is_running = False
            self.delayed.emit(found.code)
        else:
            self.is_running = True
            self.moved.emit(answered)

    def _fail(self, error: ComptexpertError) -> None:
        self.is_running, self._total = False, 0
        self.failed.emit(error)
