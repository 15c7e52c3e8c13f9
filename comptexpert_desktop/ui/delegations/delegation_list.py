"""One side's delegations: the list, the case of the selected row, and what may be decided about it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.domain.delegation import Action, Role
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import delegation_detail, explanations, queries
from comptexpert_desktop.presentation.delegations.queries import PAGE
from comptexpert_desktop.presentation.people.words import NO_ACCOUNT
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.delegations import triage
from comptexpert_desktop.ui.delegations.bulk_decision_flow import BulkDecisions
from comptexpert_desktop.ui.delegations.decision_flow import Decisions
from comptexpert_desktop.ui.delegations.delegation_pane import DelegationPane
from comptexpert_desktop.ui.delegations.identity_lookup import IdentityLookup
from comptexpert_desktop.ui.delegations.list_layout import ListLayout
from comptexpert_desktop.ui.delegations.model import DelegationTableModel
from comptexpert_desktop.ui.delegations.no_delegations import NoDelegations
from comptexpert_desktop.ui.delegations.query_bar import QueryBar
from comptexpert_desktop.ui.delegations.table import DelegationTable
from comptexpert_desktop.ui.delegations.why_dialog import explain
from comptexpert_desktop.ui.destinations import ShowPerson
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.actions import KeyPlaces
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.pages import Pages
from comptexpert_desktop.ui.widgets.row_habits import add_row_habits
from comptexpert_desktop.usecases.delegations import bulk

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from comptexpert_desktop.domain.delegation import DelegationRow
    from comptexpert_desktop.presentation.delegations.delegation_detail import Case
    from comptexpert_desktop.presentation.delegations.explanations import Why
    from comptexpert_desktop.presentation.delegations.queries import DeskAnswer
    from comptexpert_desktop.ui.screen import ScreenContext


class DelegationList(QWidget):
    """Those to decide on, or those one asked for; what is shown and what is done follow the selected rows."""

    request_requested = Signal()
    """The person wants to ask for a delegation."""
    again_requested = Signal(object)
    """The `Delegation` that the person wants to ask for once more."""

    def __init__(self, context: ScreenContext, *, role: Role) -> None:
        super().__init__()
        self._context, self._tasks, self._role = context, context.tasks, role
        self._case: Case | None = None
        self._pending: tuple[Callable[[Case], object], str] | None = None
        """What was asked for while the case of its delegation was being read."""
        self.first = ""
        """The delegation to select once the list was read."""
        self.selects_all = False
        """Select every line once the list was read: the person came to decide about all of them."""
        self._is_fresh = True
        """The person just came here, or asked for something else: a row is selected for them."""
        self._today: Callable[[], date] = lambda: day_in_france(context.clock())
        self.model = DelegationTableModel(role=role, today=self._today, parent=self)
        self.table = DelegationTable(self.model, takes_many=role is Role.GRANTOR)
        keys = KeyPlaces(self, self.table)
        self.query_bar = QueryBar(context.tasks, role=role, today=self._today, keys=keys)
        self.selection = self.table.selection
        self.pane = DelegationPane(role=role, keys=keys)
        self.banner, self.bulk_banner = Banner(name="errorBanner"), Banner(name="bulkBanner")
        self._empty = NoDelegations(role=role, bar=self.query_bar, ask=self.request_requested.emit)
        clock, new_id = context.clock, context.new_id
        go_on = partial(_select_next, self)
        self._decisions = Decisions(
            context.tasks, owner=self, clock=clock, new_id=new_id, banner=self.banner, kept=go_on
        )
        self._identities = IdentityLookup(context.tasks, owner=self, channel=f"identity-{role}")
        self._bulk = BulkDecisions(context.tasks, owner=self, clock=clock, new_id=new_id, banner=self.bulk_banner)
        self._build()
        self._connect()
        add_row_habits(self.table, registries=(self.pane.bar.actions_here, self.pane.actions_here))
        self.laid_out.restore()
        topics = (Topic.DELEGATIONS, Topic.OUTBOX, Topic.CATALOGUE, Topic.SESSION)
        context.changes.listen(self, *topics, call=self.reload)

    # -- Reading --------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read again the page at hand and the selected case; nothing moves on screen."""
        row = self.selection.row()
        self._read(page=0 if row is None else row // PAGE)
        self._decisions.triage.follow()
        if self._role is Role.GRANTOR:
            self._bulk.follow()

    def activate(self) -> None:
        """Read what is shown and put the keyboard in the list."""
        self._is_fresh = True
        self.reload()
        self.table.setFocus()

    def clear(self) -> None:
        """Show nothing of what was read: another person may sit here now."""
        self.model.reset_rows((), total=0)
        self.query_bar.clear()
        self.banner.clear()
        self._decisions.triage.clear()
        self._bulk.clear()
        self._identities.clear()
        self._follow_selection()

    def _read(self, *, page: int) -> None:
        query = self.query_bar.query()
        work = partial(queries.desk, query=query, page=page)
        self._tasks.read(self, work, self._show, channel=f"desk-{self._role}")
        count = partial(queries.counts, query=query, groups=self.query_bar.groups)
        self._tasks.read(self, count, self.query_bar.filters.show_counts, channel=f"counts-{self._role}")

    def _read_anew(self) -> None:
        """Read from the first row: something else is asked for."""
        self._is_fresh = True
        self._read(page=0)

    def _read_page(self, page: int) -> None:
        query = self.query_bar.query()

        def show(rows: tuple[DelegationRow, ...]) -> None:
            if query == self.query_bar.query():
                self.model.fill_page(rows, page=page)
                self._follow_selection()

        self._tasks.read(self, partial(queries.rows, query=query, page=page), show)

    # -- Showing --------------------------------------------------------------------------------

    def _show(self, answer: DeskAnswer) -> None:
        ids, row, count = self.selection.ids(), self.selection.row(), self.selection.count()
        are_all = 1 < count == self.model.total
        scrolled = self.table.verticalScrollBar().value()
        self.model.set_labels(answer.labels, names_firm=len(answer.firms) > 1)
        self.query_bar.panel.offer(firms=answer.firms, catalogue=answer.labels.catalogue)
        self.model.reset_rows(answer.rows, total=answer.total, page=answer.page)
        self._stack.setCurrentWidget(self.laid_out if answer.total else self._empty)
        self.table.verticalScrollBar().setValue(scrolled)
        first, self.first = self.first, ""
        fresh, self._is_fresh = self._is_fresh, self._is_fresh and not answer.total
        if (are_all and len(ids) < count) or (self.selects_all and answer.total > 1):
            self.selects_all = False
            self.table.selectAll()
        elif not self.selection.select([first] if first else ids):
            if fresh and not first:
                self.selection.select_rows([0] if answer.total else [])
            elif row is not None:
                self.selection.leave_keyboard(row)  # of one that left: nobody chose what stands there now
                self.selection.tell_lost()
        self._follow_selection()
        self._empty.show_why()

    def _follow_selection(self) -> None:
        """Read the case of the only selected row, or show what may be decided about several; nothing without one."""
        count, selected = self.selection.count(), self.selection.id()
        if count > 1:
            self._case = None
            self.pane.show_many(count, total=self.model.total)
            accessible.tell(self.table, wording.count(count, "ligne choisie", many="lignes choisies"))
        elif not selected:
            self._case = None
            self.pane.show_nothing()
        else:
            if self._case is None or self._case.row.delegation.id != selected:
                self._case = None
                self.pane.show_loading()
            work = partial(delegation_detail.load, delegation_id=selected, today=self._today())
            self._tasks.read(self, work, partial(self._show_case, selected), channel=f"case-{self._role}")

    def _show_case(self, delegation_id: str, shown: Case | None) -> None:
        if delegation_id != self.selection.id():
            return
        shown = None if shown is None else self._identities.complete(shown)
        self._case = shown
        pending, self._pending = self._pending, None
        if shown is None:
            self.pane.show_nothing()
            return
        self.pane.show_case(shown, now=self._context.clock())
        if pending is not None and pending[1] == delegation_id:
            pending[0](shown)

    def _fill_identity(self, delegation_id: str) -> None:
        """Fill in whom the case is about: nothing else of what is read moves."""
        if self._case is not None and self._case.row.delegation.id == delegation_id:
            self._case = self._identities.known(self._case)
            self.pane.detail.fill_identity(self._case)

    # -- Acting ---------------------------------------------------------------------------------

    def _act(self, action: Action) -> None:
        """Decide on the selected rows; while the case of the only one is being read, decide once it is there."""
        if self.selection.count() > 1:
            if action in bulk.ACTIONS:
                today, stretches, seen = self._today(), self.selection.stretches(), self.selection.ids()
                self._bulk.ask(action, query=self.query_bar.query(), stretches=stretches, seen=seen, today=today)
        else:
            self._with_case(partial(self._decide, action))

    def _decide(self, action: Action, case: Case) -> None:
        if case.actions.get(action, "") is None:
            self._decisions.ask(action, case=case, today=self._today())

    def _with_case(self, act: Callable[[Case], object]) -> None:
        """Do something about the case of the selected row; while it is being read, do it once it is there."""
        if self._case is not None:
            act(self._case)
        elif selected := self.selection.id():
            self._pending = (act, selected)

    def _undo(self) -> None:
        """Take back the decision about the selected row; one that may have left says so."""
        intent = self._case.row.intent if self._case is not None else None
        if intent is not None and intent.status != "needs_you":
            self._decisions.undo(intent.outbox_id)

    def _show_person(self, case: Case) -> None:
        """Lead to the page of who holds the selected right; an address without an account has none."""
        if person_id := case.row.delegation.grantee.account_id:
            self._context.navigator.open(ShowPerson(person_id=person_id))
        else:
            self.banner.show_message(f"Pas de page\u00a0: {NO_ACCOUNT}", tone="info")

    def _explain(self, found: tuple[Why, ...]) -> None:
        if found:
            explain(self, found=found, links=self._context.links)

    def _begin_anew(self) -> None:
        """Select the first row of what is left: what was selected has been decided."""
        self.selection.clear()
        self._is_fresh = True

    # -- Building -------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.query_bar.changed.connect(self._read_anew)
        self.query_bar.announced.connect(partial(self.banner.show_message, tone="info"))
        self.query_bar.restored.connect(self.table.setFocus)
        self.model.page_needed.connect(self._read_page)
        self.model.sort_changed.connect(self.query_bar.sort_by)
        self.selection.changed.connect(self._follow_selection)
        self.laid_out.reading_changed.connect(self.query_bar.setHidden)
        detail = self.pane.detail
        detail.undo_requested.connect(self._decisions.undo)
        detail.retry_requested.connect(self._decisions.retry)
        detail.again_requested.connect(self._act)
        detail.sign_in_requested.connect(self._context.navigator.sign_in)
        detail.why_requested.connect(self._explain)
        self.pane.bar.action_requested.connect(self._act)
        usual = self.pane.bar.usual_actions()
        explain_bar = partial(self._with_case, lambda case: self._explain(explanations.of_bar(case, actions=usual)))
        self.pane.bar.why_requested.connect(explain_bar)
        self.pane.undo_requested.connect(self._undo)
        self.pane.take_back_requested.connect(self._decisions.triage.take_back)
        self.pane.mark_requested.connect(self.table.mark)
        self.pane.person_requested.connect(partial(self._with_case, self._show_person))
        self.pane.selected.all_requested.connect(self.table.selectAll)
        self.pane.selected.none_requested.connect(self.selection.clear)
        self._identities.completed.connect(self._fill_identity)
        self._bulk.kept.connect(self._begin_anew)
        self.pane.departure_requested.connect(
            partial(self._with_case, lambda case: self._bulk.ask_departure(case.row, today=self._today()))
        )
        self.pane.again_requested.connect(
            partial(self._with_case, lambda case: self.again_requested.emit(case.row.delegation))
        )

    def _build(self) -> None:
        self.table.setMinimumHeight(SPACE * 24)
        state, name = self._context.window_state, f"delegations-{self._role}"
        self.laid_out = ListLayout(self.table, self.pane, filters=self.query_bar.filters, state=state, name=name)
        self._stack = Pages()
        self._stack.addWidget(self.laid_out)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 3)
        for part in (self.query_bar, self.banner, self.bulk_banner):
            column.addWidget(part)
        column.addWidget(self._stack, 1)


def _select_next(shown: DelegationList, decided: str) -> None:
    """Go on with the next line, unless the person chose another meanwhile."""
    if shown.selection.id() == decided:
        triage.select_next(shown.selection, shown.model, after=decided)
