"""The word that the firm's IT changed settings under the open window: what holds already, and what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.settings.definitions import BY_NAME
from comptexpert_desktop.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.settings.policy_changes import PolicyChange

HOLDS = f"Votre service informatique a changé{wording.NBSP}:"
WAITS = f"À la prochaine ouverture de Comptexpert changera aussi{wording.NBSP}:"
WAITS_ALONE = (
    f"Votre service informatique a changé un réglage, pour la prochaine ouverture de Comptexpert{wording.NBSP}:"
)
REFUSED = "Les réglages de ce poste ne permettront plus d’ouvrir Comptexpert. Prévenez votre service informatique."


class PolicyBanner(Banner):
    """One or two sentences, which the person may close."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(name="policyBanner", parent=parent)

    def show_change(self, change: PolicyChange) -> None:
        """Say what changed; nothing when everything is again as at the start."""
        if change.refusal is not None:
            why = messages.for_error(change.refusal)
            self.show_message(f"{REFUSED} {why.text}", tone="warning")
            return
        sentences = []
        if change.at_once:
            sentences.append(f"{HOLDS} {_names(change.at_once)}.")
        if change.later:
            sentences.append(f"{WAITS if change.at_once else WAITS_ALONE} {_names(change.later)}.")
        if sentences:
            self.show_message(" ".join(sentences), tone="info")
        else:
            self.clear()


def _names(settings: Iterable[str]) -> str:
    return ", ".join(f"«{wording.NBSP}{BY_NAME[name].french[0]}{wording.NBSP}»" for name in settings)
