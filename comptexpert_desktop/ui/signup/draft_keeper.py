"""Keep a sign-up draft: in memory at once, on disk after a short pause, and before anything is closed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from comptexpert_desktop.usecases import signup

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.signup import SignupDraft
    from comptexpert_desktop.ui.tasks import Tasks

PAUSE_MS = 300


class DraftKeeper(QObject):
    """Holds the one draft that the wizard edits."""

    kept = Signal()
    """What was entered is on disk."""
    failed = Signal(object)
    """A ComptexpertError: what was entered is only in memory."""

    def __init__(self, tasks: Tasks, *, clock: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._clock = clock
        self._draft: SignupDraft | None = None
        self._dirty = False
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.flush)

    @property
    def draft(self) -> SignupDraft:
        """The draft as it stands on screen."""
        if self._draft is None:
            raise RuntimeError("no draft is open")
        return self._draft

    @property
    def is_dirty(self) -> bool:
        """Tell whether something was entered that is not on its way to the disk."""
        return self._dirty

    def open(self, draft: SignupDraft) -> None:
        """Take up a draft; what was pending of another one is kept first."""
        self.flush()
        self._draft = draft

    def change(self, **fields: Any) -> None:  # noqa: ANN401  the fields of SignupDraft, checked by `replace`
        """Note what was entered."""
        changed = replace(self.draft, **fields)
        if changed != self._draft:
            self._draft, self._dirty = changed, True
            self._timer.start()

    def flush(self) -> None:
        """Write now what was entered."""
        self._timer.stop()
        if not self._dirty or self._draft is None:
            return
        self._dirty = False
        work = partial(signup.save_draft, draft=self._draft, now=self._clock())
        self._tasks.write(self, work, self.kept.emit, failed=self.failed.emit)

    def release(self) -> None:
        """Forget the draft: it was sent or discarded."""
        self._timer.stop()
        self._draft, self._dirty = None, False
