"""Ask what to export, and as what; the dialog returns an order and writes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import DelegationQuery, Role
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import words
from comptexpert_desktop.presentation.documents.order import FORMS, Form, Order, What
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.presentation.documents.order import View

FORM_NAMES = {
    Form.CSV: "Tableau CSV",
    Form.XLSX: "Classeur Excel",
    Form.PDF: "Document PDF",
    Form.JSON: "Données JSON",
    Form.ICS: "Calendrier (.ics)",
}
_HINTS = {
    Form.CSV: "S’ouvre dans un tableur. Aucune cellule ne peut y lancer de formule.",
    Form.XLSX: "Des textes et des dates, sans formule ni lien.",
    Form.PDF: "À imprimer ou à classer. Les pages sont numérotées.",
    Form.JSON: "Avec les codes des services et des droits, pour un autre logiciel.",
    Form.ICS: "Chaque date de fin devient un rendez-vous, avec un rappel 30 et 14\u00a0jours avant.",
}
_REGISTER_HINTS = {
    Form.JSON: "Le registre tel que le serveur l’a signé. Il se vérifie sans le serveur.",
    Form.CSV: "S’ouvre dans un tableur et se vérifie encore, tant qu’il n’y est pas enregistré.",
    Form.XLSX: "Pour lire et trier. Ce classeur ne fait pas preuve\u00a0: gardez aussi le JSON.",
    Form.PDF: "Pour lire et classer. Il porte la tête de la chaîne et le résultat de la vérification.",
}


class ExportDialog(Question):
    """Two lists: what, then the format, with a sentence on each."""

    def __init__(self, parent: QWidget, *, role: Role, view: View, firms: Sequence[Firm] = ()) -> None:
        super().__init__(
            parent,
            title="Exporter",
            text="Choisissez ce que contient le fichier, puis son format.",
            action="Choisir l’emplacement…",
            tone="primary",
        )
        self.setObjectName("exportDialog")
        self._orders: list[Order] = []
        self._what, self._form = Choice(), Choice()
        self._what_field = Field("&Contenu", self._what, name="exportWhatBox")
        self._form_field = Field("&Format", self._form, name="exportFormBox")
        self.body.addWidget(self._what_field)
        self.body.addWidget(self._form_field)
        self._offer(role=role, view=view, firms=firms)
        self._what.currentIndexChanged.connect(self._show_forms)
        self._form.currentIndexChanged.connect(self._show_hint)
        self._show_forms()
        self._what.setFocus()

    def order(self) -> Order:
        """Return what was asked for."""
        chosen = self._orders[self._what.currentIndex()]
        return Order(chosen.what, Form(self._form.currentData()), chosen.query, chosen.firm, chosen.about)

    def _offer(self, *, role: Role, view: View, firms: Sequence[Firm]) -> None:
        live = DelegationQuery(role=role, statuses=words.LIVE, sort="person")
        ends = DelegationQuery(role=role, statuses=words.LIVE, sort="valid_until")
        mine = " que j’ai reçus" if role is Role.GRANTEE else ""
        offers = [
            ("La vue affichée", Order(What.VIEW, Form.CSV, view.query, about=view.about)),
            (f"Tous les droits en cours{mine}", Order(What.LIVE, Form.CSV, live, about=_LIVE)),
            ("Les échéances", Order(What.DEADLINES, Form.ICS, ends, about=_ENDS)),
        ]
        if view.chosen:
            lines = wording.count(len(view.chosen), "ligne choisie", many="lignes choisies")
            query = replace(view.query, ids=view.chosen)
            offers.insert(0, (f"Les {lines}", Order(What.VIEW, Form.CSV, query, about=_CHOSEN)))
        offers += [
            (f"Le registre de {firm.name}", Order(What.REGISTER, Form.JSON, firm=firm, about=_REGISTER))
            for firm in firms
        ]
        for name, order in offers:
            self._orders.append(order)
            self._what.addItem(name)

    def _show_forms(self) -> None:
        chosen = self._orders[self._what.currentIndex()]
        self._what_field.set_hint(chosen.about)
        self._form.clear()
        for form in FORMS[chosen.what]:
            self._form.addItem(FORM_NAMES[form], form.value)

    def _show_hint(self) -> None:
        if self._form.currentIndex() < 0:
            return
        order = self.order()
        hints = _REGISTER_HINTS if order.what is What.REGISTER else _HINTS
        self._form_field.set_hint(hints[order.form])


_CHOSEN = "Les lignes choisies dans la liste, et elles seules."
_LIVE = "Actifs, programmés et suspendus."
_ENDS = "Les dates de fin des droits en cours, la plus proche d’abord."
_REGISTER = f"Tout ce qui a été décidé dans le cabinet, ligne par ligne{wording.NBSP}: demandé au serveur."
