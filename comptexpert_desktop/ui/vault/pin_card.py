"""The PIN that opens a locked window without the server: chosen, changed and removed here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.vault import pin_dialog
from comptexpert_desktop.ui.widgets.buttons import quiet, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow
from comptexpert_desktop.usecases.session import pin

if TYPE_CHECKING:
    from comptexpert_desktop.runtime.tasks import Tasks

CHOSEN = "Votre PIN est enregistré dans le trousseau de ce poste."
REMOVED = "Votre PIN est retiré de ce poste. Verrouillée, la fenêtre s’ouvre par le navigateur."
TEXTS = {
    "forbidden": "Géré par votre service informatique. Verrouillée, la fenêtre s’ouvre par le navigateur seul.",
    "absent": "Sans PIN, une fenêtre verrouillée ne s’ouvre qu’avec une connexion.",
    "ready": "Un PIN rouvre la fenêtre verrouillée, même sans connexion.",
    "spent": "Cinq PIN faux ont été saisis. Le PIN sert de nouveau après une connexion par le navigateur.",
}


class PinCard(Card):
    """Says whether there is a PIN, and changes that."""

    said = Signal(str, str)
    """A sentence for the person, and its tone."""
    failed = Signal(object)

    def __init__(self, tasks: Tasks) -> None:
        super().__init__("Déverrouiller par PIN", name="pinCard")
        self._tasks = tasks
        self._text = PlainLabel(role="muted")
        self.choose_button = secondary("Choisir un PIN", name="choosePinButton", icon="key")
        self.remove_button = quiet("Retirer le PIN", name="removePinButton", icon="trash")
        row = WrappingRow(self.choose_button, self.remove_button, spacing=SPACE * 2)
        self.add(self._text)
        self.add(row)
        self.choose_button.clicked.connect(self._ask)
        self.remove_button.clicked.connect(self._remove)
        self.show_state("absent", is_signed_in=False)

    def show_state(self, state: pin.State, *, is_signed_in: bool) -> None:
        """Show whether there is a PIN, and what may be done about it."""
        self._text.setText(TEXTS[state])
        has_one = state in {"ready", "spent"}
        self.choose_button.setText("Changer le PIN" if has_one else "Choisir un PIN")
        self.choose_button.setVisible(state != "forbidden")
        self.choose_button.setEnabled(is_signed_in)
        self.remove_button.setVisible(has_one)

    def _ask(self) -> None:
        pin_dialog.ask(self, done=self._choose)

    def _choose(self, chosen: str, again: str) -> None:
        work = partial(pin.choose, pin=chosen, again=again)
        self._tasks.write(self, work, partial(self.said.emit, CHOSEN, "success"), failed=self.failed.emit)

    def _remove(self) -> None:
        self._tasks.write(self, pin.remove, partial(self.said.emit, REMOVED, "success"), failed=self.failed.emit)
