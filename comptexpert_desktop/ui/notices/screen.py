"""« Notifications »: what others and time did, since the person last looked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QListView, QStackedWidget, QVBoxLayout, QWidget

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.ui import tooltips, wording
from comptexpert_desktop.ui.labels import Labels
from comptexpert_desktop.ui.notices import words
from comptexpert_desktop.ui.notices.model import NoticeModel
from comptexpert_desktop.ui.outbox.model import OutboxDelegate
from comptexpert_desktop.ui.theme import SPACE
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.usecases import catalogue, notices

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.notice import Notice
    from comptexpert_desktop.ui.changes import Changes
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.usecases.ports import Stores

_INTRO = "Ce que d’autres ont fait, et ce qui arrive avec le temps. Vos propres gestes n’y figurent pas."
_KEYS = "Entrée ouvrir · L marquer comme lue"
_NOTHING = "Les demandes, les décisions des autres et les fins de droits s’afficheront ici."


class _Known(NamedTuple):
    notices: tuple[Notice, ...]
    catalogue: Catalogue | None


def _read(stores: Stores) -> _Known:
    return _Known(notices.every(stores), catalogue.current(stores))


class NoticesScreen(QWidget):
    """The list, and what may be done with the chosen one."""

    open_wanted = Signal(object)
    """A Notice whose case is wanted."""

    def __init__(self, tasks: Tasks, changes: Changes, *, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.title = "Notifications"
        self.setObjectName("noticesScreen")
        self._tasks, self._clock = tasks, clock
        self._labels, self._chosen_id = Labels(), ""
        self._wants_unread = False
        self.model = NoticeModel(clock=clock, parent=self)
        self.list = QListView()
        self.summary = PlainLabel(role="strong")
        self.all_button = secondary("Tout marquer comme lu", name="readAllButton", icon="check")
        self.read_button = secondary("Marquer comme lue", name="readNoticeButton")
        self.open_button = primary("Ouvrir", name="openNoticeButton", icon="chevron-right")
        self._about, self._detail = PlainLabel(role="heading"), PlainLabel(selectable=True)
        self._empty = EmptyState("bell", "Rien de nouveau", _NOTHING)
        self._build()
        self._connect()
        changes.listen(self, Topic.NOTICES, Topic.SESSION, Topic.CATALOGUE, call=self.reload)

    def activate(self) -> None:
        """Read the notices and put the keyboard in the list, on the first that was not read."""
        self._wants_unread = True
        self.reload()
        self.list.setFocus()

    def reload(self) -> None:
        """Read the notices again; the chosen one stays chosen."""
        self._tasks.read(self, _read, self._show, channel="notices")

    def _show(self, known: _Known) -> None:
        position = max(self.list.currentIndex().row(), 0)
        self._labels = Labels(known.catalogue)
        self.model.show_notices(known.notices, labels=self._labels)
        unread = sum(not one.is_read for one in known.notices)
        self.summary.setText(words.summary(unread))
        self.all_button.setEnabled(bool(unread))
        reason = "" if unread else f"Pourquoi{wording.NBSP}? Tout est déjà lu."
        self.all_button.setAccessibleDescription(reason)
        self.all_button.setToolTip(tooltips.plain(reason))
        self._stack.setCurrentWidget(self._filled if known.notices else self._empty)
        if not known.notices:
            self._chosen_id = ""
            return
        found = self.model.find(self._chosen_id)
        if self._wants_unread:
            self._wants_unread = False
            found = next((row for row, one in enumerate(known.notices) if not one.is_read), 0)
        row = found if found is not None else min(position, len(known.notices) - 1)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.list.selectionModel().setCurrentIndex(self.model.index(row), flags)
        self._show_chosen()

    def _chosen(self) -> Notice | None:
        index = self.list.currentIndex()
        return self.model.notice(index.row()) if index.isValid() else None

    def _show_chosen(self) -> None:
        one = self._chosen()
        if one is None:
            return
        self._chosen_id = one.id
        self._about.setText(words.title(one))
        self._detail.setText(f"{words.when(one, now=self._clock())}. {words.detail(one, labels=self._labels)}")
        self.read_button.setEnabled(not one.is_read)
        reason = f"Pourquoi{wording.NBSP}? Elle est déjà lue." if one.is_read else ""
        self.read_button.setAccessibleDescription(reason)
        self.read_button.setToolTip(tooltips.plain(reason))

    def _mark(self) -> None:
        one = self._chosen()
        if one is not None and not one.is_read:
            self._tasks.write(self, partial(notices.mark_read, ids=[one.id]), wakes=False)

    def _mark_all(self) -> None:
        self._tasks.write(self, notices.mark_read, wakes=False)

    def _open(self) -> None:
        one = self._chosen()
        if one is not None:
            self._mark()
            self.open_wanted.emit(one)

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(self._show_chosen)
        self.list.doubleClicked.connect(self._open)
        self.open_button.clicked.connect(self._open)
        self.read_button.clicked.connect(self._mark)
        self.all_button.clicked.connect(self._mark_all)
        here = Qt.ShortcutContext.WidgetShortcut
        for keys, act in (("Return", self._open), ("Enter", self._open), ("L", self._mark)):
            QShortcut(QKeySequence(keys), self.list, act, context=here)

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
        for button in (self.open_button, self.read_button):
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
        above.addWidget(self.all_button)
        filled.addLayout(above)
        filled.addWidget(self.list, 1)
        filled.addWidget(side)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._filled)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 8, SPACE * 7, SPACE * 8, SPACE * 6)
        column.setSpacing(SPACE * 3)
        column.addWidget(PlainLabel(self.title, role="title"))
        column.addWidget(PlainLabel(_INTRO, role="muted"))
        column.addWidget(self._stack, 1)
