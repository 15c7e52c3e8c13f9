"""Open a review: ask until when, send it under one key, offer it again when the answer was lost."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.ui import wording
from comptexpert_desktop.ui.reviews.open_dialog import OpenDialog
from comptexpert_desktop.usecases import reviews

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.usecases.reviews import Fetched


class Opening(QObject):
    """A dialog, then one call; the same day asked again goes under the same key until it is answered."""

    opened = Signal(object)
    """A Fetched: the review that was opened."""
    failed = Signal(object)
    """A ComptexpertError."""

    def __init__(
        self, tasks: Tasks, *, owner: QWidget, clock: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        super().__init__(owner)
        self._tasks, self._owner, self._clock, self._new_id = tasks, owner, clock, new_id
        self._keys: dict[tuple[str, date], str] = {}

    def ask(self, *, firm: Firm, account_id: str) -> OpenDialog:
        """Ask until when the review of a firm lasts, and open it."""
        dialog = OpenDialog(self._owner, firm=firm.name, today=wording.local_day(self._clock()))
        dialog.accepted.connect(
            lambda: self.open_until(firm_id=firm.id, closes_on=dialog.closes_on(), account_id=account_id)
        )
        dialog.open()
        return dialog

    def open_until(self, *, firm_id: str, closes_on: date | None, account_id: str) -> None:
        """Open a review that ends on a day."""
        if closes_on is None:
            return
        key = self._keys.setdefault((firm_id, closes_on), self._new_id())
        work = partial(reviews.open_review, firm_id=firm_id, closes_on=closes_on, key=key, account_id=account_id)
        self._tasks.call(self._owner, work, self._done, failed=self.failed.emit)

    def _done(self, fetched: Fetched) -> None:
        self._keys.clear()
        self.opened.emit(fetched)
