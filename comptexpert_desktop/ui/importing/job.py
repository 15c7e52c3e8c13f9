"""Carry an import through: read, preview a stretch at a time, apply once, and never lose sight of a lost answer."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from comptexpert_desktop.domain.import_file import MOST_BYTES, ImportFile
from comptexpert_desktop.domain.importing import Verdict, checked
from comptexpert_desktop.errors import Refused
from comptexpert_desktop.ui.documents.progress import Progress
from comptexpert_desktop.usecases import importing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comptexpert_desktop.domain.importing import Checked, ImportAnswer, LineAnswer
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.usecases.importing import Reading
    from comptexpert_desktop.usecases.ports import Doors

ASKED_AGAIN = 3_000
"""Milliseconds after which a lost answer is asked for again."""


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
    uncertain = Signal(object)
    """A ComptexpertError: the answer was lost, and is asked for again."""
    failed = Signal(object)
    """A ComptexpertError: nothing was granted."""

    def __init__(self, tasks: Tasks, *, new_id: Callable[[], str], parent: QObject) -> None:
        super().__init__(parent)
        self.progress = Progress()
        self._tasks, self._new_id = tasks, new_id
        self._reading: Reading | None = None
        self._answers: list[LineAnswer] = []
        self._sent: tuple[Checked, ...] = ()
        self._key = ""
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(ASKED_AGAIN)
        self._again.timeout.connect(self.ask_again)

    @property
    def is_uncertain(self) -> bool:
        """Tell whether something was sent whose answer is not known."""
        return bool(self._key)

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
        """Grant these lines, all or none; ends with `applied`, `changed` or `failed`."""
        self._sent = lines
        self._key = self._new_id()
        self.ask_again()

    def ask_again(self) -> None:
        """Send what was sent, under the same key: it is granted once."""
        self._again.stop()
        if self._reading is None or not self._key:
            return
        lines = [one.line for one in self._sent]
        work = partial(importing.apply, lines=lines, account=self._reading.account, key=self._key)
        self._tasks.call(self, work, self._take_answer, failed=self._take_failure)

    def forget(self) -> None:
        """Know nothing of this file any more: what was sent was sent."""
        self.progress.cancel()
        self._again.stop()
        self._reading, self._key, self._sent = None, "", ()

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

    def _take_answer(self, answer: ImportAnswer) -> None:
        sent, reading = self._sent, self._reading
        self._key, self._sent = "", ()
        if reading is None:
            return
        if answer.about_the_person:
            self.failed.emit(Refused(answer.about_the_person))
            return
        found = checked([one.line for one in sent], answer.lines)
        if not answer.applied:
            self.changed.emit(found)
            return
        granted = [one.answer.delegation for one in found if one.answer and one.answer.delegation]
        self._tasks.write(self, partial(importing.keep, account=reading.account, delegations=granted))
        self.applied.emit(found)

    def _take_failure(self, error: ComptexpertError) -> None:
        if importing.may_have_happened(error):
            self.uncertain.emit(error)
            self._again.start()
            return
        self._key, self._sent = "", ()
        self.failed.emit(error)


def _load(_doors: Doors, *, file: Path) -> bytes | None:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError:
        return None


def to_grant(lines: tuple[Checked, ...]) -> tuple[Checked, ...]:
    """Give the lines that would be granted."""
    return tuple(one for one in lines if one.verdict is Verdict.GRANTED)
