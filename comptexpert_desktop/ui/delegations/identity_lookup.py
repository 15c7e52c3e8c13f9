"""Ask the server whom the selected case is about, once a version of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.presentation.delegations import words
from comptexpert_desktop.usecases.delegations import identity

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.identity import Identity
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.presentation.delegations.delegation_detail import Case
    from comptexpert_desktop.runtime.tasks import Tasks

MAX_KNOWN = 64


class IdentityLookup(QObject):
    """Knows the other parties of the cases that were looked at last."""

    completed = Signal()
    """More is known of a case: it may be shown again."""

    def __init__(self, tasks: Tasks, *, owner: QWidget, channel: str) -> None:
        """Ask on a channel: of several cases in a row, only the last is asked about."""
        super().__init__(owner)
        self._tasks, self._channel = tasks, channel
        self._known: dict[tuple[str, int], Identity] = {}
        self._silent: tuple[str, int] | None = None
        """The case about which the server did not answer."""

    def complete(self, case: Case) -> Case:
        """Add to a case whom it is about; what is not known is asked, while the case waits for a decision."""
        delegation = case.row.delegation
        key = (delegation.id, delegation.version)
        if delegation.status not in words.UNDECIDED:
            return case
        if key in self._known:
            return replace(case, identity=self._known[key])
        if key == self._silent:
            self._silent = None
            return replace(case, is_identity_known=False)
        work = partial(identity.ask, delegation_id=delegation.id)
        self._tasks.call(
            self, work, partial(self._keep, key), failed=partial(self._give_up, key), channel=self._channel
        )
        return case

    def clear(self) -> None:
        """Forget everybody: another person may sit here now."""
        self._known.clear()
        self._silent = None

    def _keep(self, key: tuple[str, int], identity: Identity) -> None:
        while len(self._known) >= MAX_KNOWN:
            self._known.pop(next(iter(self._known)))
        self._known[key] = identity
        self.completed.emit()

    def _give_up(self, key: tuple[str, int], _error: ComptexpertError) -> None:
        self._silent = key
        self.completed.emit()
