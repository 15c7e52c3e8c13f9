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

    completed = Signal(str)
    """The delegation about which the server answered, or did not: `known` says what there is."""

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
        key = _key(case)
        if delegation.status in words.UNDECIDED and key not in self._known:
            work = partial(identity.ask, delegation_id=delegation.id)
            self._tasks.call(
                self, work, partial(self._keep, key), failed=partial(self._give_up, key), channel=self._channel
            )
        return self.known(case)

    def known(self, case: Case) -> Case:
        """Add to a case what is known by now, without asking."""
        key = _key(case)
        return replace(case, identity=self._known.get(key), is_identity_known=key != self._silent)

    def clear(self) -> None:
        """Forget everybody: another person may sit here now."""
        self._known.clear()
        self._silent = None

    def _keep(self, key: tuple[str, int], identity: Identity) -> None:
        while len(self._known) >= MAX_KNOWN:
            self._known.pop(next(iter(self._known)))
        self._known[key] = identity
        self._silent = None
        self.completed.emit(key[0])

    def _give_up(self, key: tuple[str, int], _error: ComptexpertError) -> None:
        self._silent = key
        self.completed.emit(key[0])


def _key(case: Case) -> tuple[str, int]:
    return case.row.delegation.id, case.row.delegation.version
