"""The departure of a person from all the cabinets that one grants for, begun where the person is shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.presentation.people import words
from comptexpert_desktop.ui.delegations.bulk_decision_flow import BulkDecisions
from comptexpert_desktop.ui.widgets.actions import ActionSpec
from comptexpert_desktop.usecases.firm import firm

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import DelegationRow
    from comptexpert_desktop.ui.screen import ScreenContext
    from comptexpert_desktop.ui.widgets.banner import Banner

DEPARTURE = ActionSpec("departure", "Départ…", ("D",))


class PersonDeparture(QObject):
    """Asks which cabinets the person leaves, all of them at first, and follows the decisions."""

    def __init__(self, context: ScreenContext, *, owner: QWidget, banner: Banner) -> None:
        super().__init__(owner)
        self._context, self._owner, self._banner = context, owner, banner
        self.bulk = BulkDecisions(context.tasks, owner=owner, clock=context.clock, new_id=context.new_id, banner=banner)
        self.bulk.kept.connect(self._begin)
        self._is_somebody_leaving = False

    def ask(self, person_id: str, *, name: str) -> None:
        """Read what ends, cabinet by cabinet, then ask for the last word."""
        work = partial(firm.line_of, firm_id="", account_id=person_id, name=name)
        self._context.tasks.read(self._owner, work, self._ask, failed=self._banner.show_error, channel="departure")

    def follow(self) -> None:
        """Say how far the departure that was decided here has come."""
        if self._is_somebody_leaving:
            self.bulk.follow()

    def clear(self) -> None:
        """Say nothing of another person's decisions."""
        self._is_somebody_leaving = False
        self.bulk.clear()

    def _ask(self, row: DelegationRow | None) -> None:
        if row is None:
            self._banner.show_message(words.UNKNOWN, tone="info")
        else:
            self.bulk.ask_departure(row, today=day_in_france(self._context.clock()), everywhere=True)

    def _begin(self) -> None:
        self._is_somebody_leaving = True
        self.follow()
