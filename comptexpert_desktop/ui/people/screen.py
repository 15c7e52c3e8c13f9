"""« Personne »: somebody's rights in all one's cabinets, today or on a past day, what happened, and its print."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout

from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.presentation import days
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.people import paper, words
from comptexpert_desktop.ui.destinations import Destination, ShowPerson
from comptexpert_desktop.ui.documents.saving import ask_and_write
from comptexpert_desktop.ui.firm.rows import Row, Rows
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.people.departures import DEPARTURE, PersonDeparture
from comptexpert_desktop.ui.people.moves import MOVE, PersonMove
from comptexpert_desktop.ui.screen import Screen, ScreenContext
from comptexpert_desktop.ui.widgets.actions import ActionSpec
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import primary, quiet, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.day import Day
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow
from comptexpert_desktop.usecases.documents import person, register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from comptexpert_desktop.domain.delegation import Party
    from comptexpert_desktop.domain.report import Paper
    from comptexpert_desktop.domain.who_can import Holding
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.presentation.tone import Tone
    from comptexpert_desktop.ui.documents import printing
    from comptexpert_desktop.usecases.documents.person import Held, Story

if not TYPE_CHECKING:  # what prints is loaded by those who print
    printing = lazy("comptexpert_desktop.ui.documents.printing")

_FIRST = date(2000, 1, 1)
_MAX_ROWS = 200
PRINT = ActionSpec("print", "Imprimer…", ("Ctrl+P",))
SAVE = ActionSpec("save-page", "Enregistrer en PDF…", ("Ctrl+S",))
COPY = ActionSpec("copy-login", "Copier l’identifiant")


class PersonScreen(Screen):
    """A day, the rights of that day by cabinet, and below what led to them."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, title="Personne", name="personScreen")
        self._tasks = context.tasks
        self._person_id = ""
        self.held: Held | None = None
        self._story: Story | None = None
        self._past: date | None = None
        """The past day that was asked for; None while today is shown."""
        self.page = Page(self.title)
        self.day = Day(calendar=True)
        self.field = Field("&Jour", self.day, name="personDay")
        self._show_day = secondary("&Afficher", name="personShowButton", icon="search")
        self.print = self.actions_here.add(PRINT, self._print)
        self.save_page = self.actions_here.add(SAVE, self._save)
        self.copy = self.actions_here.add(COPY, partial(_with_person, self, self._copy))
        self.bulk_banner = Banner(name="bulkBanner")
        self._departure = PersonDeparture(context, owner=self, banner=self.bulk_banner)
        self.leave = self.actions_here.add(
            DEPARTURE._replace(keys=()),
            partial(_with_person, self, lambda one: self._departure.ask(one.account_id, name=one.display_name)),
        )
        self._mover = PersonMove(context, owner=self, bulk_decisions=self._departure.bulk)
        self.moves = self.actions_here.add(
            MOVE._replace(keys=()), partial(_with_person, self, lambda one: self._mover.ask(one.account_id))
        )
        self.source = PlainLabel(role="strong")
        self.source.setObjectName("personSource")
        self._rights, self._events = Rows(), Rows()
        self._story_said = PlainLabel(role="hint")
        self._build()
        self.day.returnPressed.connect(self._ask)
        self.day.changed.connect(self.field.clear_error)
        self._show_day.clicked.connect(self._ask)
        context.changes.listen(self, Topic.SESSION, call=self._follow_session)
        context.changes.listen(self, Topic.DELEGATIONS, Topic.OUTBOX, call=self._read_again)

    def arrive(self, destination: Destination) -> None:
        """Show the person that a destination names, as they are today."""
        if isinstance(destination, ShowPerson) and destination.person_id:
            self._person_id = destination.person_id
        self.held = self._story = self._past = None
        self.day.set_range(_FIRST, self._today())
        self.day.set_day(self._today())
        self.activate()

    def activate(self) -> None:
        """Read what is known, and ask the registers what happened; the keyboard stands on the day."""
        self.banner.clear()
        self._read()
        self.day.setFocus()
        self.day.selectAll()

    # -- Reading --------------------------------------------------------------------------------

    def _today(self) -> date:
        return day_in_france(self.context.clock())

    def _read(self) -> None:
        work = partial(person.held, person_id=self._person_id, today=self._today())
        self._tasks.read(self, work, self._show_held, failed=self._show_nothing, channel="person")

    def _read_again(self) -> None:
        """Follow what changes while today is shown; a past day stays as it was."""
        self._departure.follow()
        if self.isVisible() and self._past is None:
            self._read()

    def _follow_session(self) -> None:
        """Leave nothing of one account on screen for the next; a session that merely went on changes nothing."""
        if self._person_id:
            work = partial(person.held, person_id=self._person_id, today=self._today())
            self._tasks.read(self, work, self._keep_or_leave, failed=self._keep_or_leave, channel="person-session")

    def _keep_or_leave(self, found: object) -> None:
        before = self.held
        if not isinstance(found, person.Held) or (before is not None and found.account != before.account):
            self._person_id, self.held, self._story, self._past = "", None, None, None
            self._departure.clear()
            self._show_nothing()

    def _ask(self) -> None:
        on = self.day.day()
        if on is None:
            self.field.set_error(f"Choisissez un jour, au plus tard le {days.written(self._today())}.")
        elif self.held is not None:
            self.banner.clear()
            self._story = None
            self._past = on if on != self.held.day else None
            if self._past is None:
                self._show_held(self.held)
            else:
                self.source.setText("Lecture et vérification du registre…")
                self._rights.fill([], instead="")  # those of today are not those of that day
                self._allow(pending=True)
                self._ask_story(self.held, on)

    def _ask_story(self, held: Held, on: date) -> None:
        if not self._person_id:
            return
        work = partial(person.story_of, known=held.known, person_id=self._person_id, day=on)
        shown = partial(self._show_story, self._person_id)
        self._tasks.call(self, work, shown, failed=self._show_unread, channel="person-register")

    # -- Showing --------------------------------------------------------------------------------

    def _show_held(self, held: Held | None) -> None:
        self.held = held
        if held is None:
            self._show_nothing()
            return
        if self._past is not None:  # a past day was asked for since: it stays
            return
        self.page.heading.setText(held.person.display_name)
        self.page.intro.setText(words.who(held.person))
        self.page.intro.setVisible(bool(held.person.login_id))
        self.copy.setVisible(bool(held.person.login_id))
        self.source.setText(words.source_now(held, now=self.context.clock()))
        self._rights.fill(_rows(held.holdings, held), instead=words.NO_RIGHT)
        self._allow()
        self._ask_story(held, held.day)

    def _show_story(self, person_id: str, story: Story) -> None:
        held = self.held
        if held is None or person_id != self._person_id:
            return
        for verdict in story.verdicts:
            self._tasks.write(self, partial(register.save_head, verdict=verdict), wakes=False)
        labels = Labels(held.catalogue)
        if story.day != held.day:
            self._story = story
            self.source.setText(words.source_past(story))
            self._rights.fill(_rows(story.holdings, held), instead=words.NO_RIGHT)
        self._story_said.setText(words.worth(story))
        lines = words.event_lines(story.events[:_MAX_ROWS], known=held.known, labels=labels)
        self._events.fill([Row(one.title, one.lines) for one in lines], instead=words.NO_EVENT)
        self._allow()

    def _show_unread(self, error: ComptexpertError) -> None:
        """Say why the registers were not read; today's rights stay, a past day has none to show."""
        held = self.held
        if held is None:
            return
        self.banner.show_error(error, action_text="Réessayer", action=self._ask)
        self._story_said.setText(words.NOT_READ)
        self._events.fill([], instead=words.NOT_READ)
        if self._past is not None:
            self.source.setText("")
            self._rights.fill([], instead=words.NOT_READ)
            self._allow(pending=True)

    def _show_nothing(self, _error: object = None) -> None:
        self.page.heading.setText(self.title)
        self.page.intro.setText(words.UNKNOWN)
        self.page.intro.show()
        self.copy.setVisible(False)
        self.source.setText("")
        self._story_said.setText("")
        self._rights.fill([], instead=words.NO_RIGHT)
        self._events.fill([], instead=words.NOT_READ)
        self._allow(pending=True)

    # -- Acting ---------------------------------------------------------------------------------

    def _allow(self, *, pending: bool = False) -> None:
        why = "attendez que la page soit lue." if pending else ""
        for action in (self.print, self.save_page):
            action.allow(why)
        self.moves.setVisible(self.held is not None and bool(self.held.person.account_id))
        self.leave.setVisible(self.held is not None and bool(self.held.holdings))

    def _print(self) -> None:
        if self.held is not None:
            made = _paper(self.held, self._story, now=self.context.clock())
            printing.ask_and_print(self, paper=made, announce=self._tell)

    def _save(self) -> None:
        held = self.held
        if held is not None:
            made = _paper(held, self._story, now=self.context.clock())
            name = paper.file_name(held, day=self._story.day if self._story else held.day)
            ask_and_write(self, self._tasks, paper=made, suggested=name, announce=self._tell)

    def _copy(self, party: Party) -> None:
        QGuiApplication.clipboard().setText(party.login_id)
        self._tell("L’identifiant est copié.", "info")

    def _tell(self, said: str, tone: Tone) -> None:
        self.banner.show_message(said, tone=tone)

    # -- Building -------------------------------------------------------------------------------

    def _build(self) -> None:
        ask = WrappingRow(self.field, self._show_day, spacing=SPACE * 3)
        followed = (
            (self.print, primary("", name="printPersonButton", icon="file")),
            (self.save_page, secondary("", name="savePersonButton", icon="file")),
            (self.copy, quiet("", name="copyLoginButton", icon="copy")),
            (self.moves, quiet("", name="movePersonButton", icon="refresh")),
            (self.leave, quiet("", name="leavePersonButton", icon="sign-out")),
        )
        for action, button in followed:
            button.follow(action)
        buttons = WrappingRow(*(button for _action, button in followed), spacing=SPACE * 2)
        rights, events = Card("Ses droits"), Card("Ce qui s’est passé")
        rights.add(self.source)
        rights.add(self._rights)
        events.add(self._story_said)
        events.add(self._events)
        for layout in (ask, buttons):
            self.page.body.addLayout(layout)
        self.page.body.addWidget(self.banner)
        self.page.body.addWidget(self.bulk_banner)
        for card in (rights, events):
            self.page.body.addWidget(card)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        self._allow(pending=True)


def _rows(holdings: Iterable[Holding], held: Held) -> list[Row]:
    lines = words.held_lines(holdings, known=held.known, labels=Labels(held.catalogue))
    return [Row(one.title, one.lines, looks=[one.look]) for one in lines[:_MAX_ROWS]]


def _paper(held: Held, story: Story | None, *, now: datetime) -> Paper:
    return paper.paper(held, story=story, labels=Labels(held.catalogue), now=now)


def _with_person(screen: PersonScreen, act: Callable[[Party], object]) -> None:
    if screen.held is not None:
        act(screen.held.person)
