"""Ask for a PIN, twice; the dialog returns it and never uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain import pin_rules
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.pin_edit import pin_edit

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

TEXT = (
    "Il rouvre cette fenêtre verrouillée quand le serveur n’est pas joint. Il ne sert qu’à votre compte, sur ce poste. "
    "Après cinq PIN faux de suite, seul le navigateur ouvre."
)
HINT = f"De {pin_rules.MIN_DIGITS} à {pin_rules.MAX_DIGITS} chiffres, ni suite, ni répétition, ni date."
DIFFERS = "PIN_DIFFERS"


class PinDialog(Question):
    """Two inputs that must say the same."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, title="Votre PIN sur ce poste", text=TEXT, action="Enregistrer", tone="primary")
        self.setObjectName("pinDialog")
        self.pin_edit, self.again_edit = pin_edit(), pin_edit()
        self._pin = Field("&PIN", self.pin_edit, hint=HINT, name="newPinEdit")
        self._again = Field("PIN, une &seconde fois", self.again_edit, name="newPinAgainEdit")
        for field in (self._pin, self._again):
            self.body.addWidget(field)
        for edit in (self.pin_edit, self.again_edit):
            edit.returnPressed.connect(self.confirm_button.click)
        self.pin_edit.setFocus()

    def accept(self) -> None:
        """Say what is wrong with it, or return it."""
        code = pin_rules.fault(self.pin_edit.text())
        differs = not code and self.pin_edit.text() != self.again_edit.text()
        self._pin.set_error(messages.for_code(code).body if code else "")
        self._again.set_error(messages.for_code(DIFFERS).body if differs else "")
        if code or differs:
            (self.pin_edit if code else self.again_edit).setFocus()
            return
        super().accept()


def ask(parent: QWidget, *, done: Callable[[str, str], None]) -> PinDialog:
    """Ask; `done` is given what was entered twice, only when the person confirms."""
    dialog = PinDialog(parent)

    def give() -> None:
        pin, again = dialog.pin_edit.text(), dialog.again_edit.text()
        dialog.pin_edit.clear()
        dialog.again_edit.clear()
        done(pin, again)

    dialog.accepted.connect(give)
    dialog.open()
    return dialog
