"""Carry an import through: read, preview a stretch at a time, apply once, and never lose sight of a lost answer."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.domain.import_file import MAX_BYTES, ImportFile
from comptexpert_desktop.domain.importing import Verdict, checked
from comptexpert_desktop.errors import Refused
from comptexpert_desktop.runtime.progress import Progress
from comptexpert_desktop.ui.importing.sending import Sending
from comptexpert_desktop.usecases.documents import importing

if TYPE_CHECKING:
    from pathlib import Path

    from comptexpert_desktop.domain.importing import Checked, ImportAnswer, LineAnswer, Outcome
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.screen import ScreenContext
    from comptexpert_desktop.usecases.documents.importing import Comparison, Reading
    from comptexpert_desktop.usecases.ports import Gateways


class ImportJob(QObject):
    """One file at a time, from its bytes to what the server granted."""

    read = Signal(object)
    """A Reading: the file, or why it cannot be read."""
    previewed = Signal(object, object)
    """A tuple of Checked, a line of the file each, and one of Comparison: whom to call before."""
    unreadable = Signal()
    """The file itself cannot be opened."""
    stopped = Signal()
    settled = Signal(object)
    """An Outcome: what was granted, and what was not because a line is refused by now."""
    delayed = Signal(object)
    """An OutboxEntry that waits for the server's answer, with the code of why."""
    failed = Signal(object)
    """A ComptexpertError: nothing was granted."""

    def __init__(self, context: ScreenContext, *, parent: QObject) -> None:
        super().__init__(parent)
        self.progress = Progress()
        self._tasks, self._new_id, self._clock = context.tasks, context.new_id, context.clock
        self._reading: Reading | None = None
        self._answers: list[LineAnswer] = []
        self.sending = Sending(context, parent=self)
        self.sending.settled.connect(self._settle)
        self.sending.delayed.connect(self.delayed.emit)

    @property
    def is_awaited(self) -> bool:
        """Tell whether something was queued whose answer is not known."""
        return self.sending.is_under_way

    def open(self, file: Path) -> None:
        """Read a file; ends with `unreadable`, or with `read` and then `previewed`."""
        self.progress = Progress()
        self._tasks.call(self, partial(_load, file=file), self._parse)

    def _parse(self, content: bytes | None) -> None:
        if content is None:
            self.unreadable.emit()
            return
        self._tasks.read(self, partial(importing.read, content=content), self._begin, failed=self.failed.emit)

    def apply(self, lines: tuple[Checked, ...]) -> None:
        """Queue the grant of these lines, all or nothing; ends with `settled` or `failed`."""
        if self._reading is None or self.is_awaited:
            return
        outbox_id, account = self._new_id(), self._reading.account
        work = partial(importing.queue, lines=lines, outbox_id=outbox_id, account=account, now=self._clock())
        self.sending.follow(outbox_id, lines)
        self._tasks.write(self, work, failed=self._not_queued)

    def clear(self) -> None:
        """Know nothing of this file any more: what was queued goes on by itself."""
        self.progress.cancel()
        self.sending.clear()
        self._reading = None

    def _begin(self, reading: Reading) -> None:
        self._reading, self._answers = reading, []
        self.read.emit(reading)
        if isinstance(reading.file, ImportFile):
            self.progress.begin(len(reading.file.sound))
            self._preview_next()

    def _preview_next(self) -> None:
        reading = self._reading
        if reading is None or not isinstance(reading.file, ImportFile):
            return
        if self.progress.is_cancelled:
            self.stopped.emit()
            return
        done = len(self._answers)
        lines = reading.file.sound[done : done + importing.stretch(len(reading.file.sound))]
        if not lines:
            found = checked(reading.file.lines, self._answers)
            work = partial(importing.comparisons, lines=found)
            self._tasks.read(self, work, partial(self._end, reading, found), failed=self.failed.emit)
            return
        ask = partial(importing.preview, lines=lines, account=reading.account, key=self._new_id())
        self._tasks.call(self, ask, partial(self._take_preview, done, reading), failed=self.failed.emit)

    def _take_preview(self, before: int, reading: Reading, answer: ImportAnswer) -> None:
        if reading is not self._reading:
            return
        if answer.about_the_person:
            self.failed.emit(Refused(answer.about_the_person))
            return
        self._answers += [replace(line, place=line.place + before) for line in answer.lines]
        if not self.progress.is_cancelled:
            self.progress.step(len(self._answers))
        self._preview_next()

    def _end(self, reading: Reading, found: tuple[Checked, ...], comparisons: tuple[Comparison, ...]) -> None:
        if reading is self._reading:
            self.previewed.emit(found, comparisons)

    def _settle(self, outcome: Outcome) -> None:
        """Say what became of it; what failed as a whole is an error and nothing else."""
        if outcome.error is not None and not outcome.granted:
            self.failed.emit(outcome.error)
        else:
            self.settled.emit(outcome)

    def _not_queued(self, error: ComptexpertError) -> None:
        self.sending.clear()
        self.failed.emit(error)


def _load(_gateways: Gateways, *, file: Path) -> bytes | None:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError:
        return None


def to_grant(lines: tuple[Checked, ...]) -> tuple[Checked, ...]:
    """Give the lines that would be granted."""
    return tuple(one for one in lines if one.verdict is Verdict.GRANTED)
