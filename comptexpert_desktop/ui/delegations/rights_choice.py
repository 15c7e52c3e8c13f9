"""Choose a service and some of its rights; what cannot be asked for says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import words
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.domain.catalogue import Catalogue, Right, Service
    from comptexpert_desktop.domain.session import Account

_GRANTABLE = "direct"
_NOT_GRANTABLE = "Vous n’accordez que les services auxquels votre profil accède directement."
_OPEN_TO_ALL = "Ce service est ouvert à tous les comptes. Il n’y a rien à accorder."
_ALREADY = {
    "direct": "Votre profil y accède déjà. Une délégation n’est pas nécessaire.",
    "open": "Ce service est ouvert à tous les comptes. Une délégation n’est pas nécessaire.",
    "none": "Votre profil ne peut pas y accéder, même par délégation.",
}


def access_of(service: Service, *, account: Account) -> str:
    """Tell how an account reaches a service by its profile: `direct`, `delegation`, `open` or `none`."""
    profile = account.kind if account.profile == Profile.OTHER else account.profile
    return service.profiles.get(profile, "none")


def why_not_grant(service: Service, *, account: Account) -> str:
    """Say why an account cannot grant a service; empty when it can."""
    if "delegation" not in service.profiles.values():
        return _OPEN_TO_ALL
    return "" if access_of(service, account=account) == _GRANTABLE else _NOT_GRANTABLE


def why_not(right: Right) -> str:
    """Say why a right cannot be asked for; empty when it can."""
    if not right.delegable:
        return "Ce droit est personnel. Il ne peut pas être délégué."
    return ""


class RightsChoice(QWidget):
    """A list of services, and a box for each right of the chosen one."""

    changed = Signal()

    def __init__(self, *, grants: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grants = grants
        self._catalogue: Catalogue | None = None
        self._account: Account | None = None
        self._boxes: dict[str, Check] = {}
        self.services = Choice()
        self.service_field = Field("&Service", self.services, name="serviceBox")
        self._why = PlainLabel(role="hint")
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE)
        self._error = PlainLabel(role="error")
        self._error.hide()
        self._build()
        self.services.currentIndexChanged.connect(self._show_rights)

    def offer(self, catalogue: Catalogue | None, *, account: Account) -> None:
        """Offer the services of a catalogue to an account; a choice already made is kept."""
        if catalogue == self._catalogue and account == self._account:
            return
        kept = self.service()
        self._catalogue, self._account = catalogue, account
        services = [service for service in catalogue.services if service.enabled] if catalogue else []
        services.sort(key=lambda service: bool(self._why_not_service(service, account=account)))
        self.services.blockSignals(True)
        self.services.clear()
        for service in services:
            self.services.addItem(service.name, service.id)
        self.services.setCurrentIndex(max(self.services.findData(kept), 0))
        self.services.blockSignals(False)
        self._show_rights()

    def choose(self, service_id: str) -> None:
        """Choose a service."""
        found = self.services.findData(service_id)
        if found >= 0:
            self.services.setCurrentIndex(found)

    def tick(self, rights: tuple[str, ...]) -> None:
        """Tick these rights, as far as they can be."""
        for right, box in self._boxes.items():
            box.setChecked(right in rights and box.isEnabled())

    def service(self) -> str:
        """Return the code of the chosen service."""
        return str(self.services.currentData() or "")

    def rights(self) -> tuple[str, ...]:
        """Return the codes of the ticked rights."""
        return tuple(right for right, box in self._boxes.items() if box.isChecked())

    def clear(self) -> None:
        """Untick everything."""
        self._show_rights()

    def set_error(self, text: str) -> None:
        """Say what to correct about the rights."""
        self._error.setText(text)
        self._error.setVisible(bool(text))

    def focus_rights(self) -> None:
        """Put the keyboard on the first right that can be ticked."""
        for box in self._boxes.values():
            if box.isEnabled():
                box.setFocus()
                return

    def _show_rights(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._boxes.clear()
        service = self._catalogue.service(self.service()) if self._catalogue else None
        reason = self._reason(service)
        self._why.setText(f"Pourquoi{wording.NBSP}? {reason}" if reason else "")
        self._why.setVisible(bool(reason))
        for right in service.rights if service else ():
            self._add_right(right, usable=not reason, alone=len(service.rights) == 1 if service else False)
        self.set_error("")
        self.changed.emit()

    def _reason(self, service: Service | None) -> str:
        if service is None or self._account is None:
            return "La liste des services n’est pas encore arrivée. Elle viendra à la prochaine connexion."
        return self._why_not_service(service, account=self._account)

    def _why_not_service(self, service: Service, *, account: Account) -> str:
        if self._grants:
            return why_not_grant(service, account=account)
        return _ALREADY.get(access_of(service, account=account), "")

    def _add_right(self, right: Right, *, usable: bool, alone: bool) -> None:
        reason = why_not(right)
        certificate = " Demande un certificat personnel de signature." if right.requires_certificate else ""
        period = f"{words.risk_word(right.risk)}, {wording.period(right.max_days)} au plus.{certificate}"
        box = Check(right.name.replace("&", "&&"))
        box.setObjectName(f"ask-{right.id}")
        box.setEnabled(usable and not reason)
        box.setChecked(usable and alone and not reason)
        box.setAccessibleDescription(reason or period)
        box.toggled.connect(self._on_toggled)
        hint = PlainLabel(f"Pourquoi{wording.NBSP}? {reason}" if reason else period, role="hint")
        hint.setIndent(SPACE * 8)
        self._boxes[right.id] = box
        self._list.addWidget(box)
        self._list.addWidget(hint)

    def _on_toggled(self) -> None:
        self.set_error("")
        self.changed.emit()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 2)
        column.addWidget(self.service_field)
        column.addWidget(self._why)
        column.addSpacing(SPACE)
        column.addWidget(PlainLabel("Droits accordés" if self._grants else "Droits demandés", role="label"))
        column.addLayout(self._list)
        column.addWidget(self._error)
