"""What stands in place of an empty list of delegations: why it is empty, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Role
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.ui.delegations.query_bar import QueryBar

_TITLES = {
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
_TEXTS = {
    Role.GRANTOR: "Les demandes de vos collaborateurs arrivent ici, même quand cette fenêtre est fermée.",
    Role.GRANTEE: "Un service ou un droit vous manque\u00a0? Demandez-le à un expert-comptable de votre cabinet.",
}


class NoDelegations(EmptyState):
    """Clears the filters, or asks for a delegation."""

    def __init__(self, *, role: Role, bar: QueryBar, ask: Callable[[], None]) -> None:
        super().__init__("handshake", "Aucune délégation", "", "Effacer la recherche", self._act)
        self._role, self._bar, self._ask = role, bar, ask

    def show_why(self) -> None:
        """Say why nothing is listed."""
        group, is_narrow = self._bar.filters.group(), self._bar.is_narrow()
        if is_narrow:
            said = f"Rien ne répond à {self._bar.asked()} dans {wording.quoted(group.title)}."
            self.set_words("Aucune délégation ne correspond", said)
        else:
            self.set_words(_TITLES[self._role].get(group.key, "Aucune délégation"), _TEXTS[self._role])
        clear = "Effacer les filtres" if self._bar.panel.is_narrow() else "Effacer la recherche"
        ask = "Demander une délégation" if self._role is Role.GRANTEE else ""
        self.offer(clear if is_narrow else ask)

    def _act(self) -> None:
        if self._bar.is_narrow():
            self._bar.widen()
        else:
            self._ask()
