"""Ask which rights a template gives, and for how long."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from comptexpert_desktop.domain import firm_rules
from comptexpert_desktop.domain.firm import TemplateGrant
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.domain.catalogue import Catalogue, Service
    from comptexpert_desktop.domain.firm import Template

_MAX_NAME = 60
_MAX_DIGITS = 3


class TemplateDialog(Question):
    """A box a right, by service, and a number of days."""

    def __init__(self, parent: QWidget, *, template: Template, catalogue: Catalogue) -> None:
        super().__init__(
            parent,
            title=f"Modifier le modèle {wording.quoted(template.name)}" if template.name else "Ajouter un modèle",
            text="Les délégations déjà accordées ne changent pas.",
            action="Enregistrer",
            tone="primary",
        )
        self.setObjectName("templateDialog")
        screen_room.widen(self, SPACE * 130)
        self._template, self._catalogue = template, catalogue
        self._boxes: dict[tuple[str, str], Check] = {}
        self._error = PlainLabel(role="error")
        self._error.hide()
        self._name = QLineEdit(template.name)
        self._name.setMaxLength(_MAX_NAME)
        self.name_field = Field("&Nom du modèle", self._name, name="templateNameEdit")
        self._days = QLineEdit(str(template.days))
        self._days.setMaxLength(_MAX_DIGITS)
        self._days.setValidator(QIntValidator(0, 999, self))
        self.days_field = Field("&Durée en jours", self._days, name="templateDaysEdit")
        self.body.addWidget(self.name_field)
        self.body.addWidget(self._choice())
        self.body.addWidget(self._error)
        self.body.addWidget(self.days_field)
        self._refresh()
        (next(iter(self._boxes.values())) if template.name else self._name).setFocus()

    def template(self) -> Template:
        """Return the template with what is ticked and typed."""
        ticked: dict[str, list[str]] = {}
        for (service, right), box in self._boxes.items():
            if box.isChecked():
                ticked.setdefault(service, []).append(right)
        grants = tuple(TemplateGrant(service, tuple(rights)) for service, rights in ticked.items())
        name = " ".join(self._name.text().split())
        return replace(self._template, name=name, days=int(self._days.text() or 0), grants=grants)

    def accept(self) -> None:
        """Close when the template can be kept, or show what keeps it from that."""
        problems = firm_rules.template_problems(self.template(), catalogue=self._catalogue)
        for field in (self.name_field, self.days_field):
            field.clear_error()
        self._error.hide()
        for problem in problems:
            if problem.field == "days":
                self.days_field.set_error(self._bounds())
                self.days_field.focus_input()
            elif problem.field == "name":
                self.name_field.set_error(messages.for_field(problem.code))
                self.name_field.focus_input()
            else:
                self._error.setText(messages.for_field(problem.code))
                self._error.show()
        if not problems:
            super().accept()

    def _choice(self) -> QScrollArea:
        inner = QWidget()
        inner.setProperty("page", "true")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE * 2, 0)
        column.setSpacing(SPACE)
        chosen = {one.service for one in self._template.grants}
        for service in sorted(self._catalogue.services, key=lambda one: one.id not in chosen):
            if service.enabled and "delegation" in service.profiles.values():
                self._add_service(service, column=column)
        column.addStretch(1)
        area = QScrollArea()
        area.setObjectName("templateRights")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setMinimumHeight(SPACE * 70)
        area.setWidget(inner)
        return area

    def _add_service(self, service: Service, *, column: QVBoxLayout) -> None:
        chosen = {(one.service, right) for one in self._template.grants for right in one.rights}
        column.addWidget(PlainLabel(service.name, role="label"))
        for right in service.rights:
            if not right.delegable:
                continue
            limit = f"{wording.period(right.max_days, is_exact=True)} au plus"
            box = Check(f"{right.name}, {limit}".replace("&", "&&"))
            box.setObjectName(f"grant-{service.id}-{right.id}")
            box.setAccessibleName(f"{service.name}{wording.NBSP}: {right.name}, {limit}")
            box.setChecked((service.id, right.id) in chosen)
            box.toggled.connect(self._refresh)
            self._boxes[service.id, right.id] = box
            column.addWidget(box)
        column.addSpacing(SPACE * 2)

    def _refresh(self) -> None:
        self._error.hide()
        self.days_field.set_hint(self._bounds())

    def _bounds(self) -> str:
        max_days = firm_rules.max_days(self.template().grants, catalogue=self._catalogue)
        if not max_days:
            return "Choisissez d’abord au moins un droit."
        return f"Au plus {wording.period(max_days, is_exact=True)} avec ces droits."
