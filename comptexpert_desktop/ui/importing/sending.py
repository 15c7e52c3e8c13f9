"""Follow the lots of one agreement until the server has answered each of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.domain.importing import Outcome, checked
from comptexpert_desktop.errors import Refused
from comptexpert_desktop.runtime.awaited import Awaited
from comptexpert_desktop.usecases.documents import importing
from comptexpert_desktop.usecases.outbox import outbox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptexpert_desktop.domain.importing import Checked
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.ui.screen import ScreenContext

REFUSED = "DEL_IMPORT_REFUSED"
"""The code of a table that was refused because of its lines."""


class Sending(QObject):
    """The lots that are on their way, and what became of those that were answered."""

    settled = Signal(object)
    """An Outcome: each lot has its answer."""
    advanced = Signal(int, int)
    """How many lots were answered, and of how many."""
    delayed = Signal(object)
    """An OutboxEntry that waits for the server’s answer, with the code of why."""

    def __init__(self, context: ScreenContext, *, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._changes = context.tasks, context.changes
        self._lots: dict[str, tuple[Checked, ...]] = {}
        self._waiters: dict[str, Awaited] = {}
        self.outcome = Outcome()

    @property
    def is_under_way(self) -> bool:
        """Tell whether something was queued whose answer is not known."""
        return bool(self._waiters)

    def follow(self, lots: Mapping[str, tuple[Checked, ...]]) -> None:
        """Follow lots by the entries that ask for them."""
        self.clear()
        self._lots, self.outcome = dict(lots), Outcome()
        for outbox_id in lots:
            waiter = Awaited(self._tasks, self._changes, owner=self)
            waiter.done.connect(self._granted)
            waiter.refused.connect(self._refused)
            waiter.delayed.connect(self.delayed.emit)
            self._waiters[outbox_id] = waiter
            waiter.follow(outbox_id)

    def clear(self) -> None:
        """Follow nothing any more: what was queued goes on by itself."""
        for outbox_id in list(self._waiters):
            self._end(outbox_id)
        self._lots = {}

    def _granted(self, entry: OutboxEntry) -> None:
        self._settle(entry, replace(self.outcome, granted=self.outcome.granted + self._lots[entry.id]))

    def _refused(self, entry: OutboxEntry) -> None:
        """Keep what the server says of each line, or of the whole; the outbox needs it no more."""
        lot, found = self._lots[entry.id], self.outcome
        answers = importing.refused_lines(entry)
        if answers and entry.code == REFUSED:
            before = {place: one.answer.delegation for place, one in enumerate(lot) if one.answer is not None}
            results = [one if one.code else replace(one, delegation=before.get(one.place)) for one in answers]
            found = replace(found, left=found.left + checked([one.line for one in lot], results))
        else:
            found = replace(found, left=found.left + lot, error=Refused(entry.code, data=entry.answer))
        if not entry.is_uncertain:
            self._tasks.write(self, partial(outbox.discard, outbox_id=entry.id), wakes=False)
        self._settle(entry, found)

    def _settle(self, entry: OutboxEntry, found: Outcome) -> None:
        self.outcome = found
        self._end(entry.id)
        if self._waiters:
            self.advanced.emit(len(self._lots) - len(self._waiters), len(self._lots))
        else:
            self.settled.emit(found)

    def _end(self, outbox_id: str) -> None:
        waiter = self._waiters.pop(outbox_id)
        waiter.clear()
        waiter.deleteLater()
