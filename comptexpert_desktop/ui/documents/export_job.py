"""Carry out an export: read a stretch at a time, write on another thread, never keep the window waiting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.presentation.documents import rights
from comptexpert_desktop.presentation.documents.order import Form, Order, Outcome, What
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.runtime.progress import Progress
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.documents import exporting, register
from comptexpert_desktop.usecases.documents.exporting import Lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from comptexpert_desktop.domain.register import Head
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.ui.documents import writers
    from comptexpert_desktop.usecases.ports import Gateways, Stores

if not TYPE_CHECKING:  # what writes workbooks and calendars is large, and few sessions export
    writers = lazy("comptexpert_desktop.ui.documents.writers")

_SHARE_OF_READING = 0.3


class ExportJob(QObject):
    """One export, from the order to the file."""

    finished = Signal(object)
    """An Outcome."""
    failed = Signal(object)
    """A ComptexpertError."""

    def __init__(self, tasks: Tasks, *, order: Order, target: Path, now: datetime, parent: QObject) -> None:
        super().__init__(parent)
        self.progress = Progress()
        self._tasks, self._order, self._target, self._now = tasks, order, target, now
        self._lines = Lines("", ())
        self._read: list[object] = []
        self._asked = 0
        self._known: Head | None = None
        self._labels = Labels()

    def start(self) -> None:
        """Read, then write; ends with `finished` or `failed`."""
        if self._order.what is What.REGISTER:
            assert self._order.firm is not None
            known = partial(_known, firm_id=self._order.firm.id)
            self._tasks.read(self, known, self._write_register, failed=self.failed.emit)
            return
        assert self._order.query is not None
        work = partial(exporting.lines, query=self._order.query)
        self._tasks.read(self, work, self._gather, failed=self.failed.emit)

    def _gather(self, lines: Lines) -> None:
        self._lines = lines
        self.progress.begin(len(lines.numbers), until=_SHARE_OF_READING)
        self._next()

    def _next(self) -> None:
        if self.progress.is_cancelled:
            self.finished.emit(Outcome(self._target, problem="GIVEN_UP"))
            return
        stretch = self._lines.numbers[self._asked : self._asked + exporting.AT_ONCE]
        if not stretch:
            self._write()
            return
        self._asked += len(stretch)
        work = partial(_stretch, account=self._lines.account, numbers=stretch, form=self._order.form)
        self._tasks.read(self, work, self._take, failed=self.failed.emit)

    def _take(self, read: Sequence[object]) -> None:
        self._read.extend(read)
        if not self.progress.is_cancelled:
            self.progress.step(self._asked)
        self._next()

    def _write_register(self, known: tuple[Head | None, Labels]) -> None:
        self._known, self._labels = known
        self._write()

    def _written(self, outcome: Outcome) -> None:
        """Remember how far a register goes before the person is told."""
        if outcome.verdict is None:
            self.finished.emit(outcome)
            return
        save, finish = partial(register.save_head, verdict=outcome.verdict), partial(self.finished.emit, outcome)
        self._tasks.write(self, save, finish, failed=self.failed.emit)

    def _write(self) -> None:
        work = partial(
            _carry_out,
            known=self._known,
            labels=self._labels,
            read=tuple(self._read),
            owner=self._lines.account,
            order=self._order,
            target=self._target,
            now=self._now,
            progress=self.progress,
        )
        self._tasks.call(self, work, self._written, failed=self.failed.emit)


def _known(stores: Stores, *, firm_id: str) -> tuple[Head | None, Labels]:
    return register.known_head(stores, firm_id=firm_id), Labels(catalogue.current(stores))


def _stretch(stores: Stores, *, account: str, numbers: Sequence[int], form: Form) -> list[object]:
    rows = exporting.rows(stores, account=account, numbers=numbers)
    if form is Form.JSON:
        return [rights.document(row) for row in rows]
    labels = Labels(catalogue.current(stores))
    if form is Form.ICS:
        ends = (rights.deadline(row, labels=labels) for row in rows)
        return [one for one in ends if one is not None]
    return [rights.cells(row, labels=labels) for row in rows]


def _carry_out(
    gateways: Gateways,
    *,
    read: Sequence[object],
    owner: str,
    order: Order,
    target: Path,
    now: datetime,
    progress: Progress,
    known: Head | None,
    labels: Labels,
) -> Outcome:
    return writers.carry_out(
        gateways,
        read=read,
        owner=owner,
        order=order,
        target=target,
        now=now,
        progress=progress,
        known=known,
        labels=labels,
    )
