"""Keep a sign-up draft: in memory at once, on disk after a short pause, and before anything is closed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from comptexpert_desktop.domain.signup import DraftId
from comptexpert_desktop.usecases.signup import drafts
from comptexpert_desktop.usecases.signup.drafts import DraftVersion

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.signup import SignupDraft
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.tasks import Tasks

PAUSE_MS = 300
AGAIN_MS = 5000


class DraftKeeper(QObject):
    """Holds the one draft that the wizard edits."""

    kept = Signal()
    """What was entered is on disk."""
    failed = Signal(object)
    """A ComptexpertError: what was entered is only in memory."""

    def __init__(
        self, tasks: Tasks, *, clock: Callable[[], datetime], new_id: Callable[[], str], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._clock, self._new_id = clock, new_id
        self._draft: SignupDraft | None = None
        self._dirty = False
        self._version = DraftVersion(DraftId(""))
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
        self._version = DraftVersion(draft.id, at=draft.updated_at)

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
        work = partial(drafts.keep, draft=self._draft, version=self._version, now=self._clock(), copy_id=self._new_id())
        self._tasks.write(self, work, self.kept.emit, failed=partial(self._not_kept, self._version))

    @property
    def in_memory(self) -> bool:
        """Tell whether what was last kept goes away with the program."""
        return self._version.in_memory

    def send(self, *, new_id: str, done: Callable[[], None], failed: Callable[[ComptexpertError], None]) -> None:
        """Queue the request that the form makes."""
        self.flush()
        draft, version, now = self.draft, self._version, self._clock()
        work = partial(drafts.send, draft=draft, version=version, now=now, new_id=new_id, copy_id=self._new_id())

        def fail(error: ComptexpertError) -> None:
            self._follow(version, error)
            failed(error)

        self._tasks.write(self, work, done, failed=fail)

    def _not_kept(self, version: DraftVersion, error: ComptexpertError) -> None:
        """Try again after a while what the disk refused; go on with the copy when the form is another window's."""
        if version is self._version and error.code != drafts.ELSEWHERE:
            self._dirty = self._draft is not None
            self._timer.start(AGAIN_MS)
            self._timer.setInterval(PAUSE_MS)
        self._follow(version, error)
        self.failed.emit(error)

    def _follow(self, version: DraftVersion, error: ComptexpertError) -> None:
        if version is self._version and error.code == drafts.ELSEWHERE and self._draft is not None:
            self._draft = replace(self._draft, id=DraftId(str(error.data["draft_id"])))

    def release(self) -> None:
        """Forget the draft: it was sent or discarded."""
        self._timer.stop()
        self._draft, self._dirty = None, False
