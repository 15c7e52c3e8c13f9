"""What can be done about a draft or a request for an account: correct, send again, copy, discard."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.signup import SignupStatus
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.runtime.awaited import Awaited
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.signup import drafts, signup

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.signup import SignupDraft, SignupProgress
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.ui.screen import ScreenContext
    from comptexpert_desktop.usecases.ports import Stores

RESENT = messages.Message(
    "", "", "Un nouveau courriel d’activation est en route.", "Il remplace le précédent.", "success"
)


class SignupFlow(QObject):
    """The questions, and the use cases behind them."""

    resumed = Signal(object, object)
    """A draft to take up, and the Message of what the server refused in it, or None."""
    said = Signal(object)
    """A Message: what came of it."""
    failed = Signal(object)
    """A ComptexpertError."""

    def __init__(self, context: ScreenContext, *, owner: QWidget) -> None:
        super().__init__(owner)
        self._tasks, self._clock, self._new_id, self._owner = context.tasks, context.clock, context.new_id, owner
        self._awaited = Awaited(context.tasks, context.changes, owner=self)
        self._awaited.done.connect(self._asked_again)
        self._awaited.refused.connect(self._not_asked)
        self._awaited.delayed.connect(self._not_asked)

    def correct(self, progress: SignupProgress) -> None:
        """Make a refused request a draft again."""
        refusal = messages.for_code(progress.code, data=progress.answer)
        work = partial(signup.reopen, outbox_id=progress.outbox_id, now=self._clock())
        self._tasks.write(self._owner, work, partial(self._reopened, refusal), failed=self.failed.emit)

    def correct_by_id(self, outbox_id: str) -> None:
        """Make the request of an entry of the outbox a draft again."""

        def found(requests: tuple[SignupProgress, ...]) -> None:
            for progress in requests:
                if progress.outbox_id == outbox_id:
                    self.correct(progress)

        self._tasks.read(self._owner, signup.progress, found, failed=self.failed.emit)

    def retry(self, outbox_id: str) -> None:
        """Send a request again."""
        self._write(partial(outbox.retry, outbox_id=outbox_id, now=self._clock()))

    def resend(self, outbox_id: str) -> None:
        """Ask for another activation mail."""
        asked: list[str] = []

        def ask(stores: Stores) -> Topics:
            asked.append(signup.resend(stores, outbox_id=outbox_id, now=self._clock(), new_id=self._new_id()))
            return frozenset({Topic.OUTBOX})

        self._tasks.write(self._owner, ask, lambda: self._awaited.follow(asked[0]), failed=self.failed.emit)

    def duplicate(self, draft: SignupDraft) -> None:
        """Copy a draft."""
        self._write(partial(drafts.duplicate, draft=draft, now=self._clock(), new_id=self._new_id()))

    def open_draft(self, draft: SignupDraft) -> None:
        """Keep what a file held as a draft of its own, and take it up."""
        now = self._clock()
        kept = replace(draft, updated_at=now)
        work = partial(signup.save_draft, draft=draft, now=now)
        self._tasks.write(self._owner, work, partial(self.resumed.emit, kept, None), failed=self.failed.emit)

    def discard_draft(self, draft: SignupDraft) -> None:
        """Ask before a draft is erased."""
        confirm(
            self._owner,
            title="Abandonner ce brouillon\u00a0?",
            text="Ce que vous avez saisi sera effacé de ce poste.",
            action="Abandonner",
            done=partial(self._write, partial(signup.discard_draft, draft_id=draft.id)),
        )

    def discard(self, progress: SignupProgress) -> None:
        """Ask before a request is no longer followed."""
        confirm(
            self._owner,
            title="Retirer cette demande de ce poste\u00a0?",
            text="Une demande déjà envoyée continue sa route\u00a0: le courriel d’activation reste valable.",
            action="Retirer",
            done=partial(self._write, partial(outbox.discard, outbox_id=progress.outbox_id)),
        )

    def _write(self, work: Callable[[Stores], Topics]) -> None:
        self._tasks.write(self._owner, work, failed=self.failed.emit)

    def _reopened(self, refusal: messages.Message) -> None:
        def newest(kept: tuple[SignupDraft, ...]) -> None:
            if kept:
                self.resumed.emit(kept[0], refusal)

        self._tasks.read(self._owner, signup.drafts, newest, failed=self.failed.emit)

    def _asked_again(self, entry: OutboxEntry) -> None:
        is_active = entry.answer.get("status") == SignupStatus.ACTIVATED
        self.said.emit(messages.for_code("ACT_ALREADY_DONE") if is_active else RESENT)

    def _not_asked(self, entry: OutboxEntry) -> None:
        """Say why no mail leaves yet, or never."""
        self.said.emit(messages.for_code(entry.code, data=entry.answer))
        if entry.status is OutboxStatus.NEEDS_YOU:
            self._awaited.clear()
            self._write(partial(outbox.discard, outbox_id=entry.id, accepts_doubt=True))
