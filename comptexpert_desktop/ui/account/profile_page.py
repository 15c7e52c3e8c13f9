"""The page « Je change de statut »: what was, and what another profile would change."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from comptexpert_desktop.presentation import messages
from comptexpert_desktop.presentation.account import profile_story_words as words
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.profile_words import profile_name
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import quiet
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.session import own_account

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.profile_story import ProfileStory
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.tasks import Tasks


class ProfilePage(Page):
    """Asks the server each time it is opened: what it says is of that moment."""

    back_requested = Signal()

    def __init__(self, tasks: Tasks) -> None:
        super().__init__(words.TITLE, words.INTRO)
        self.setObjectName("profilePage")
        self._tasks = tasks
        self._story: ProfileStory | None = None
        self._labels = Labels(None)
        self.banner = Banner(name="profileBanner")
        self.choice = Choice(name="otherProfileBox")
        self.today = PlainLabel(words.WAITING)
        self._changes, self._steps = QVBoxLayout(), QVBoxLayout()
        back = quiet("&Retour à mon compte", name="backToAccountButton", icon="chevron-left")
        back.clicked.connect(self.back_requested)
        self.choice.currentIndexChanged.connect(self._show_other)
        other, past = Card("Un autre profil", name="otherProfileCard"), Card("Ce qui a changé", name="profileStepsCard")
        other.add(Field(words.CHOOSE, self.choice))
        other.add(self._changes)
        past.add(self._steps)
        for part in (back, self.banner, self.today, other, past):
            self.body.addWidget(part)

    def open(self, account_id: str) -> None:
        """Ask for the story of an account, and show it once it is there."""
        self._story = None
        self.banner.clear()
        self.choice.offer(())
        self.today.setText(words.WAITING)
        _fill(self._changes, ())
        _fill(self._steps, ())
        self._tasks.read(self, catalogue.current, self._keep_labels, channel="profile-labels")
        work = partial(own_account.profile_story, account_id=account_id)
        self._tasks.call(self, work, self._show, failed=self._fail, channel="profile-story")

    def text(self) -> str:
        """Return what the page says about the profile that is chosen, a sentence a line."""
        return "\n".join(_texts(self._changes))

    def _keep_labels(self, known: Catalogue | None) -> None:
        self._labels = Labels(known)
        self._show_other()

    def _show(self, story: ProfileStory) -> None:
        self._story = story
        self.today.setText(words.now(story))
        _fill(self._steps, words.steps(story))
        self.choice.offer((profile_name(one.profile), one.profile) for one in story.others)
        self._show_other()

    def _show_other(self) -> None:
        other = None if self._story is None else self._story.other(str(self.choice.currentData()))
        if self._story is not None and other is not None:
            _fill(self._changes, words.changes(self._story, other, labels=self._labels))

    def _fail(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        self.today.setText("")
        self.banner.show_message(message.body, title=message.title, tone=message.tone)


def _fill(column: QVBoxLayout, sentences: Sequence[str]) -> None:
    while (item := column.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
    for sentence in sentences:
        column.addWidget(PlainLabel(sentence))


def _texts(column: QVBoxLayout) -> list[str]:
    found = (column.itemAt(number) for number in range(column.count()))
    widgets = (item.widget() for item in found if item is not None)
    return [widget.text() for widget in widgets if isinstance(widget, PlainLabel)]
