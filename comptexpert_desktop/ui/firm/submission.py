"""Queue a change of the cabinet, say what came of it, and ask again when the cabinet moved meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.errors.message_table import TABLE
from comptexpert_desktop.presentation.outbox import words
from comptexpert_desktop.runtime.awaited import Awaited
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.usecases.firm import firm
from comptexpert_desktop.usecases.outbox import outbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.commands import FirmChange
    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.screen import ScreenContext
    from comptexpert_desktop.ui.widgets.banner import Banner

STALE = "FIRM_STALE"


@dataclass(frozen=True, slots=True)
class Gesture:
    """One change: how to make it of a page, what it is called, what is said once it is done."""

    make: Callable[[FirmPage], FirmChange]
    title: str
    done: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """A change that was queued in this window."""

    gesture: Gesture
    firm_id: str
    account_id: str


class Sending(QObject):
    """Takes gestures; the pages that come of them are read from this machine like every other."""

    answered = Signal()
    """The server carried a change out: the page that is kept shows it."""

    def __init__(self, context: ScreenContext, *, owner: QWidget, banner: Banner) -> None:
        super().__init__(owner)
        self._context, self._owner, self._banner = context, owner, banner
        self._tasks = context.tasks
        self._asked: _Asked | None = None
        self._awaited = Awaited(context.tasks, context.changes, owner=self)
        self._awaited.done.connect(self._done)
        self._awaited.refused.connect(self._refused)
        self._awaited.delayed.connect(self._delayed)

    def send(self, gesture: Gesture, *, page: FirmPage, account_id: str) -> None:
        """Make a change of this page, under a key of its own."""
        self._banner.clear()
        self._asked = _Asked(gesture, page.id, account_id)
        outbox_id = self._context.new_id()
        work = partial(
            firm.queue,
            change=gesture.make(page),
            subject=page.name,
            account_id=account_id,
            now=self._context.clock(),
            new_id=outbox_id,
        )
        self._tasks.write(self._owner, work, partial(self._awaited.follow, outbox_id), failed=self._show_error)

    def remind(self, *, firm_id: str) -> None:
        """Say what still waits of the changes of a cabinet, those of an earlier window too."""
        if not self._awaited.outbox_id:
            self._tasks.read(self._owner, partial(firm.waiting, firm_id=firm_id), self._found)
        else:
            self._awaited.follow(self._awaited.outbox_id)

    def clear(self) -> None:
        """Follow nothing of another person."""
        self._asked = None
        self._awaited.clear()

    def _found(self, entry: OutboxEntry | None) -> None:
        if entry is not None and not self._awaited.outbox_id:
            self._asked = None
            self._awaited.follow(entry.id)

    # -- What came of it ------------------------------------------------------------------------

    def _done(self, _entry: OutboxEntry) -> None:
        done = self._asked.gesture.done if self._asked else "Le serveur a enregistré cette modification."
        self._asked = None
        self._banner.show_message(done, tone="success")
        self.answered.emit()

    def _delayed(self, entry: OutboxEntry) -> None:
        message = messages.for_code(entry.code, data=entry.answer)
        if entry.code in messages.SIGN_IN_AGAIN:
            self._offer_sign_in(entry)
            return
        is_lost = entry.status is OutboxStatus.UNKNOWN
        self._banner.show_message(
            _LOST if is_lost else _KEPT,
            title=self._title(entry) if is_lost else message.title,
            tone="warning",
            action_text="Renvoyer",
            action=partial(self._tasks.write, self._owner, partial(outbox.make_all_due, now=self._context.clock())),
        )

    def _refused(self, entry: OutboxEntry) -> None:
        asked = self._asked
        if entry.code == STALE and asked is not None:
            self._read_again(entry, asked)
        elif entry.code in messages.SIGN_IN_AGAIN:
            self._offer_sign_in(entry)
        elif asked is None or entry.is_uncertain:
            # It is in the outbox, which says more: of another window, or perhaps done.
            message = messages.for_code(entry.code, data=entry.answer)
            self._banner.show_message(words.explanation(entry), title=self._title(entry), tone=message.tone)
        else:
            message = messages.for_code(_code_of(entry), data=entry.answer)
            self._banner.show_message(message.body, title=message.title, tone=message.tone)
            self._settle(entry)

    def _offer_sign_in(self, entry: OutboxEntry) -> None:
        message = messages.for_code(entry.code, data=entry.answer)
        is_back = entry.status is OutboxStatus.NEEDS_YOU
        self._banner.show_message(
            f"{message.body} {_KEPT_FOR_LATER if is_back else _KEPT}",
            title=message.title,
            tone=message.tone,
            action_text="Se connecter",
            action=partial(self._sign_in_for, entry) if is_back else self._context.navigator.sign_in,
        )

    def _sign_in_for(self, entry: OutboxEntry) -> None:
        """Let the change leave again once the person has proved who they are."""
        work = partial(outbox.retry, outbox_id=entry.id, now=self._context.clock())
        self._context.navigator.sign_in()
        self._tasks.write(self._owner, work, failed=self._show_error, wakes=False)

    def _read_again(self, entry: OutboxEntry, asked: _Asked) -> None:
        work = partial(firm.fetch, firm_id=asked.firm_id, account_id=asked.account_id)
        self._tasks.call(self._owner, work, partial(self._ask_again, entry, asked), failed=self._show_error)

    def _ask_again(self, entry: OutboxEntry, asked: _Asked, page: FirmPage) -> None:
        """Show the cabinet as it is now, and ask whether the change is still wanted."""
        keep = partial(firm.keep, page=page, account_id=asked.account_id, now=self._context.clock())
        self._tasks.write(self._owner, keep, self.answered.emit, wakes=False)
        self._settle(entry)
        confirm(
            self._owner,
            title="Le cabinet a changé",
            text="Un confrère l’a modifié depuis que vous l’avez lu. Votre modification n’a pas été appliquée. "
            f"La page montre le cabinet tel qu’il est maintenant. La demander encore{wording.NBSP}? "
            f"{asked.gesture.title}.",
            action="Demander de nouveau",
            tone="primary",
            done=lambda: self.send(asked.gesture, page=page, account_id=asked.account_id),
        )

    def _settle(self, entry: OutboxEntry) -> None:
        """Take out of the outbox what this screen has told."""
        self._asked = None
        self._awaited.clear()
        discard = partial(outbox.discard, outbox_id=entry.id)
        self._tasks.write(self._owner, discard, failed=self._show_error, wakes=False)

    def _show_error(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        self._banner.show_message(message.body, title=message.title, tone=message.tone)

    def _title(self, entry: OutboxEntry) -> str:
        return self._asked.gesture.title if self._asked else words.title(entry)


def _code_of(entry: OutboxEntry) -> str:
    """Return the code of a refusal, or that of the first field that the server names when it has words of its own."""
    named = entry.answer.get("errors")
    if entry.code == "INVALID_INPUT" and isinstance(named, list):
        for one in named:
            if isinstance(one, Mapping) and one.get("code") in TABLE:
                return str(one["code"])
    return entry.code


_LOST = (
    "La réponse du serveur n’est pas arrivée. La modification est peut-être faite, peut-être pas. La renvoyer ne la "
    "fera pas deux fois."
)
_KEPT = "Votre modification est gardée dans la boîte d’envoi. Elle partira dès que le serveur répondra."
_KEPT_FOR_LATER = "Votre modification repartira ensuite."
