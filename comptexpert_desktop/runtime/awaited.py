"""Follow a command that a screen waits for: it leaves like every other, and outlives whoever waits."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.usecases.outbox import outbox

if TYPE_CHECKING:
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.runtime.changes import Changes
    from comptexpert_desktop.runtime.tasks import Tasks


class Awaited(QObject):
    """One entry of the outbox at a time; when the window ends, the entry goes on without it."""

    done = Signal(object)
    """An OutboxEntry that the server carried out."""
    refused = Signal(object)
    """An OutboxEntry that came back to the person."""
    delayed = Signal(object)
    """An OutboxEntry that waits, with the code of why: it leaves again by itself."""

    def __init__(self, tasks: Tasks, changes: Changes, *, owner: QObject) -> None:
        super().__init__(owner)
        self._tasks = tasks
        self._outbox_id = ""
        self._seen: tuple[str, str] | None = None
        changes.listen(self, Topic.OUTBOX, call=self._look)

    @property
    def outbox_id(self) -> str:
        """The entry that is followed; empty for none."""
        return self._outbox_id

    def follow(self, outbox_id: str) -> None:
        """Follow an entry from here on."""
        self._outbox_id, self._seen = outbox_id, None
        self._look()

    def clear(self) -> None:
        """Follow nothing any more."""
        self._outbox_id, self._seen = "", None

    def _look(self) -> None:
        if self._outbox_id:
            work = partial(outbox.find, outbox_id=self._outbox_id)
            self._tasks.read(self, work, partial(self._take, self._outbox_id))

    def _take(self, outbox_id: str, entry: OutboxEntry | None) -> None:
        if outbox_id != self._outbox_id or entry is None:
            return
        state = (entry.status.value, entry.code)
        if state == self._seen:
            return
        self._seen = state
        if entry.status is OutboxStatus.SENT:
            self.clear()
            self.done.emit(entry)
        elif entry.status is OutboxStatus.NEEDS_YOU:
            self.refused.emit(entry)
        elif entry.status is not OutboxStatus.SENDING and entry.code:
            self.delayed.emit(entry)
