"""« Notifications »: what others and time did, since the person last looked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.notices import words
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.notices.model import NoticeModel
from comptexpert_desktop.ui.notices.targets import destination_of
from comptexpert_desktop.ui.outbox.model import OutboxDelegate
from comptexpert_desktop.ui.screen import Screen, ScreenContext
from comptexpert_desktop.ui.widgets.actions import HERE, ActionSpec
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.pages import Pages
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.row_habits import add_row_habits
from comptexpert_desktop.ui.widgets.selection import Selection
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.outbox import notices

if TYPE_CHECKING:
    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.notice import Notice
    from comptexpert_desktop.usecases.ports import Stores

_INTRO = "Ce que d’autres ont fait, et ce qui arrive avec le temps. Vos propres décisions n’y figurent pas."
_SELECT_FIRST = "Sélectionnez une notification."
OPEN = ActionSpec("open", "Ouvrir", ("Return", "Enter"), HERE)
READ = ActionSpec("read", "Marquer comme lue", ("L",), HERE)
READ_ALL = ActionSpec("read-all", "Tout marquer comme lu")
_KEYS = "Entrée ouvrir · L marquer comme lue"
_NOTHING = "Les demandes, les décisions des autres et les fins de droits s’afficheront ici."


class _Known(NamedTuple):
    notices: tuple[Notice, ...]
    catalogue: Catalogue | None


def _read(stores: Stores) -> _Known:
    return _Known(notices.every(stores), catalogue.current(stores))


class NoticesScreen(Screen):
    """The list, and what may be done with the chosen one."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, title="Notifications", name="noticesScreen")
        self._tasks, self._clock = context.tasks, context.clock
        self._labels = Labels()
        self._wants_unread = False
        self.model = NoticeModel(clock=context.clock, parent=self)
        self.list = QListView()
        self.summary = PlainLabel(role="strong")
        self.show_about = self.actions_here.add(OPEN, self._open, owner=self.list)
        self.read_one = self.actions_here.add(READ, self._mark, owner=self.list)
        self.read_all = self.actions_here.add(READ_ALL, self._mark_all)
        self._about, self._detail = PlainLabel(role="heading"), PlainLabel(selectable=True)
        self._empty = EmptyState("bell", "Rien de nouveau", _NOTHING)
        self._build()
        self.selection = Selection(self.list, self.model)
        self.selection.changed.connect(self._follow_selection)
        self.list.doubleClicked.connect(self.show_about.trigger)
        add_row_habits(self.list, registries=(self.actions_here,))
        context.changes.listen(self, Topic.NOTICES, Topic.SESSION, Topic.CATALOGUE, call=self.reload)

    def activate(self) -> None:
        """Read the notices and put the keyboard in the list, on the first that was not read."""
        self._wants_unread = True
        self.reload()
        self.list.setFocus()

    def reload(self) -> None:
        """Read the notices again; the chosen one stays chosen."""
        self._tasks.read(self, _read, self._show, channel="notices")

    def _show(self, known: _Known) -> None:
        ids, position = self.selection.ids(), self.list.currentIndex().row()
        self._labels = Labels(known.catalogue)
        self.model.show_notices(known.notices, labels=self._labels)
        unread = [one for one in known.notices if not one.is_read]
        self.summary.setText(words.summary(len(unread)))
        self.read_all.allow("" if unread else "Tout est déjà lu.")
        self._stack.setCurrentWidget(self._filled if known.notices else self._empty)
        if self._wants_unread and known.notices:
            self._wants_unread = False
            ids = [one.id for one in (*unread, *known.notices)[:1]]
        if not self.selection.select(ids):
            self.selection.leave_keyboard(position)  # of one that left: nobody chose what stands there now
            if ids:
                self.selection.tell_lost()
        self._follow_selection()

    def _selected(self) -> Notice | None:
        row = self.selection.row()
        return None if row is None else self.model.notice(row)

    def _follow_selection(self) -> None:
        """Show the selected notice, and what may be done with it; nothing without one."""
        one = self._selected()
        if one is None:
            self._about.setText("")
            self._detail.setText(_SELECT_FIRST)
            self.read_one.allow(_SELECT_FIRST)
            self.show_about.allow(_SELECT_FIRST)
            return
        self._about.setText(words.title(one))
        self._detail.setText(f"{words.when(one, now=self._clock())}. {words.detail(one, labels=self._labels)}")
        self.read_one.allow("Elle est déjà lue." if one.is_read else "")
        self.show_about.allow()

    def _mark(self) -> None:
        one = self._selected()
        if one is not None and not one.is_read:
            self._tasks.write(self, partial(notices.mark_read, ids=[one.id]), wakes=False)

    def _mark_all(self) -> None:
        self._tasks.write(self, notices.mark_read, wakes=False)

    def _open(self) -> None:
        one = self._selected()
        if one is not None:
            self._mark()
            self.context.navigator.open(destination_of(one))

    def _build(self) -> None:
        self.list.setObjectName("noticeList")
        self.list.setAccessibleName(self.title)
        self.list.setModel(self.model)
        self.list.setItemDelegate(OutboxDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE * 2)
        for action, button in (
            (self.show_about, primary("", name="openNoticeButton", icon="chevron-right")),
            (self.read_one, secondary("", name="readNoticeButton")),
        ):
            button.follow(action)
            buttons.addWidget(button)
        buttons.addWidget(PlainLabel(_KEYS, role="hint"), 1)
        side = Card(name="noticeDetail")
        for part in (self._about, self._detail, buttons):
            side.add(part)
        self._filled = QWidget()
        filled = QVBoxLayout(self._filled)
        filled.setContentsMargins(0, 0, 0, 0)
        filled.setSpacing(SPACE * 3)
        above = QHBoxLayout()
        above.addWidget(self.summary, 1)
        all_button = secondary("", name="readAllButton", icon="check")
        all_button.follow(self.read_all)
        above.addWidget(all_button)
        filled.addLayout(above)
        filled.addWidget(self.list, 1)
        filled.addWidget(side)
        self._stack = Pages()
        self._stack.addWidget(self._filled)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 8, SPACE * 7, SPACE * 8, SPACE * 6)
        column.setSpacing(SPACE * 3)
        column.addWidget(PlainLabel(self.title, role="title"))
        column.addWidget(PlainLabel(_INTRO, role="muted"))
        column.addWidget(self._stack, 1)
