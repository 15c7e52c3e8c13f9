"""Choose by which proxy the server is reached; the dialog returns the choice and keeps nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from comptexpert_desktop.errors import InvalidInput
from comptexpert_desktop.settings.definitions import BY_NAME
from comptexpert_desktop.ui.network.proxy_dialog import MANAGED
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.settings import Resolved
    from comptexpert_desktop.settings.values import Value

_MODE, _ADDRESS, _EXCEPTIONS = "proxy_mode", "proxy_url", "proxy_exceptions"
_SCRIPT = "pac_url"


class WaysDialog(Question):
    """A mode, an address, and the hosts that are reached directly."""

    def __init__(self, parent: QWidget, resolved: Mapping[str, Resolved]) -> None:
        super().__init__(
            parent,
            title="Choisir le proxy",
            text="Ce choix est pris en compte à la prochaine ouverture de l’application.",
            action="Enregistrer",
            tone="primary",
        )
        self.setObjectName("waysDialog")
        self._locked = {name for name, one in resolved.items() if one.is_locked}
        self.mode = Choice()
        for value in BY_NAME[_MODE].choices:
            self.mode.addItem(BY_NAME[_MODE].word(value), value)
        kept = {
            name: resolved[name].value if name in resolved else BY_NAME[name].default
            for name in (_MODE, _ADDRESS, _EXCEPTIONS, _SCRIPT)
        }
        self.mode.setCurrentIndex(self.mode.findData(str(kept[_MODE])))
        self.address = QLineEdit(str(kept[_ADDRESS]))
        self.script = QLineEdit(str(kept[_SCRIPT]))
        exceptions = kept[_EXCEPTIONS]
        self.exceptions = QLineEdit(", ".join(exceptions) if isinstance(exceptions, tuple) else "")
        self.mode.setEnabled(_MODE not in self._locked)
        self.address.setReadOnly(_ADDRESS in self._locked)
        self.exceptions.setReadOnly(_EXCEPTIONS in self._locked)
        self.script.setReadOnly(_SCRIPT in self._locked)
        self.script_field = Field(
            "&Script du proxy",
            self.script,
            hint=self._hint(_SCRIPT, "http://proxy/proxy.pac, ou file:///etc/proxy.pac"),
            name="waysScriptEdit",
        )
        self.address_field = Field(
            "&Adresse du proxy", self.address, hint=self._hint(_ADDRESS, "http://proxy:3128"), name="waysAddressEdit"
        )
        self.body.addWidget(Field("&Proxy", self.mode, hint=self._hint(_MODE, ""), name="waysModeBox"))
        self.body.addWidget(self.address_field)
        hint = self._hint(_EXCEPTIONS, "Noms joints sans proxy, séparés par des virgules.")
        self.body.addWidget(Field("&Exceptions", self.exceptions, hint=hint, name="waysExceptionsEdit"))
        self.body.addWidget(self.script_field)
        self.script.textChanged.connect(self._refresh)
        self.mode.currentIndexChanged.connect(self._refresh)
        self.address.textChanged.connect(self._refresh)
        self._refresh()

    def choices(self) -> dict[str, Value]:
        """Return what was chosen, without what is imposed."""
        names = tuple(part.strip() for part in self.exceptions.text().split(",") if part.strip())
        found: dict[str, Value] = {_MODE: self._mode(), _ADDRESS: self.address.text().strip(), _EXCEPTIONS: names}
        found[_SCRIPT] = self.script.text().strip()
        return {name: value for name, value in found.items() if name not in self._locked}

    def _mode(self) -> str:
        return str(self.mode.currentData())

    def _hint(self, name: str, text: str) -> str:
        return MANAGED if name in self._locked else text

    def _refresh(self) -> None:
        mode = self._mode()
        self.address.setEnabled(mode == "manual")
        self.exceptions.setEnabled(mode == "manual")
        self.script_field.setVisible(mode == "pac")
        is_fine = True
        for one, name, field in (
            (self.address, _ADDRESS, self.address_field),
            (self.script, _SCRIPT, self.script_field),
        ):
            text, is_used = one.text().strip(), _USED_IN[name] == mode
            problem = _problem(name, text) if is_used and text else ""
            if problem != field.error():
                field.set_error(problem)
            is_fine = is_fine and not (is_used and (problem or not text))
        self.confirm_button.setEnabled(is_fine)


_USED_IN = {_ADDRESS: "manual", _SCRIPT: "pac"}
_WRITTEN = {
    _ADDRESS: "L’adresse s’écrit ainsi\u00a0: http://proxy:3128, sans nom ni mot de passe.",
    _SCRIPT: "Le script s’écrit ainsi\u00a0: http://proxy/proxy.pac, ou file:///etc/proxy.pac.",
}


def _problem(name: str, text: str) -> str:
    try:
        BY_NAME[name].parsed(text)
    except InvalidInput:
        return _WRITTEN[name]
    return ""


def ask(parent: QWidget, resolved: Mapping[str, Resolved], *, done: Callable[[dict[str, Value]], None]) -> WaysDialog:
    """Ask; `done` is given the choices, only when the person confirms."""
    dialog = WaysDialog(parent, resolved)
    dialog.accepted.connect(lambda: done(dialog.choices()))
    dialog.open()
    return dialog
