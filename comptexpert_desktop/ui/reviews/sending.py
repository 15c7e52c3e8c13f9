"""Send the answers that were chosen: two hundred a call, each written down before it leaves and once it is told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.domain.topics import NOTHING
from comptexpert_desktop.usecases import reviews

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.review import Chosen, Told
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.usecases.ports import Stores


class Sending(QObject):
    """One sending at a time; what waits for its turn may be given up, what left is told."""

    moved = Signal(int)
    """How many answers were told so far."""
    ended = Signal(int, int)
    """How many were taken, how many refused."""
    failed = Signal(object)
    """A ComptexpertError: what was not told keeps its keys."""

    def __init__(self, tasks: Tasks, *, owner: QWidget) -> None:
        super().__init__(owner)
        self._tasks, self._owner = tasks, owner
        self._firm_id = self._review_id = self._account_id = ""
        self._done: frozenset[str] = frozenset()
        self._refused = 0
        self.is_running = False
        self._is_given_up = False

    def start(self, *, firm_id: str, review_id: str, account_id: str) -> None:
        """Begin to send what was chosen for a review."""
        if self.is_running:
            return
        self._firm_id, self._review_id, self._account_id = firm_id, review_id, account_id
        self._done, self._refused = frozenset(), 0
        self.is_running, self._is_given_up = True, False
        self._take()

    def give_up(self) -> None:
        """Let nothing more leave; the call on its way ends by itself."""
        self._is_given_up = True

    def _take(self) -> None:
        taken: list[tuple[Chosen, ...]] = []

        def take(stores: Stores) -> Topics:
            # A write: the answers are on disk as on their way before they leave.
            taken.append(reviews.next_answers(stores, firm_id=self._firm_id, done=self._done))
            return NOTHING

        self._tasks.write(self._owner, take, lambda: self._send(taken[0]), failed=self._fail, wakes=False)

    def _send(self, answers: tuple[Chosen, ...]) -> None:
        if not answers:
            self._end()
            return
        work = partial(
            reviews.send,
            firm_id=self._firm_id,
            review_id=self._review_id,
            answers=answers,
            account_id=self._account_id,
        )
        self._tasks.call(self._owner, work, partial(self._settle, answers), failed=self._fail)

    def _settle(self, answers: tuple[Chosen, ...], told: Sequence[Told]) -> None:
        self._done |= {one.key for one in answers}
        self._refused += sum(bool(one.code) for one in told)
        self.moved.emit(len(self._done))
        work = partial(reviews.settle, firm_id=self._firm_id, answers=answers, told=told)
        after = self._end if self._is_given_up else self._take
        self._tasks.write(self._owner, work, after, failed=self._fail, wakes=False)

    def _end(self) -> None:
        self.is_running = False
        self.ended.emit(len(self._done) - self._refused, self._refused)

    def _fail(self, error: ComptexpertError) -> None:
        self.is_running = False
        self.failed.emit(error)
