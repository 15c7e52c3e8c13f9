"""Ask for the last word before a collaborateur leaves a firm: everything that ends, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QListWidget

from comptexpert_desktop.ui import wording
from comptexpert_desktop.ui.theme import SPACE
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import DelegationRow
    from comptexpert_desktop.ui.labels import Labels
    from comptexpert_desktop.usecases.bulk import Plan

DEPARTURE_NOTE = "Départ du cabinet"
"""What the register and the person read of a request that a departure refuses."""


class DepartureDialog(Question):
    """Lists what is revoked and what is refused in one firm; other firms do not change."""

    def __init__(self, parent: QWidget, *, row: DelegationRow, plans: tuple[Plan, Plan], labels: Labels) -> None:
        person, firm = row.delegation.grantee.display_name, row.delegation.firm.name
        revoked, refused = plans
        total = len(revoked.rows) + len(refused.rows)
        ends = "Révoquer et refuser" if revoked.rows and refused.rows else "Refuser" if refused.rows else "Révoquer"
        super().__init__(
            parent,
            title=f"Départ de {person}{wording.NBSP}?",
            text=_consequence(revoked, refused, firm=firm),
            action=f"{ends} ({wording.number(total)})" if total else ends,
            tone="danger",
        )
        self.setObjectName("departureDialog")
        self.setMinimumWidth(SPACE * 140)
        self.confirm_button.setEnabled(bool(total))
        if total:
            self._list(revoked, refused, labels=labels)
        others = sum(revoked.left_out.values()) + sum(refused.left_out.values())
        if others:
            said = wording.count(others, "ligne n’est pas de votre ressort ou est déjà décidée", many=_MANY)
            self.body.addWidget(PlainLabel(f"{said}. Un autre expert-comptable du cabinet en décide."))
        self.cancel_button.setFocus()

    def _list(self, revoked: Plan, refused: Plan, *, labels: Labels) -> None:
        names = QListWidget()
        names.setObjectName("departureLines")
        names.setAccessibleName("Ce qui prend fin")
        names.setWordWrap(True)
        names.setMinimumHeight(SPACE * 24)
        names.addItems([f"Révoqué{wording.NBSP}: {labels.service_and_rights(one.delegation)}" for one in revoked.rows])
        names.addItems([f"Refusé{wording.NBSP}: {labels.service_and_rights(one.delegation)}" for one in refused.rows])
        names.setCurrentRow(0)
        self.body.addWidget(names)


def _consequence(revoked: Plan, refused: Plan, *, firm: str) -> str:
    if not revoked.rows and not refused.rows:
        return f"Cette personne n’a plus de droit ni de demande dans {firm} dont vous puissiez décider."
    parts = []
    if revoked.rows:
        parts.append(wording.count(len(revoked.rows), "délégation est révoquée", many="délégations sont révoquées"))
    if refused.rows:
        parts.append(wording.count(len(refused.rows), "demande est refusée", many="demandes sont refusées"))
    return (
        f"Dans {firm}, {wording.joined(parts)}. Les révocations partent avant tout le reste. "
        "Elles sont effectives quand le serveur a répondu, pas avant. Ses autres cabinets ne changent pas."
    )


_MANY = "lignes ne sont pas de votre ressort ou sont déjà décidées"
