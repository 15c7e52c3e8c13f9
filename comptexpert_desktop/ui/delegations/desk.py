"""The review desk: the table, the detail of the chosen row, and what may be decided about it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from comptexpert_desktop.domain.delegation import Action, DelegationQuery, Role, Status
from comptexpert_desktop.domain.saved_view import Look
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.ui import wording
from comptexpert_desktop.ui.delegations import case, reading, why, words
from comptexpert_desktop.ui.delegations.action_bar import GRANTEE_OFFERS, GRANTOR_OFFERS, ActionBar
from comptexpert_desktop.ui.delegations.bulk_deciding import BulkDecisions
from comptexpert_desktop.ui.delegations.chosen_pane import ChosenPane
from comptexpert_desktop.ui.delegations.deciding import Decisions
from comptexpert_desktop.ui.delegations.detail import DetailPane
from comptexpert_desktop.ui.delegations.filter_bar import GRANTEE_GROUPS, GROUPS, FilterBar
from comptexpert_desktop.ui.delegations.filter_panel import FilterPanel
from comptexpert_desktop.ui.delegations.model import PAGE, DelegationTableModel
from comptexpert_desktop.ui.delegations.table import DelegationTable
from comptexpert_desktop.ui.delegations.views_menu import ViewsMenu
from comptexpert_desktop.ui.delegations.why_dialog import explain
from comptexpert_desktop.ui.documents.order import View
from comptexpert_desktop.ui.theme import SPACE
from comptexpert_desktop.ui.widgets.announce import announce
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import quiet
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.usecases import bulk

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from PySide6.QtGui import QResizeEvent

    from comptexpert_desktop.domain.delegation import DelegationRow
    from comptexpert_desktop.ui.changes import Changes
    from comptexpert_desktop.ui.delegations.case import Case
    from comptexpert_desktop.ui.delegations.reading import DeskAnswer
    from comptexpert_desktop.ui.delegations.why import Why
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.ui.widgets.links import Links

WIDE = 1380
"""From this width on the detail stands beside the table, not below it."""

_SHARES = {Qt.Orientation.Vertical: (440, 560), Qt.Orientation.Horizontal: (680, 320)}
"""How the table and its detail share the room, in thousandths."""


class Desk(QWidget):
    """One side's delegations: those to decide on, or those one asked for."""

    sign_in_wanted = Signal()
    request_wanted = Signal()
    """The person wants to ask for a delegation."""
    again_wanted = Signal(object)
    """The `Delegation` that the person wants to ask for once more."""

    def __init__(
        self,
        tasks: Tasks,
        changes: Changes,
        *,
        role: Role,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        links: Links | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._role, self._clock, self._links = tasks, role, clock, links
        self._groups = GROUPS if role is Role.GRANTOR else GRANTEE_GROUPS
        self._case: Case | None = None
        self._hurried: Action | None = None
        self._sort, self._descending = "priority", False
        self.filters = FilterBar(groups=self._groups)
        self.panel = FilterPanel(role=role)
        self.views = ViewsMenu(tasks, owner=self, role=role, look=self.look)
        self.model = DelegationTableModel(role=role, today=self._today, parent=self)
        self.table = DelegationTable(self.model, takes_many=role is Role.GRANTOR)
        self.detail, self.chosen = DetailPane(), ChosenPane()
        self.departure_button = quiet("Départ…", name="departureButton")
        self.departure_button.setAccessibleName("Départ du cabinet")
        self.departure_button.setToolTip("Départ du cabinet")
        offers = GRANTOR_OFFERS if role is Role.GRANTOR else GRANTEE_OFFERS
        self.again_button = quiet("Demander à nouveau", name="askAgainButton", icon="refresh")
        last = self.departure_button if role is Role.GRANTOR else self.again_button
        self.bar = ActionBar(offers, keys=self, last=last)
        self.banner = Banner(name="errorBanner")
        self.bulk_banner = Banner(name="bulkBanner")
        self._empty = self._make_empty_state()
        self._decisions = Decisions(tasks, owner=self, clock=clock, new_id=new_id, banner=self.banner)
        self._bulk = BulkDecisions(tasks, owner=self, clock=clock, new_id=new_id, banner=self.bulk_banner)
        self._build()
        self._connect()
        changes.listen(self, Topic.DELEGATIONS, Topic.OUTBOX, Topic.CATALOGUE, Topic.SESSION, call=self.reload)

    # -- Reading --------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read again the page at hand and the chosen case; nothing moves on screen."""
        current = self.table.currentIndex()
        self._read(page=current.row() // PAGE if current.isValid() else 0)
        if self._role is Role.GRANTOR:
            self._bulk.follow()

    def activate(self) -> None:
        """Read what is shown and put the keyboard in the table."""
        self.reload()
        self.table.setFocus()

    def forget(self) -> None:
        """Show nothing of what was read: another person may sit here now."""
        self.table.choose("")
        self.model.reset_rows((), total=0)
        self.filters.clear_text()
        self.panel.clear()
        self.banner.clear()
        self._bulk.forget()
        self._show_case(None)

    def look(self) -> Look:
        """Return what narrows the table now."""
        return self.panel.narrow(Look(group=self.filters.group().key, text=self.filters.text()))

    def show_look(self, look: Look) -> None:
        """Narrow the table as a saved view says; nothing that leaves lines out stays out of sight."""
        self.filters.show_look(group=look.group, text=look.text)
        self.panel.offer_states(self.filters.group().statuses or Status)
        self.panel.show_look(look)
        if self.panel.is_narrow():
            self.filters.panel_button.setChecked(True)
        self._on_filters()
        self.table.setFocus()

    def query(self) -> DelegationQuery:
        """Return what the table shows now."""
        look, today = self.look(), self._today()
        return DelegationQuery(
            role=self._role,
            text=look.text,
            statuses=frozenset({Status(look.status)}) if look.status else self.filters.group().statuses,
            firm=self.panel.chosen_firm(),
            service=look.service,
            ends_from=None if look.ends_within is None else today,
            ends_by=None if look.ends_within is None else today + timedelta(days=look.ends_within),
            sort=self._sort,
            descending=self._descending,
        )

    def view(self) -> View:
        """Return what the table shows now, and how it was narrowed, in words."""
        text = self.filters.text()
        group = wording.quoted(self.filters.group().title)
        told = [f"recherche {wording.quoted(text)}"] if text else []
        told += [wording.quoted(one) for one in self.panel.told()]
        return View(self.query(), f"Groupe {group}{''.join(f', {one}' for one in told)}.")

    def _on_filters(self) -> None:
        self.filters.show_narrow(narrow=self.panel.is_narrow())
        self._read(page=0)

    def _on_group(self) -> None:
        self.panel.offer_states(self.filters.group().statuses or Status)

    def _read(self, *, page: int) -> None:
        query = self.query()
        work = partial(reading.desk, query=query, page=page)
        self._tasks.read(self, work, self._show, channel=f"desk-{self._role}")
        count = partial(reading.counts, query=query, groups=self._groups)
        self._tasks.read(self, count, self.filters.show_counts, channel=f"counts-{self._role}")

    def _read_page(self, page: int) -> None:
        query = self.query()

        def show(rows: tuple[DelegationRow, ...]) -> None:
            if query == self.query():
                self.model.fill_page(rows, page=page)

        self._tasks.read(self, partial(reading.rows, query=query, page=page), show)

    def _read_case(self, delegation_id: str) -> None:
        work = partial(case.load, delegation_id=delegation_id, today=self._today())
        self._tasks.read(self, work, self._show_case, channel=f"case-{self._role}")

    # -- Showing --------------------------------------------------------------------------------

    def _show(self, answer: DeskAnswer) -> None:
        kept, position = self.table.chosen_id(), self.table.currentIndex().row()
        many = self.table.chosen_count()
        are_all = many == self.model.total
        ids = self.table.chosen_ids() if many > 1 and not are_all else []
        scrolled = self.table.verticalScrollBar().value()
        self.model.set_labels(answer.labels)
        self.panel.offer(firms=answer.firms, catalogue=answer.labels.catalogue)
        self.model.reset_rows(answer.rows, total=answer.total, page=answer.page)
        self._stack.setCurrentWidget(self._split if answer.total else self._empty)
        self.table.verticalScrollBar().setValue(scrolled)
        self._choose_again(kept, position=position)
        if many > 1 and are_all:
            self.table.selectAll()
        elif many > 1:
            self.table.choose_many(ids)
        self._say_empty()

    def _choose_again(self, kept: str, *, position: int) -> None:
        """Keep the chosen delegation; when it left the list, choose the one that took its place."""
        if kept and self.table.choose(kept):
            return
        if not self.model.total:
            self.table.choose("")
            self._show_case(None)
            return
        number = min(max(position, 0), self.model.total - 1)
        row = self.model.row_at(number)
        if row is not None:
            self.table.choose(row.delegation.id)

    def _show_case(self, shown: Case | None) -> None:
        self._case = shown
        if self.table.chosen_count() > 1:
            return
        hurried, self._hurried = self._hurried, None
        is_over = shown is not None and shown.row.delegation.status in words.AGAIN
        self.departure_button.setVisible(self._role is Role.GRANTOR and shown is not None)
        self.again_button.setVisible(self._role is Role.GRANTEE and is_over)
        if shown is None:
            self.detail.clear()
            self.bar.show_actions({}, delegation=None)
            return
        self.detail.show_case(shown, now=self._clock())
        self.bar.show_actions(shown.actions, delegation=shown.row.delegation)
        if hurried is not None and shown.actions.get(hurried, "") is None:
            self._act(hurried)

    def _say_empty(self) -> None:
        looked_for, group = self.filters.text(), self.filters.group()
        is_narrow = self.panel.is_narrow()
        if looked_for or is_narrow:
            told = [wording.quoted(one) for one in ([looked_for] if looked_for else []) + self.panel.told()]
            self._empty.title.setText("Aucune délégation ne correspond")
            self._empty.text.setText(f"Rien ne répond à {wording.joined(told)} dans {wording.quoted(group.title)}.")
        else:
            self._empty.title.setText(_EMPTY_TITLES[self._role].get(group.key, "Aucune délégation"))
            self._empty.text.setText(_EMPTY_TEXTS[self._role])
        self._empty.button.setVisible(bool(looked_for) or is_narrow or self._role is Role.GRANTEE)
        clear = "Effacer les filtres" if is_narrow else "Effacer la recherche"
        self._empty.button.setText(clear if looked_for or is_narrow else "Demander une délégation")

    # -- Acting ---------------------------------------------------------------------------------

    def _act(self, action: Action) -> None:
        """Decide on the chosen rows; while a single one is still being read, decide once it is."""
        stretches = self.table.chosen_stretches()
        if sum(many for _first, many in stretches) > 1:
            if action in bulk.ACTIONS:
                self._bulk.ask(action, query=self.query(), stretches=stretches, today=self._today())
        elif self._case is not None and self._case.row.delegation.id == self.table.chosen_id():
            self._decisions.ask(action, case=self._case, today=self._today())
        else:
            self._hurried = action

    def _on_chosen_changed(self, chosen: int) -> None:
        """Show the case of one row, or what may be decided about several."""
        if chosen > 1:
            self.chosen.show_count(chosen, total=self.model.total)
            self.bar.show_actions(dict.fromkeys(bulk.ACTIONS), delegation=None)
            self.departure_button.hide()
            announce(self.table, wording.count(chosen, "ligne choisie", many="lignes choisies"))
        elif self._side.currentWidget() is self.chosen:
            self._show_case(self._case)
        self._side.setCurrentWidget(self.chosen if chosen > 1 else self.detail)

    def _ask_departure(self) -> None:
        if self._case is not None:
            self._bulk.ask_departure(self._case.row, today=self._today())

    def _undo(self) -> None:
        """Take back the decision about the chosen row; one that may have left says so."""
        intent = self._case.row.intent if self._case is not None else None
        if intent is not None and intent.status != "needs_you":
            self._decisions.undo(intent.outbox_id)

    def _ask_why(self) -> None:
        """Explain every button of the bar that cannot be used."""
        if self._case is not None:
            self._explain(why.of_bar(self._case, actions=self.bar.usual_actions()))

    def _explain(self, found: tuple[Why, ...]) -> None:
        if found:
            explain(self, found=found, links=self._links)

    def _ask_again(self) -> None:
        if self._case is not None:
            self.again_wanted.emit(self._case.row.delegation)

    def _choose_one(self) -> None:
        """Leave only the current row chosen."""
        self.table.choose(self.table.chosen_id())

    def _on_row_chosen(self, row: DelegationRow) -> None:
        self._hurried = None
        self._read_case(row.delegation.id)
        announce(self.table, row.delegation.grantee.display_name)

    def _on_sort_changed(self, key: str, descending: bool) -> None:  # noqa: FBT001 - a signal's payload
        self._sort, self._descending = key or "priority", bool(key) and descending
        self._read(page=0)

    def _on_empty_action(self) -> None:
        if self.filters.text() or self.panel.is_narrow():
            self.filters.show_look(group=self.filters.group().key, text="")
            self.panel.show_look(Look(group=""))
            self._on_filters()
        else:
            self.request_wanted.emit()

    def _today(self) -> date:
        return wording.local_day(self._clock())

    # -- Building -------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.filters.group_changed.connect(self._on_group)
        self.filters.changed.connect(self._on_filters)
        self.filters.panel_wanted.connect(self.panel.setVisible)
        self.filters.views_wanted.connect(lambda: self.views.open_below(self.filters.views_button))
        self.panel.changed.connect(self._on_filters)
        self.views.chosen.connect(self.show_look)
        self.views.told.connect(lambda said: self.banner.show_message(said, tone="info"))
        for key, button in (("F", self.filters.panel_button), ("V", self.filters.views_button)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)
        undo = QShortcut(QKeySequence("Ctrl+Z"), self)
        undo.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        undo.activated.connect(self._undo)
        self.model.page_needed.connect(self._read_page)
        self.model.sort_changed.connect(self._on_sort_changed)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.detail_wanted.connect(self.detail.setFocus)
        self.detail.left.connect(self.table.setFocus)
        self.detail.undo_wanted.connect(self._decisions.undo)
        self.detail.retry_wanted.connect(self._decisions.retry)
        self.detail.again_wanted.connect(self._act)
        self.detail.sign_in_wanted.connect(self.sign_in_wanted)
        self.detail.why_wanted.connect(self._explain)
        self.bar.action_wanted.connect(self._act)
        self.bar.why_wanted.connect(self._ask_why)
        self.table.chosen_changed.connect(self._on_chosen_changed)
        self.chosen.all_wanted.connect(self.table.selectAll)
        self.chosen.none_wanted.connect(self._choose_one)
        self._bulk.kept.connect(self._choose_one)
        self.departure_button.clicked.connect(self._ask_departure)
        self.again_button.clicked.connect(self._ask_again)

    def _make_empty_state(self) -> EmptyState:
        return EmptyState("handshake", "Aucune délégation", "", "Effacer la recherche", self._on_empty_action)

    def _build(self) -> None:
        side = Card()
        self.table.setMinimumHeight(SPACE * 24)
        side.body.setContentsMargins(0, 0, 0, 0)
        side.body.setSpacing(0)
        self._side = QStackedWidget()
        self._side.addWidget(self.detail)
        self._side.addWidget(self.chosen)
        self._side.setMinimumHeight(SPACE * 16)  # the detail scrolls; what decides below it is never cut
        side.body.addWidget(self._side, 1)
        side.body.addWidget(_line())
        side.body.addWidget(self.bar)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        self._split.setStyleSheet("QSplitter::handle { background: transparent; }")
        self._split.setHandleWidth(SPACE * 3)
        self._split.addWidget(self.table)
        self._split.addWidget(side)
        self._split.setSizes(list(_SHARES[Qt.Orientation.Vertical]))
        self._stack = QStackedWidget()
        self._stack.addWidget(self._split)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 3)
        column.addWidget(self.filters)
        column.addWidget(self.panel)
        self.panel.hide()
        column.addWidget(self.banner)
        column.addWidget(self.bulk_banner)
        column.addWidget(self._stack, 1)
        self._show_case(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the detail beside the table when there is room."""
        wide = event.size().width() >= WIDE
        orientation = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if orientation is not self._split.orientation():
            self._split.setOrientation(orientation)
            self._split.setSizes(list(_SHARES[orientation]))
        super().resizeEvent(event)


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("surface", "line")
    return line


_EMPTY_TITLES = {
    Role.GRANTOR: {
        "undecided": "Rien à décider",
        "live": "Aucune délégation en cours",
        "ended": "Aucune délégation terminée",
    },
    Role.GRANTEE: {
        "undecided": "Aucune demande en attente",
        "live": "Aucune délégation en cours",
        "ended": "Aucune délégation terminée",
    },
}
_EMPTY_TEXTS = {
    Role.GRANTOR: "Les demandes de vos collaborateurs arrivent ici, même quand cette fenêtre est fermée.",
    Role.GRANTEE: "Un service ou un droit vous manque\u00a0? Demandez-le à un expert-comptable de votre cabinet.",
}
