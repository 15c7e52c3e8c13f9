"""Fetch the page of a cabinet when a gesture needs it: who grants there, and its templates."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.usecases.firm import firm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtCore import QObject

    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.tasks import Tasks


class FirmPages:
    """What is fetched is kept for when there is no network; without an answer, what is known here serves."""

    def __init__(self, tasks: Tasks, *, clock: Callable[[], datetime]) -> None:
        self._tasks, self._clock = tasks, clock

    def ask(self, owner: QObject, *, firm_id: str, account_id: str, done: Callable[[FirmPage], None]) -> None:
        """Fetch a page and keep it; `done` is told only while its owner lives and when the server answered."""

        def kept(page: FirmPage) -> None:
            work = partial(firm.keep, page=page, account_id=account_id, now=self._clock())
            self._tasks.write(owner, work, partial(done, page), failed=_ignore)

        work = partial(firm.fetch, firm_id=firm_id, account_id=account_id)
        self._tasks.call(owner, work, kept, failed=_ignore)


def _ignore(_error: ComptexpertError) -> None:
    """Say nothing: the synchronisation tells of the network, and the gesture works with what is known."""
