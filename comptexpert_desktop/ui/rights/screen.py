"""« Qui peut ? »: the people of a cabinet and their rights today, with the button that mends what is missing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import delegation_detail, explanations
from comptexpert_desktop.presentation.rights import queries, words
from comptexpert_desktop.presentation.rights.words import Mend
from comptexpert_desktop.ui.delegations.decision_flow import Decisions
from comptexpert_desktop.ui.delegations.why_dialog import explain
from comptexpert_desktop.ui.destinations import FIRM, Destination, ShowDelegation, ShowPerson
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.people.departures import DEPARTURE, PersonDeparture
from comptexpert_desktop.ui.people.moves import MOVE, PersonMove
from comptexpert_desktop.ui.rights.model import BoardModel
from comptexpert_desktop.ui.rights.pane import RightPane
from comptexpert_desktop.ui.screen import Screen, ScreenContext
from comptexpert_desktop.ui.widgets.actions import ActionSpec
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import quiet, secondary
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.list_and_detail import ListAndDetail
from comptexpert_desktop.ui.widgets.pages import Pages
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.row_habits import add_row_habits
from comptexpert_desktop.ui.widgets.selection import tell_lost
from comptexpert_desktop.ui.widgets.tone_delegate import ToneDelegate, row_height
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_desktop.domain.rights_board import BoardRight
    from comptexpert_desktop.presentation.delegations.delegation_detail import Case
    from comptexpert_desktop.presentation.rights.queries import BoardView
    from comptexpert_desktop.presentation.rights.words import Piece

PERSON_PAGE = ActionSpec("person", "Page de la personne", ("I",))
TITLE = "Qui peut\u00a0?"
_DECISIONS = {Mend.APPROVE: Action.APPROVE, Mend.RESUME: Action.RESUME, Mend.RENEW: Action.RENEW}
_NONE = ("Personne encore", "Aucune délégation de ce cabinet n’est en cours ni demandée.")
_NOT_YOURS = ("Rien à montrer ici", "Ce tableau est celui des cabinets pour lesquels vous accordez des délégations.")
_SIGNED_OUT = ("Connectez-vous", "Les droits d’un cabinet ne se montrent qu’à qui les accorde.")


class RightsScreen(Screen):
    """A board, and beside it what the selected cell says."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, title=TITLE, name="rightsScreen")
        self._view: BoardView | None = None
        self._is_opening = True
        """Whether the answer is looked for that one opens the board for: the first right."""
        self.firm = Choice()
        self.firm.setMinimumWidth(theme.scaled(SPACE * 70))
        self._firm_field = Field("&Cabinet", self.firm, name="boardFirm")
        self._source = PlainLabel(role="muted")
        self.model = BoardModel(today=lambda: day_in_france(context.clock()), parent=self)
        self.table = QTableView()
        self.pane = RightPane()
        self._open = secondary("&Ouvrir le détail", name="openRightButton", icon="chevron-right")
        self.split = ListAndDetail(self._build_board(), self.pane, state=context.window_state, name="rights")
        self._empty = EmptyState("users", *_NONE)
        self.decisions = Decisions(
            context.tasks,
            owner=self,
            clock=context.clock,
            new_id=context.new_id,
            banner=self.banner,
            kept=lambda _delegation_id: None,
        )
        self.bulk_banner = Banner(name="bulkBanner")
        self.departure = PersonDeparture(context, owner=self, banner=self.bulk_banner)
        self.mover = PersonMove(context, owner=self, bulk_decisions=self.departure.bulk)
        move_action = self.actions_here.add(MOVE, partial(_ask_move, self), owner=self.table)
        self._move_button = quiet("", name="moveButton", icon="refresh")
        self._move_button.follow(move_action)
        self._build()
        self._connect()
        self.actions_here.add(PERSON_PAGE, self._open_person, owner=self.table)
        self.actions_here.add(DEPARTURE, partial(_ask_departure, self), owner=self.table)
        add_row_habits(self.table, registries=(self.actions_here,))
        topics = (Topic.DELEGATIONS, Topic.OUTBOX, Topic.CATALOGUE)
        context.changes.listen(self, *topics, call=self._follow_changes)
        context.changes.listen(self, Topic.SESSION, call=self.departure.clear)
        context.changes.listen(self, Topic.SESSION, call=self.reload)  # nothing of one account stays for the next

    def activate(self) -> None:
        """Read the board and put the keyboard in it."""
        self._open_board()
        self.table.setFocus()

    def _open_board(self) -> None:
        self._is_opening = True
        self.reload()

    def reload(self) -> None:
        """Read the board again; the selected cell stays selected."""
        work = partial(queries.read, firm_id=str(self.firm.value() or ""), today=self._today())
        self.context.tasks.read(self, work, self._show, channel="rights-board")
        self.decisions.triage.follow()
        self.departure.follow()

    def _follow_changes(self) -> None:
        """Read again while somebody looks: the whole of a cabinet is read, and again when the screen opens."""
        if self.isVisible():
            self.reload()

    def _today(self) -> date:
        return day_in_france(self.context.clock())

    def _show(self, view: BoardView) -> None:
        person, right = self._selected_ids()
        is_opening, self._is_opening = self._is_opening, False
        self._view = view
        self.firm.offer([(firm.name, firm.id) for firm in view.firms], selected=view.firm_id or None)
        self._firm_field.setVisible(len(view.firms) > 1)
        as_of = "" if view.as_of is None else wording.moment(view.as_of, now=self.context.clock())
        self._source.setText(words.source(as_of))
        self.model.set_view(view)
        title, text = _NONE if view.firms else _NOT_YOURS if view.is_signed_in else _SIGNED_OUT
        self._empty.set_words(title, text)
        self._stack.setCurrentWidget(self._filled if view.board.people else self._empty)
        place = self.model.place_of(person, right)
        if place is None and is_opening and view.rights:
            place = (0, 1)  # later, what is gone leaves nothing selected: nobody pressed on what stands there now
        elif place is None and person:
            tell_lost(self.table)
        if place is not None:
            index = self.model.index(*place)
            self.table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._fit_columns()
        self._follow_selection()

    def _selected_ids(self) -> tuple[str, BoardRight | None]:
        found = self.table.selectionModel().selectedIndexes()
        if not found or self._view is None:
            return "", None
        return self.model.person(found[0].row()).id, self.model.right(found[0].column())

    def _follow_selection(self) -> None:
        """Show what the selected cell says; nothing without one."""
        found = self.table.selectionModel().selectedIndexes()
        view = self._view
        if not found or view is None:
            self.pane.show_nothing()
            return
        person, right = self.model.person(found[0].row()), self.model.right(found[0].column())
        if right is None:
            self.pane.show_person(view, person)
        else:
            self.pane.show_right(view, person, right)

    def _select_right(self, column: int) -> None:
        """Answer for a whole column: its first line is selected."""
        if self.model.rowCount():
            index = self.model.index(0, column)
            self.table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _mend(self, delegation_id: str, piece: Piece) -> None:
        """Do what mends a missing piece, or lead to where it is mended."""
        if piece.mend is Mend.TERMS:
            self.context.navigator.open(Destination(FIRM))
        elif piece.mend is Mend.CASE:
            self.context.navigator.open(ShowDelegation(delegation_id=delegation_id))
        else:
            work = partial(delegation_detail.load, delegation_id=delegation_id, today=self._today())
            self.context.tasks.read(self, work, partial(self._mend_case, piece), channel="rights-case")

    def _mend_case(self, piece: Piece, case: Case | None) -> None:
        if case is None:
            return
        action = _DECISIONS.get(piece.mend)
        if action is None:
            explain(self, found=(explanations.of_missing(piece.code, case=case),), links=self.context.links)
        elif (code := case.actions.get(action, "")) is None:
            self.decisions.ask(action, case=case, today=self._today())
        else:
            explain(self, found=(explanations.of_action(action, code, case=case),), links=self.context.links)

    def _open_detail(self) -> None:
        if self.table.selectionModel().hasSelection():
            self.split.open_detail()
            self._show_ways()

    def _open_person(self) -> None:
        """Lead to the page of the person of the selected line."""
        person_id, _right = self._selected_ids()
        if person_id and "@" not in person_id:  # an address is no account
            self.context.navigator.open(ShowPerson(person_id=person_id))

    def _leave_detail(self) -> None:
        self.split.show_list()
        self._show_ways()
        self.table.setFocus()

    def _show_ways(self) -> None:
        self._open.setVisible(self.split.has_one)
        self.pane.show_back(is_shown=self.split.has_one)

    def _fit_columns(self) -> None:
        for column in range(self.model.columnCount()):
            self.table.resizeColumnToContents(column)
            room = self.table.columnWidth(column)
            self.table.setColumnWidth(
                column, min(max(room + SPACE * 3, theme.scaled(SPACE * 30)), theme.scaled(SPACE * 70))
            )

    def _connect(self) -> None:
        self.table.selectionModel().selectionChanged.connect(lambda *_changed: self._follow_selection())
        self.table.horizontalHeader().sectionClicked.connect(self._select_right)
        self.table.activated.connect(lambda _index: self._open_detail())
        self._open.clicked.connect(self._open_detail)
        self.firm.currentIndexChanged.connect(lambda _index: self._open_board())
        self.pane.mend_requested.connect(self._mend)
        self.pane.back_requested.connect(self._leave_detail)
        self.pane.person_requested.connect(self._open_person)
        self.split.turned.connect(self._show_ways)
        QShortcut(QKeySequence("Esc"), self.pane, self._leave_detail).setContext(
            Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        self._show_ways()

    def _build_board(self) -> QWidget:
        self.table.setObjectName("rightsTable")
        self.table.setAccessibleName("Personnes et droits du cabinet")
        self.table.setModel(self.model)
        self.table.setItemDelegate(ToneDelegate(self.table))
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectItems)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(row_height())
        header = self.table.horizontalHeader()
        header.setSectionsClickable(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        whole = QWidget()
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._open)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 2)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        return whole

    def _build(self) -> None:
        self._filled = QWidget()
        filled = QVBoxLayout(self._filled)
        filled.setContentsMargins(0, 0, 0, 0)
        filled.addWidget(self.split, 1)
        self._stack = Pages()
        self._stack.addWidget(self._filled)
        self._stack.addWidget(self._empty)
        title = PlainLabel(self.title, role="title", wrap=False)
        head = WrappingRow(title, spacing=SPACE * 3, ends=(self._move_button, self._firm_field))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 8, SPACE * 4, SPACE * 8, SPACE * 4)
        column.setSpacing(SPACE * 3)
        column.addLayout(head)
        column.addWidget(self._source)
        column.addWidget(self.banner)
        column.addWidget(self.bulk_banner)
        column.addWidget(self._stack, 1)
        self._firm_field.hide()


def _ask_departure(screen: RightsScreen) -> None:
    """Ask from which cabinets the person of the selected line leaves."""
    found = screen.table.selectionModel().selectedIndexes()
    if found:
        person = screen.model.person(found[0].row())
        screen.departure.ask(person.id, name=person.name)


def _ask_move(screen: RightsScreen) -> None:
    """Ask where the person of the selected line goes; without one, who moves."""
    found = screen.table.selectionModel().selectedIndexes()
    screen.mover.ask(screen.model.person(found[0].row()).id if found else "")
