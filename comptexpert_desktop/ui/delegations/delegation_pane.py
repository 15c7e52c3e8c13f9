"""Beside the list: the case of the only selected row, or what may be decided about several; never anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from comptexpert_desktop.domain.delegation import Role
from comptexpert_desktop.presentation.delegations import words
from comptexpert_desktop.ui.delegations.action_bar import GRANTEE_OFFERS, GRANTOR_OFFERS, ActionBar
from comptexpert_desktop.ui.delegations.detail import DetailPane
from comptexpert_desktop.ui.delegations.selection_pane import SelectionPane
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.actions import ActionRegistry, ActionSpec, KeyPlaces
from comptexpert_desktop.ui.widgets.buttons import quiet
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.pages import Pages
from comptexpert_desktop.usecases.delegations import bulk

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.presentation.delegations.delegation_detail import Case

DEPARTURE = ActionSpec("departure", "Départ…", ("D",))
ASK_AGAIN = ActionSpec("ask-again", "Demander à nouveau")
TAKE_BACK = ActionSpec("take-back", "Annuler la dernière décision", ("Z",))
MARK = ActionSpec("mark", "Cocher la ligne", ("X",))
PERSON = ActionSpec("person", "Page de la personne", ("I",))
UNDO = ActionSpec("undo", "Annuler cette décision", ("Ctrl+Z",))


class DelegationPane(Card):
    """The detail, and the buttons below it."""

    departure_requested = Signal()
    again_requested = Signal()
    undo_requested = Signal()
    take_back_requested = Signal()
    """The person takes back what they decided last, whatever line is selected by now."""
    mark_requested = Signal()
    person_requested = Signal()
    """The person wants to see all that the holder of the selected right may do."""
    back_requested = Signal()
    """The person goes back to the list, in whose place the pane stands."""

    def __init__(self, *, role: Role, keys: KeyPlaces) -> None:
        """Build the pane; its keys work at `keys`."""
        super().__init__()
        self._role = role
        self.detail, self.selected = DetailPane(), SelectionPane()
        self.actions_here = ActionRegistry(self)
        self.departure = self.actions_here.add(DEPARTURE, self.departure_requested.emit, owner=keys.of(DEPARTURE))
        self.again = self.actions_here.add(ASK_AGAIN, self.again_requested.emit, owner=keys.of(ASK_AGAIN))
        self.actions_here.add(UNDO, self.undo_requested.emit, owner=keys.of(UNDO))
        is_grantor = role is Role.GRANTOR
        if is_grantor:
            self.actions_here.add(TAKE_BACK, self.take_back_requested.emit, owner=keys.of(TAKE_BACK))
            self.actions_here.add(MARK, self.mark_requested.emit, owner=keys.of(MARK))
            self.actions_here.add(PERSON, self.person_requested.emit, owner=keys.of(PERSON))
        last = quiet("", name="departureButton") if is_grantor else quiet("", name="askAgainButton", icon="refresh")
        last.follow(self.departure if is_grantor else self.again)
        if is_grantor:
            last.setAccessibleName("Départ du cabinet")
        self.bar = ActionBar(GRANTOR_OFFERS if is_grantor else GRANTEE_OFFERS, keys=keys, last=last)
        self._back = quiet("&Retour à la liste", name="backToListButton", icon="chevron-left")
        self._back.setToolTip("Retour à la liste (touche Échap)")
        self._back.clicked.connect(self.back_requested)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self._stack = Pages()
        self._stack.addWidget(self.detail)
        self._stack.addWidget(self.selected)
        self._stack.setMinimumHeight(SPACE * 16)  # the detail scrolls; what decides below it is never cut
        line = QFrame()
        line.setProperty("surface", "line")
        self.body.addWidget(self._back, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(line)
        self.body.addWidget(self.bar)
        self.show_back(is_shown=False)
        self.show_nothing()

    def show_back(self, *, is_shown: bool) -> None:
        """Show the way back to the list, or leave it out while the list stands beside the pane."""
        self._back.setVisible(is_shown)

    def take_focus(self) -> None:
        """Put the keyboard in what is shown."""
        (self.detail if self._stack.currentWidget() is self.detail else self.selected).setFocus()

    def show_nothing(self) -> None:
        """Show that nothing is selected: nothing can be done."""
        self._stack.setCurrentWidget(self.detail)
        self.detail.clear()
        self.departure.setVisible(False)
        self.again.setVisible(False)
        self.bar.show_actions({}, delegation=None)

    def show_loading(self) -> None:
        """Wait for the case of the selected row; what is asked for meanwhile is done once it is there, if it may be."""
        self._stack.setCurrentWidget(self.detail)
        self.departure.setVisible(False)
        self.again.setVisible(False)
        self.bar.show_pending()

    def show_case(self, shown: Case, *, now: datetime) -> None:
        """Show the case of the only selected row."""
        self._stack.setCurrentWidget(self.detail)
        is_over = shown.row.delegation.status in words.AGAIN
        self.departure.setVisible(self._role is Role.GRANTOR)
        self.again.setVisible(self._role is Role.GRANTEE and is_over)
        self.detail.show_case(shown, now=now)
        self.bar.show_actions(shown.actions, delegation=shown.row.delegation)

    def show_many(self, count: int, *, total: int) -> None:
        """Show what may be decided about several rows."""
        self._stack.setCurrentWidget(self.selected)
        self.departure.setVisible(False)
        self.again.setVisible(False)
        self.selected.show_count(count, total=total)
        self.bar.show_actions(dict.fromkeys(bulk.ACTIONS), delegation=None)
