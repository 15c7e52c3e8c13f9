"""Say aloud how things turned out, in the one place where every outcome passes: once each, good and bad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.presentation.session import outcome_words as session_words
from comptexpert_desktop.ui import accessible

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.outbox import OutboxEntry, OutboxStatus
    from comptexpert_desktop.presentation.outbox import outcome_words
    from comptexpert_desktop.ui.screen import ScreenContext
    from comptexpert_desktop.ui.window import queries
    from comptexpert_desktop.usecases.ports import Stores
    from comptexpert_desktop.usecases.support.status import StatusSummary

if not TYPE_CHECKING:  # with the first reading, in the background
    outcome_words = lazy("comptexpert_desktop.presentation.outbox.outcome_words")
    queries = lazy("comptexpert_desktop.ui.window.queries")


class Outcomes(QObject):
    """Compares what is known with what was known, and says what differs."""

    def __init__(self, context: ScreenContext, *, window: QWidget) -> None:
        super().__init__(window)
        self._tasks, self._window = context.tasks, window
        self._statuses: dict[str, OutboxStatus] | None = None
        self._account_id = ""
        self._summary: StatusSummary | None = None
        context.changes.listen(self, Topic.OUTBOX, Topic.SIGNUPS, call=self.read)

    def read(self) -> None:
        """Read where every entry stands; the first reading is what the next ones are compared with."""
        self._tasks.read(self, _entries, self._show, channel="outcomes")

    def follow(self, summary: StatusSummary) -> None:
        """Say what became of the session and of the network."""
        before, self._summary = self._summary, summary
        account_id = summary.account.account_id if summary.account is not None else ""
        if account_id and account_id != self._account_id:
            self._account_id = account_id
            self._statuses = None  # of somebody else
            self.read()
        for text in session_words.changes(before, summary):
            accessible.tell(self._window, text)

    def _show(self, entries: tuple[OutboxEntry, ...]) -> None:
        before = self._statuses
        self._statuses = {entry.id: entry.status for entry in entries}
        if before is None or (self._summary is not None and self._summary.is_locked):
            return
        for outcome in outcome_words.outcomes(before, entries):
            accessible.tell(self._window, outcome.text, at_once=outcome.is_grave)


def _entries(stores: Stores) -> tuple[OutboxEntry, ...]:
    return queries.named_outbox(stores)
