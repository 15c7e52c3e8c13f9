"""Open a review: ask until when, queue it, and say what came of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.domain.commands import OpenReview
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.runtime.awaited import Awaited
from comptexpert_desktop.ui.reviews.open_dialog import OpenDialog
from comptexpert_desktop.usecases.firm import firm as firm_case
from comptexpert_desktop.usecases.firm import reviews
from comptexpert_desktop.usecases.outbox import outbox

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.ui.screen import ScreenContext


class Opening(QObject):
    """A dialog, then one command; a day that waits already is not asked twice."""

    opened = Signal(object)
    """A Fetched: the review that was opened."""
    refused = Signal(object)
    """The OutboxEntry that the server refused; it is not in the outbox any more."""
    delayed = Signal(object)
    """The OutboxEntry that waits for the server's answer."""
    failed = Signal(object)
    """A ComptexpertError: nothing was queued, or the review could not be read."""

    def __init__(self, context: ScreenContext, *, owner: QWidget) -> None:
        super().__init__(owner)
        self._context, self._tasks, self._owner = context, context.tasks, owner
        self._asked: tuple[str, date] | None = None
        self._account_id = ""
        self._awaited = Awaited(context.tasks, context.changes, owner=self)
        self._awaited.done.connect(self._done)
        self._awaited.refused.connect(self._refused)
        self._awaited.delayed.connect(self.delayed.emit)

    def ask(self, *, firm: Firm, account_id: str) -> OpenDialog:
        """Ask until when the review of a firm lasts, and open it."""
        dialog = OpenDialog(self._owner, firm=firm.name, today=day_in_france(self._context.clock()))
        dialog.accepted.connect(lambda: self.open_until(firm=firm, closes_on=dialog.closes_on(), account_id=account_id))
        dialog.open()
        return dialog

    def open_until(self, *, firm: Firm, closes_on: date | None, account_id: str) -> None:
        """Open a review that ends on a day."""
        if closes_on is None or self._asked == (firm.id, closes_on):
            return
        self._asked, self._account_id = (firm.id, closes_on), account_id
        outbox_id = self._context.new_id()
        work = partial(
            firm_case.queue,
            change=OpenReview(firm.id, closes_on),
            subject=firm.name,
            account_id=account_id,
            now=self._context.clock(),
            new_id=outbox_id,
        )
        self._tasks.write(self._owner, work, partial(self._awaited.follow, outbox_id), failed=self.failed.emit)

    def _done(self, _entry: OutboxEntry) -> None:
        if self._asked is not None:
            work = partial(reviews.fetch, firm_id=self._asked[0], account_id=self._account_id)
            self._tasks.call(self._owner, work, self.opened.emit, failed=self.failed.emit)
        self._asked = None

    def _refused(self, entry: OutboxEntry) -> None:
        self._asked = None
        self._awaited.clear()
        self.refused.emit(entry)
        if not entry.is_uncertain:
            discard = partial(outbox.discard, outbox_id=entry.id)
            self._tasks.write(self._owner, discard, failed=self.failed.emit, wakes=False)
