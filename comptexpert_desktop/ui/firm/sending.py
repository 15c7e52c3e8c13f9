"""Send a change of the cabinet: once, asked again when the cabinet moved, kept when the answer was lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.errors import ServerFault, Stale, UnexpectedReply, Unreachable
from comptexpert_desktop.ui import messages, wording
from comptexpert_desktop.ui.message_table import TABLE
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.usecases import firm

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.exchange import Call
    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.ui.widgets.banner import Banner

_MAY_BE_DONE = (Unreachable, ServerFault, UnexpectedReply)
"""After these nobody knows whether the change was made: the same key is sent again."""


@dataclass(frozen=True, slots=True)
class Gesture:
    """One change: how to write it for a page under a key, what it is called, what is said once it is done."""

    make: Callable[[FirmPage, str], Call]
    title: str
    done: str


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A change that was sent and has no answer yet, or that waits for a sign-in."""

    gesture: Gesture
    call: Call
    account_id: str


class Sending(QObject):
    """Takes gestures, gives pages."""

    answered = Signal(object)
    """The FirmPage that the server answered."""
    sign_in_wanted = Signal()

    def __init__(self, tasks: Tasks, *, owner: QWidget, new_id: Callable[[], str], banner: Banner) -> None:
        super().__init__(owner)
        self._tasks, self._owner, self._new_id, self._banner = tasks, owner, new_id, banner
        self._waiting: _Waiting | None = None

    def send(self, gesture: Gesture, *, page: FirmPage, account_id: str) -> None:
        """Make a change of this page, under a key of its own."""
        self._go(_Waiting(gesture, gesture.make(page, self._new_id()), account_id))

    def remind(self, *, account_id: str) -> None:
        """Offer again what has no answer yet."""
        waiting = self._waiting
        if waiting is not None and waiting.account_id == account_id:
            self._banner.show_message(
                "Cette modification n’a pas reçu de réponse. L’envoyer de nouveau ne la fera pas deux fois.",
                title=waiting.gesture.title,
                tone="warning",
                action_text="Renvoyer",
                action=partial(self._go, waiting),
            )

    def _go(self, waiting: _Waiting) -> None:
        self._banner.clear()
        self._waiting = waiting
        work = partial(firm.change, call=waiting.call, account_id=waiting.account_id)
        self._tasks.call(self._owner, work, partial(self._done, waiting), failed=partial(self._failed, waiting))

    def _done(self, waiting: _Waiting, page: FirmPage) -> None:
        self._settle(waiting)
        self._banner.show_message(waiting.gesture.done, tone="success")
        self.answered.emit(page)

    def _failed(self, waiting: _Waiting, error: ComptexpertError) -> None:
        message = messages.for_code(_code_of(error), data=error.data)
        if isinstance(error, Stale):
            self._read_again(waiting)
        elif error.code in messages.SIGN_IN_AGAIN:
            self._banner.show_message(
                f"{message.body} Votre modification sera proposée de nouveau.",
                title=message.title,
                tone=message.tone,
                action_text="Se connecter",
                action=self.sign_in_wanted.emit,
            )
        elif isinstance(error, _MAY_BE_DONE):
            self._banner.show_message(
                "La réponse du serveur n’est pas arrivée. La modification est peut-être faite, peut-être pas. La "
                "renvoyer ne la fera pas deux fois.",
                title=message.title,
                tone=message.tone,
                action_text="Renvoyer",
                action=partial(self._go, waiting),
            )
        else:
            self._settle(waiting)
            self._banner.show_message(message.body, title=message.title, tone=message.tone)

    def _read_again(self, waiting: _Waiting) -> None:
        firm_id = waiting.call.path.split("/")[2]
        work = partial(firm.fetch, firm_id=firm_id, account_id=waiting.account_id)
        self._tasks.call(self._owner, work, partial(self._ask_again, waiting), failed=partial(self._failed, waiting))

    def _ask_again(self, waiting: _Waiting, page: FirmPage) -> None:
        """Show the cabinet as it is now, and ask whether the change is still wanted."""
        self._settle(waiting)
        self.answered.emit(page)
        confirm(
            self._owner,
            title="Le cabinet a changé",
            text="Un confrère l’a modifié depuis que vous l’avez lu. Votre modification n’a pas été appliquée. "
            f"La page montre le cabinet tel qu’il est maintenant. La demander encore{wording.NBSP}? "
            f"{waiting.gesture.title}.",
            action="Demander de nouveau",
            tone="primary",
            done=lambda: self.send(waiting.gesture, page=page, account_id=waiting.account_id),
        )

    def _settle(self, waiting: _Waiting) -> None:
        if self._waiting is waiting:
            self._waiting = None


def _code_of(error: ComptexpertError) -> str:
    """Tell the code of an error, or the one of the first field that the server names when it has words of its own."""
    named = error.data.get("errors")
    if error.code == "INVALID_INPUT" and isinstance(named, list):
        for one in named:
            if isinstance(one, Mapping) and one.get("code") in TABLE:
                return str(one["code"])
    return error.code
