"""A screen that shows what this machine knows at once, then asks the server, keeps its answer and shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtWidgets import QApplication, QWidget

from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.ui.screen import Screen
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.banner_stack import Notices
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.screen import ScreenContext
    from comptexpert_desktop.usecases.ports import Gateways, Stores

Known = TypeVar("Known")
"""What this machine knows."""
Answer = TypeVar("Answer")
"""What the server answers."""


class OnlinePage(Screen, Generic[Known, Answer]):
    """The one way of the pages that are fetched, asked and kept: a subclass says what, and shows it."""

    def __init__(self, context: ScreenContext, *, title: str, name: str, icon: str) -> None:
        super().__init__(context, title=title, name=name)
        self.trouble: ComptexpertError | None = None
        """Why the server did not answer; None when it did."""
        self.offline_banner = Banner(name="offlineBanner")
        self.notices = Notices([self.offline_banner, self.banner])
        self.content = QWidget()
        self.stack = Pages()
        self.nothing = EmptyState(icon, "", "", "Réessayer", self.act_on_nothing)
        self.stack.addWidget(self.nothing)
        self.stack.addWidget(self.content)
        self._wants_keyboard = False

    # -- What a subclass says -------------------------------------------------------------------

    def known(self) -> Callable[[Stores], Known]:
        """Return the work that reads what this machine knows."""
        raise NotImplementedError

    def question(self, known: Known) -> Callable[[Gateways], Answer] | None:
        """Return the work that asks the server; None when there is nobody to ask for."""
        raise NotImplementedError

    def take(self, known: Known) -> None:
        """Show what this machine knows."""
        raise NotImplementedError

    def arrived(self, answer: Answer) -> None:
        """Keep what the server answered."""
        raise NotImplementedError

    def show_again(self) -> None:
        """Show what is known once more: the server answered, or did not."""
        raise NotImplementedError

    def first_input(self) -> QWidget:
        """Return what takes the keyboard."""
        raise NotImplementedError

    def act_on_nothing(self) -> None:
        """Do what the button of the empty page offers."""
        self.activate()

    # -- The way --------------------------------------------------------------------------------

    def activate(self) -> None:
        """Show what is known, then ask the server."""
        self.trouble = None
        focused = QApplication.focusWidget()
        self._wants_keyboard = focused is None or not self.isAncestorOf(focused)
        self.refresh()

    def read(self) -> None:
        """Read again what this machine knows."""
        self.context.tasks.read(self, self.known(), self.take, channel=f"{self.objectName()}-known")

    def refresh(self) -> None:
        """Ask the server, once it is known for whom; nothing while the screen is out of sight."""
        if self.isVisible():
            self.context.tasks.read(self, self.known(), self._take_and_ask, channel=f"{self.objectName()}-asked")

    def show_content(self) -> None:
        """Show the content, and give it the keyboard when the screen has just opened."""
        self.stack.setCurrentWidget(self.content)
        if self._wants_keyboard:
            self._wants_keyboard = False
            self.first_input().setFocus()

    def show_nothing(self, title: str, text: str, *, action: str = "", may: bool = True) -> None:
        """Say why there is nothing to show, and offer what can be done about it."""
        self.nothing.set_words(title, text)
        self.nothing.offer(action)
        self.nothing.button.setEnabled(may)
        self.stack.setCurrentWidget(self.nothing)

    def say_trouble(self, text: str, *, read_at: datetime | None) -> None:
        """Say that the server did not answer and how old what is shown is; nothing once it answered."""
        if self.trouble is None:
            self.offline_banner.clear()
            return
        again = self.trouble.code in messages.SIGN_IN_AGAIN
        moment = wording.moment(read_at, now=self.context.clock()) if read_at else ""
        dated = f"Lu sur le serveur {moment}. " if moment else ""
        message = messages.for_error(self.trouble)
        self.offline_banner.show_message(
            f"{dated}{text}",
            title=message.title,
            tone=message.tone,
            action_text="Se connecter" if again else "Réessayer",
            action=self.context.navigator.sign_in if again else self.activate,
        )

    def _take_and_ask(self, known: Known) -> None:
        self.take(known)
        question = self.question(known)
        if question is not None:
            channel = f"{self.objectName()}-page"
            self.context.tasks.call(self, question, self.arrived, failed=self._unanswered, channel=channel)

    def _unanswered(self, error: ComptexpertError) -> None:
        self.trouble = error
        self.show_again()
