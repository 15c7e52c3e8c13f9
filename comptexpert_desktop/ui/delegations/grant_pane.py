"""« Après ce geste » in the form of a direct grant: what the person gains, asked as soon as the form is complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation_rules import ask_or_grant
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.documents.effects_pane import EffectsPane

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.delegation import NewRequest
    from comptexpert_desktop.runtime.tasks import Tasks


class GrantPane(EffectsPane):
    """Hidden until there is a grant to ask about; a template has its own question."""

    def __init__(self, tasks: Tasks, *, clock: Callable[[], datetime], read: Callable[[], NewRequest | None]) -> None:
        super().__init__(tasks, clock=clock, labels=Labels())
        self._read = read
        self.hide()

    def look(self) -> None:
        """Ask what the grant of the form would change, or nothing while it lacks something."""
        found = self._read()
        if found is None or not (found.service and found.rights and found.grantee):
            self.ask([], people=[])
        else:
            self.ask([ask_or_grant(found)], people=[found.grantee])
