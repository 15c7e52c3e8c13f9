"""The word that another version is installed: one click finishes, nothing restarts by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.presentation.tone import Tone

KEPT = "Vos brouillons et votre boîte d’envoi sont gardés."


class RestartBanner(Banner):
    """What is installed, what is kept, and the button."""

    def __init__(self, restart: Callable[[], object], parent: QWidget | None = None) -> None:
        """Call `restart` when the person asks for it."""
        super().__init__(name="restartBanner", parent=parent)
        self._restart = restart

    def show_version(self, version: str, *, is_newer: bool) -> None:
        """Say which version the next start runs, an update or a way back."""
        sentence = (
            f"La version {version} est installée." if is_newer else f"La version {version} a été remise en place."
        )
        self._show(f"{sentence} {KEPT}", version=version, is_newer=is_newer, tone="info")

    def hold(self, entered: str, *, version: str, is_newer: bool) -> None:
        """Say what must be finished first, since nobody writes it down."""
        sentence = f"Avant de redémarrer, terminez ou annulez votre saisie\u00a0: {entered}."
        self._show(sentence, version=version, is_newer=is_newer, tone="warning")

    def say_that_it_failed(self) -> None:
        """Say that the installed version could not be started."""
        self.show_message(
            "La version installée n’a pas pu être lancée. Fermez Comptexpert, puis ouvrez-le de nouveau.",
            tone="warning",
        )

    def _show(self, text: str, *, version: str, is_newer: bool, tone: Tone) -> None:
        action = "Redémarrer pour terminer la mise à jour" if is_newer else f"Redémarrer en version {version}"
        self.show_message(text, tone=tone, action_text=action, action=self._restart)
