"""Queue a change of one's own account, and say what came of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.presentation import messages
from comptexpert_desktop.presentation.account import words
from comptexpert_desktop.presentation.outbox import words as outbox_words
from comptexpert_desktop.runtime.awaited import Awaited
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.session import own_account

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.commands import AccountChange
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.screen import ScreenContext
    from comptexpert_desktop.ui.widgets.banner import Banner


class Submission(QObject):
    """One change at a time; it leaves through the outbox, and outlives the screen."""

    answered = Signal()
    """The server carried a change out."""

    def __init__(self, context: ScreenContext, *, owner: QWidget, banner: Banner) -> None:
        super().__init__(owner)
        self._context, self._owner, self._banner = context, owner, banner
        self._awaited = Awaited(context.tasks, context.changes, owner=self)
        self._awaited.done.connect(self._done)
        self._awaited.refused.connect(self._refused)
        self._awaited.delayed.connect(self._delayed)

    def send(self, change: AccountChange, *, account_id: str) -> None:
        """Queue a change under a key of its own."""
        self._banner.clear()
        outbox_id = self._context.new_id()
        work = partial(
            own_account.queue, change=change, account_id=account_id, now=self._context.clock(), new_id=outbox_id
        )
        self._context.tasks.write(self._owner, work, partial(self._awaited.follow, outbox_id), failed=self._say)

    def remind(self) -> None:
        """Say what still waits, of an earlier window too."""
        if not self._awaited.outbox_id:
            self._context.tasks.read(self._owner, own_account.waiting, self._found)

    def delete(self) -> None:
        """Follow nothing of another person."""
        self._awaited.clear()

    def _found(self, entry: OutboxEntry | None) -> None:
        if entry is not None and not self._awaited.outbox_id:
            self._awaited.follow(entry.id)

    def _done(self, entry: OutboxEntry) -> None:
        self._banner.show_message(words.done(entry), tone="success")
        self.answered.emit()

    def _delayed(self, entry: OutboxEntry) -> None:
        message = messages.for_code(entry.code, data=entry.answer)
        must_sign_in = entry.code in messages.SIGN_IN_AGAIN
        self._banner.show_message(
            words.KEPT,
            title=message.title,
            tone="warning",
            action_text="Se connecter" if must_sign_in else "Renvoyer",
            action=self._context.navigator.sign_in if must_sign_in else self._send_now,
        )

    def _refused(self, entry: OutboxEntry) -> None:
        message = messages.for_code(entry.code, data=entry.answer)
        must_sign_in = entry.code in messages.SIGN_IN_AGAIN
        text = outbox_words.explanation(entry) if entry.is_uncertain else message.body
        title = outbox_words.title(entry) if entry.is_uncertain else message.title
        self._banner.show_message(
            text,
            title=title,
            tone=message.tone,
            action_text="Se connecter" if must_sign_in else "",
            action=partial(self._sign_in_for, entry) if must_sign_in else None,
        )
        if not must_sign_in and not entry.is_uncertain:
            self._settle(entry)

    def _sign_in_for(self, entry: OutboxEntry) -> None:
        """Let the change leave again once the person has proved who they are."""
        self._context.navigator.sign_in()
        work = partial(outbox.retry, outbox_id=entry.id, now=self._context.clock())
        self._context.tasks.write(self._owner, work, failed=self._say, wakes=False)

    def _settle(self, entry: OutboxEntry) -> None:
        """Take out of the outbox what this screen has said."""
        self._awaited.clear()
        discard = partial(outbox.discard, outbox_id=entry.id)
        self._context.tasks.write(self._owner, discard, failed=self._say, wakes=False)

    def _send_now(self) -> None:
        work = partial(outbox.make_all_due, now=self._context.clock())
        self._context.tasks.write(self._owner, work)

    def _say(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        self._banner.show_message(message.body, title=message.title, tone=message.tone)
