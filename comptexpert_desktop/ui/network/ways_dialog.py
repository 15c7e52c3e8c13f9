"""Choose by which proxy the server is reached; the dialog returns the choice and keeps nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QLineEdit

from comptexpert_desktop.errors import InvalidInput
from comptexpert_desktop.settings.keys import BY_NAME
from comptexpert_desktop.ui.network.proxy_dialog import MANAGED
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.settings import Told
    from comptexpert_desktop.settings.keys import Value

MODES = {"system": "Celui du système", "none": "Aucun", "manual": "À l’adresse indiquée"}
_MODE, _ADDRESS, _EXCEPTIONS = "proxy_mode", "proxy_url", "proxy_exceptions"


class WaysDialog(Question):
    """A mode, an address, and the hosts that are reached directly."""

    def __init__(self, parent: QWidget, told: Mapping[str, Told]) -> None:
        super().__init__(
            parent,
            title="Choisir le proxy",
            text="Ce choix est pris en compte à la prochaine ouverture de l’application.",
            action="Enregistrer",
            tone="primary",
        )
        self.setObjectName("waysDialog")
        self._locked = {name for name, one in told.items() if one.is_locked}
        self.mode = QComboBox()
        for value, label in MODES.items():
            self.mode.addItem(label, value)
        kept = {
            name: told[name].value if name in told else BY_NAME[name].default for name in (_MODE, _ADDRESS, _EXCEPTIONS)
        }
        self.mode.setCurrentIndex(self.mode.findData(str(kept[_MODE])))
        self.address = QLineEdit(str(kept[_ADDRESS]))
        exceptions = kept[_EXCEPTIONS]
        self.exceptions = QLineEdit(", ".join(exceptions) if isinstance(exceptions, tuple) else "")
        self.mode.setEnabled(_MODE not in self._locked)
        self.address.setReadOnly(_ADDRESS in self._locked)
        self.exceptions.setReadOnly(_EXCEPTIONS in self._locked)
        self.address_field = Field(
            "&Adresse du proxy", self.address, hint=self._hint(_ADDRESS, "http://proxy:3128"), name="waysAddressEdit"
        )
        self.body.addWidget(Field("&Proxy", self.mode, hint=self._hint(_MODE, ""), name="waysModeBox"))
        self.body.addWidget(self.address_field)
        hint = self._hint(_EXCEPTIONS, "Noms joints sans proxy, séparés par des virgules.")
        self.body.addWidget(Field("&Exceptions", self.exceptions, hint=hint, name="waysExceptionsEdit"))
        self.mode.currentIndexChanged.connect(self._refresh)
        self.address.textChanged.connect(self._refresh)
        self._refresh()

    def choices(self) -> dict[str, Value]:
        """Return what was chosen, without what is imposed."""
        names = tuple(part.strip() for part in self.exceptions.text().split(",") if part.strip())
        found: dict[str, Value] = {_MODE: self._mode(), _ADDRESS: self.address.text().strip(), _EXCEPTIONS: names}
        return {name: value for name, value in found.items() if name not in self._locked}

    def _mode(self) -> str:
        return str(self.mode.currentData())

    def _grow(self) -> None:
        """Make room for what is said below the address."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.resize(self.width(), max(self.height(), self.heightForWidth(self.width())))

    def _hint(self, name: str, text: str) -> str:
        return MANAGED if name in self._locked else text

    def _refresh(self) -> None:
        is_manual = self._mode() == "manual"
        self.address.setEnabled(is_manual)
        self.exceptions.setEnabled(is_manual)
        text = self.address.text().strip()
        problem = _problem(text) if is_manual and text else ""
        if problem != self.address_field.error():
            self.address_field.set_error(problem)
            self._grow()
        self.confirm_button.setEnabled(not is_manual or bool(text and not problem))


def _problem(address: str) -> str:
    try:
        BY_NAME[_ADDRESS].parsed(address)
    except InvalidInput:
        return "L’adresse s’écrit ainsi : http://proxy:3128, sans nom ni mot de passe.".replace(" :", "\u00a0:")
    return ""


def ask(parent: QWidget, told: Mapping[str, Told], *, done: Callable[[dict[str, Value]], None]) -> WaysDialog:
    """Ask; `done` is given the choices, only when the person confirms."""
    dialog = WaysDialog(parent, told)
    dialog.accepted.connect(lambda: done(dialog.choices()))
    dialog.open()
    return dialog
