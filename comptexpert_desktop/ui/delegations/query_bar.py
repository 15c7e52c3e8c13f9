"""What the list of delegations shows: a group of states, words, further filters, an order, and saved views of them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.domain.delegation import DelegationQuery, Role, Status
from comptexpert_desktop.domain.saved_view import Look
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import search_words
from comptexpert_desktop.presentation.delegations.groups import GRANTEE_GROUPS, GROUPS
from comptexpert_desktop.presentation.documents.order import View
from comptexpert_desktop.ui.delegations.filter_bar import FilterBar
from comptexpert_desktop.ui.delegations.filter_panel import FilterPanel
from comptexpert_desktop.ui.delegations.views_menu import ViewsMenu
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.actions import ActionRegistry, ActionSpec, KeyPlaces

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from comptexpert_desktop.runtime.tasks import Tasks

NATURAL_ORDER = "priority"
SEARCH = ActionSpec("search", "Rechercher", ("Ctrl+F",))
FILTERS = ActionSpec("filters", "Filtres", ("F",))
LAYOUT = ActionSpec("layout", "Présentation", ("L",))
VIEWS = ActionSpec("views", "Vues enregistrées", ("V",))


class QueryBar(QWidget):
    """Says what is asked for; reads nothing itself."""

    changed = Signal()
    """Something else is asked for: the list begins at its first row."""
    announced = Signal(str)
    """A sentence about the saved views."""
    restored = Signal()
    """A saved view was chosen: the keyboard goes to the list."""

    def __init__(self, tasks: Tasks, *, role: Role, today: Callable[[], date], keys: KeyPlaces) -> None:
        """Build the bar; its keys work at `keys`."""
        super().__init__()
        self._role, self._today = role, today
        self._sort, self._descending = NATURAL_ORDER, False
        self.groups = GROUPS if role is Role.GRANTOR else GRANTEE_GROUPS
        self.filters = FilterBar(groups=self.groups)
        self.panel = FilterPanel(role=role)
        self.views = ViewsMenu(tasks, owner=self, role=role, look=self.look)
        self.actions_here = ActionRegistry(self)
        self.actions_here.add(SEARCH, self.filters.focus_search, owner=keys.of(SEARCH))
        self.actions_here.add(FILTERS, self.filters.panel_button.click, owner=keys.of(FILTERS))
        self.actions_here.add(VIEWS, self.filters.views_button.click, owner=keys.of(VIEWS))
        self.actions_here.add(LAYOUT, self.filters.layout_button.click, owner=keys.of(LAYOUT))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 3)
        column.addWidget(self.filters)
        column.addWidget(self.panel)
        self.panel.hide()
        self._connect()

    def look(self) -> Look:
        """Return what narrows the list now."""
        return self.panel.narrow(Look(group=self.filters.group().key, text=self.filters.text()))

    def show_look(self, look: Look) -> None:
        """Narrow the list as a saved view says; nothing that leaves lines out stays out of sight."""
        self.filters.show_look(group=look.group, text=look.text)
        self._offer_states()
        self.panel.show_look(look)
        if self.panel.is_narrow():
            self.filters.panel_button.setChecked(True)
        self._on_filters()

    def query(self) -> DelegationQuery:
        """Return what the list shows now."""
        look, today = self.look(), self._today()
        return DelegationQuery(
            role=self._role,
            text=look.text,
            statuses=frozenset({Status(look.status)}) if look.status else self.filters.group().statuses,
            firm=self.panel.chosen_firm(),
            service=look.service,
            right=look.right,
            effect=look.effect,
            also=search_words.meanings(look.text, catalogue=self.panel.catalogue),
            ends_from=None if look.ends_within is None else today,
            ends_by=None if look.ends_within is None else today + timedelta(days=look.ends_within),
            sort=self._sort,
            descending=self._descending,
        )

    def view(self) -> View:
        """Return what the list shows now, and how it was narrowed, in words."""
        group = wording.quoted(self.filters.group().title)
        return View(self.query(), f"Groupe {group}{''.join(f', {one}' for one in self._narrowed())}.")

    def is_narrow(self) -> bool:
        """Tell whether anything but the group leaves lines out."""
        return bool(self.filters.text()) or self.panel.is_narrow()

    def asked(self) -> str:
        """Say what was looked for, in words."""
        looked_for = self.filters.text()
        criteria = [wording.quoted(one) for one in ([looked_for] if looked_for else []) + self.panel.criteria()]
        return wording.joined(criteria)

    def sort_by(self, key: str, descending: bool) -> None:  # noqa: FBT001  a signal's payload
        """Order by a column; in the natural order when the key is empty."""
        self._sort, self._descending = key or NATURAL_ORDER, bool(key) and descending
        self.changed.emit()

    def widen(self) -> None:
        """Leave nothing out but what the group does."""
        self.filters.show_look(group=self.filters.group().key, text="")
        self.panel.show_look(Look(group=""))
        self._on_filters()

    def clear(self) -> None:
        """Look for nothing: another person may sit here now."""
        self.filters.clear_text()
        self.panel.clear()

    def _narrowed(self) -> list[str]:
        text = self.filters.text()
        criteria = [f"recherche {wording.quoted(text)}"] if text else []
        return criteria + [wording.quoted(one) for one in self.panel.criteria()]

    def _on_filters(self) -> None:
        self.filters.show_narrow(narrow=self.panel.is_narrow())
        self.changed.emit()

    def _offer_states(self) -> None:
        self.panel.offer_states(self.filters.group().statuses or Status)

    def _choose_view(self, look: Look) -> None:
        self.show_look(look)
        self.restored.emit()

    def _connect(self) -> None:
        self.filters.group_changed.connect(self._offer_states)
        self.filters.changed.connect(self._on_filters)
        self.filters.panel_requested.connect(self.panel.setVisible)
        self.filters.views_requested.connect(partial(self.views.open_below, self.filters.views_button))
        self.panel.changed.connect(self._on_filters)
        self.views.chosen.connect(self._choose_view)
        self.views.announced.connect(self.announced)
