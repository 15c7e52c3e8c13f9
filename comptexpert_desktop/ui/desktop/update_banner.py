"""The calm word that a newer version exists; a person may put it away until the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import icon_button

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


class UpdateBanner(Banner):
    """One line, a link where the page may be opened, and a cross."""

    hidden_by_person = Signal(str)
    """The version that the person has read about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(name="updateBanner", parent=parent)
        self._version = ""
        self.close_button = icon_button("close", "Masquer cet avis", name="hideUpdateButton")
        self.close_button.clicked.connect(self._put_away)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.close_button)

    def show_release(self, version: str, *, open_page: Callable[[], object] | None) -> None:
        """Say which version exists, and who may install it."""
        self._version = version
        self.show_message(
            f"La version {version} est disponible. Votre service informatique peut l’installer.",
            tone="info",
            action_text="Voir les nouveautés" if open_page is not None else "",
            action=open_page,
        )

    def _put_away(self) -> None:
        self.clear()
        self.hidden_by_person.emit(self._version)
