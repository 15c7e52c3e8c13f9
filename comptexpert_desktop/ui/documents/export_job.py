"""Carry out an export: read a stretch at a time, write on another thread, never keep the window waiting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.ui.documents import rights
from comptexpert_desktop.ui.documents.order import Form, Order, Outcome, What
from comptexpert_desktop.ui.documents.progress import Progress
from comptexpert_desktop.ui.labels import Labels
from comptexpert_desktop.usecases import catalogue, exporting
from comptexpert_desktop.usecases.exporting import Lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.usecases.ports import Doors, Stores


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

    def start(self) -> None:
        """Read, then write; ends with `finished` or `failed`."""
        if self._order.what is What.REGISTER:
            self._write()
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

    def _write(self) -> None:
        work = partial(
            _carry_out,
            read=tuple(self._read),
            order=self._order,
            target=self._target,
            now=self._now,
            progress=self.progress,
        )
        self._tasks.call(self, work, self.finished.emit, failed=self.failed.emit)


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
    doors: Doors, *, read: Sequence[object], order: Order, target: Path, now: datetime, progress: Progress
) -> Outcome:
    # Imported here: what writes workbooks and calendars is large, and few sessions export.
    from comptexpert_desktop.ui.documents import writers  # noqa: PLC0415

    return writers.carry_out(doors, read=read, order=order, target=target, now=now, progress=progress)
