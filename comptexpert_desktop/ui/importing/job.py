"""Carry an import through: read, preview a stretch at a time, apply once, and never lose sight of a lost answer."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.domain.import_file import MAX_BYTES, ImportFile
from comptexpert_desktop.domain.importing import Verdict, checked
from comptexpert_desktop.errors import Refused
from comptexpert_desktop.runtime.awaited import Awaited
from comptexpert_desktop.runtime.progress import Progress
from comptexpert_desktop.usecases.documents import importing
from comptexpert_desktop.usecases.outbox import outbox

if TYPE_CHECKING:
    from pathlib import Path

    from comptexpert_desktop.domain.importing import Checked, ImportAnswer, LineAnswer
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.screen import ScreenContext
    from comptexpert_desktop.usecases.documents.importing import Reading
    from comptexpert_desktop.usecases.ports import Gateways

REFUSED = "DEL_IMPORT_REFUSED"
"""The code of a table that was refused because of its lines."""


class ImportJob(QObject):
    """One file at a time, from its bytes to what the server granted."""

    read = Signal(object)
    """A Reading: the file, or why it cannot be read."""
    previewed = Signal(object)
    """A tuple of Checked, a line of the file each."""
    unreadable = Signal()
    """The file itself cannot be opened."""
    stopped = Signal()
    applied = Signal(object)
    """A tuple of Checked: what was granted."""
    changed = Signal(object)
    """A tuple of Checked: nothing was granted, a line is refused by now."""
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
        self._sent: tuple[Checked, ...] = ()
        self._awaited = Awaited(context.tasks, context.changes, owner=self)
        self._awaited.done.connect(self._granted)
        self._awaited.refused.connect(self._refused)
        self._awaited.delayed.connect(self.delayed.emit)

    @property
    def is_awaited(self) -> bool:
        """Tell whether something was queued whose answer is not known."""
        return bool(self._awaited.outbox_id)

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
        """Queue the grant of these lines, all or none; ends with `applied`, `changed` or `failed`."""
        if self._reading is None or self.is_awaited:
            return
        self._sent = lines
        outbox_id = self._new_id()
        work = partial(
            importing.queue,
            lines=[one.line for one in lines],
            account=self._reading.account,
            now=self._clock(),
            new_id=outbox_id,
        )
        self._awaited.follow(outbox_id)
        self._tasks.write(self, work, failed=self._not_queued)

    def clear(self) -> None:
        """Know nothing of this file any more: what was queued goes on by itself."""
        self.progress.cancel()
        self._awaited.clear()
        self._reading, self._sent = None, ()

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
        lines = reading.file.sound[done : done + importing.STRETCH]
        if not lines:
            self.previewed.emit(checked(reading.file.lines, self._answers))
            return
        work = partial(importing.preview, lines=lines, account=reading.account, key=self._new_id())
        self._tasks.call(self, work, partial(self._take_preview, done, reading), failed=self.failed.emit)

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

    def _granted(self, _entry: OutboxEntry) -> None:
        sent, self._sent = self._sent, ()
        self.applied.emit(sent)

    def _refused(self, entry: OutboxEntry) -> None:
        """Show what the server says of each line, or of the whole; the outbox needs it no more."""
        sent, self._sent = self._sent, ()
        self._awaited.clear()
        answers = importing.refused_lines(entry)
        if answers and entry.code == REFUSED:
            before = {place: one.answer.delegation for place, one in enumerate(sent) if one.answer is not None}
            results = [one if one.code else replace(one, delegation=before.get(one.place)) for one in answers]
            self.changed.emit(checked([one.line for one in sent], results))
        else:
            self.failed.emit(Refused(entry.code, data=entry.answer))
        if not entry.is_uncertain:
            self._tasks.write(self, partial(outbox.discard, outbox_id=entry.id), failed=self.failed.emit, wakes=False)

    def _not_queued(self, error: ComptexpertError) -> None:
        self._awaited.clear()
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
