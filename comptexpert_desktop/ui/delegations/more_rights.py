"""Ask for other services in the same request: a box a right, and one request a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.ui.delegations.rights_choice import access_of, why_not
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.session import Account

_ASKED = "delegation"


class MoreRights(QWidget):
    """The rights of the services that are not the chosen one; none is ticked at first."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes: dict[tuple[str, str], Check] = {}
        self._offered: tuple[Catalogue | None, Account | None] = (None, None)
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 2)
        column.addWidget(PlainLabel("Autres services, dans la même demande", role="label"))
        column.addLayout(self._list)

    def offer(self, catalogue: Catalogue | None, *, account: Account) -> None:
        """Offer the rights that an account may ask for; what is ticked stays."""
        if (catalogue, account) == self._offered:
            return
        self._offered = (catalogue, account)
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._boxes.clear()
        for service in catalogue.services if catalogue else ():
            if not service.enabled or access_of(service, account=account) != _ASKED:
                continue
            for right in service.rights:
                if not why_not(right):
                    box = Check(f"{service.name} · {right.name}".replace("&", "&&"))
                    box.setObjectName(f"also-{service.id}-{right.id}")
                    box.toggled.connect(self.changed)
                    self._boxes[service.id, right.id] = box
                    self._list.addWidget(box)

    def leave_out(self, service_id: str) -> None:
        """Leave out the service that is chosen above."""
        for (service, _right), box in self._boxes.items():
            if service == service_id:
                box.setChecked(False)
            box.setVisible(service != service_id)
        self.setVisible(any(not box.isHidden() for box in self._boxes.values()))

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """Return the ticked rights by service."""
        found: dict[str, tuple[str, ...]] = {}
        for (service, right), box in self._boxes.items():
            if box.isChecked():
                found[service] = (*found.get(service, ()), right)
        return found

    def clear(self) -> None:
        """Tick nothing."""
        for box in self._boxes.values():
            box.setChecked(False)
