"""Follow a table that was agreed to until the server has answered it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.domain.importing import Outcome, checked
from comptexpert_desktop.errors import Refused
from comptexpert_desktop.runtime.awaited import Awaited
from comptexpert_desktop.usecases.documents import importing
from comptexpert_desktop.usecases.outbox import outbox

if TYPE_CHECKING:
    from comptexpert_desktop.domain.importing import Checked
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.ui.screen import ScreenContext

REFUSED = "DEL_IMPORT_REFUSED"
"""The code of a table that was refused because of its lines."""


class Sending(QObject):
    """The table that is on its way, and what became of it."""

    settled = Signal(object)
    """An Outcome: everything is granted, or nothing."""
    delayed = Signal(object)
    """An OutboxEntry that waits for the server’s answer, with the code of why."""

    def __init__(self, context: ScreenContext, *, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._changes = context.tasks, context.changes
        self._lines: tuple[Checked, ...] = ()
        self._waiter: Awaited | None = None

    @property
    def is_under_way(self) -> bool:
        """Tell whether something was queued whose answer is not known."""
        return self._waiter is not None

    def follow(self, outbox_id: str, lines: tuple[Checked, ...]) -> None:
        """Follow lines by the entry that asks for them."""
        self.clear()
        self._lines = lines
        self._waiter = Awaited(self._tasks, self._changes, owner=self)
        self._waiter.done.connect(self._granted)
        self._waiter.refused.connect(self._refused)
        self._waiter.delayed.connect(self.delayed.emit)
        self._waiter.follow(outbox_id)

    def clear(self) -> None:
        """Follow nothing any more: what was queued goes on by itself."""
        if self._waiter is not None:
            self._waiter.clear()
            self._waiter.deleteLater()
        self._waiter = None

    def _granted(self, _entry: OutboxEntry) -> None:
        self._settle(Outcome(granted=self._lines))

    def _refused(self, entry: OutboxEntry) -> None:
        """Keep what the server says of each line, or of the whole; the outbox needs it no more."""
        answers = importing.refused_lines(entry)
        if answers and entry.code == REFUSED:
            before = dict(enumerate(one.answer for one in self._lines))
            results = [one if one.code else before[one.place] or one for one in answers]
            found = Outcome(left=checked([one.line for one in self._lines], results))
        else:
            found = Outcome(left=self._lines, error=Refused(entry.code, data=entry.answer))
        if not entry.is_uncertain:
            self._tasks.write(self, partial(outbox.discard, outbox_id=entry.id), wakes=False)
        self._settle(found)

    def _settle(self, found: Outcome) -> None:
        self.clear()
        self.settled.emit(found)
