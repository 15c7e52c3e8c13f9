"""Choose a template of the firm: several services and rights at once, each of which may be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.domain.periods import CAUTIOUS_DAYS
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import end_dates, words
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.delegations.rights_choice import why_not_grant
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.firm import Template, TemplateGrant
    from comptexpert_desktop.domain.session import Account

_NONE = "Aucun, je choisis un service"
_GONE = "Ce service ne figure plus au catalogue."
_RISK_ORDER = ("low", "medium", "high")


class _Line(NamedTuple):
    """A grant of the template, and the box that keeps it."""

    grant: TemplateGrant
    box: Check


class TemplateChoice(QWidget):
    """A list of templates; without one, the person chooses a service as usual."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = Choice()
        self._templates: dict[str, Template] = {}
        self._labels = Labels()
        self._account: Account | None = None
        self._lines: list[_Line] = []
        self._description = PlainLabel(role="hint")
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 2)
        column.addWidget(Field("&Modèle", self.box, name="templateBox"))
        column.addWidget(self._description)
        column.addLayout(self._list)
        self.box.addItem(_NONE, "")
        self.box.currentIndexChanged.connect(self._show_lines)
        self._show_lines()

    def offer(self, templates: Sequence[Template], *, labels: Labels, account: Account) -> None:
        """Offer the templates of a firm; a choice already made is kept, with what was left out of it."""
        found = {one.code: one for one in templates}
        if (found, labels.catalogue, account) == (self._templates, self._labels.catalogue, self._account):
            return
        before = self.box.currentData()
        left_out = {line.grant.service for line in self._lines if line.box.isEnabled() and not line.box.isChecked()}
        self._templates, self._labels, self._account = found, labels, account
        self.box.offer([(_NONE, ""), *((template.name, template.code) for template in self._templates.values())])
        self._show_lines()
        for line in self._lines if self.box.currentData() == before else ():
            if line.grant.service in left_out:
                line.box.setChecked(False)

    def template(self) -> Template | None:
        """Return the chosen template; None when the person chooses a service."""
        return self._templates.get(str(self.box.currentData() or ""))

    def grants(self) -> tuple[TemplateGrant, ...]:
        """Return what is ticked."""
        return tuple(line.grant for line in self._lines if line.box.isChecked())

    def max_days(self) -> int:
        """Tell for how many days the longest of what is ticked may be granted."""
        template = self.template()
        found = (end_dates.max_days(self._labels, service=one.service, rights=one.rights) for one in self.grants())
        return min(template.days if template else 0, max(found, default=CAUTIOUS_DAYS))

    def clear(self) -> None:
        """Choose no template."""
        self.box.setCurrentIndex(0)

    def _show_lines(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._lines = []
        template = self.template()
        self._description.setText(template.description if template else "")
        self._description.setVisible(bool(template and template.description))
        for grant in template.grants if template else ():
            self._add_line(grant)
        self.changed.emit()

    def _add_line(self, grant: TemplateGrant) -> None:
        reason = self._why_not(grant)
        text = f"{self._labels.service(grant.service)} · {self._labels.rights(grant.service, grant.rights)}"
        box = Check(text.replace("&", "&&"))
        box.setObjectName(f"template-{grant.service}")
        box.setEnabled(not reason)
        box.setChecked(not reason)
        box.setAccessibleDescription(reason or self._risk(grant))
        box.toggled.connect(self.changed)
        hint = PlainLabel(f"Pourquoi{wording.NBSP}? {reason}" if reason else self._risk(grant), role="hint")
        hint.setIndent(SPACE * 8)
        self._lines.append(_Line(grant, box))
        self._list.addWidget(box)
        self._list.addWidget(hint)

    def _why_not(self, grant: TemplateGrant) -> str:
        service = self._labels.catalogue.service(grant.service) if self._labels.catalogue else None
        if service is None or not service.enabled or self._account is None:
            return _GONE
        return why_not_grant(service, account=self._account)

    def _risk(self, grant: TemplateGrant) -> str:
        found = [self._labels.find(grant.service, right) for right in grant.rights]
        risks = [right.risk if right else "high" for right in found]
        risk = max(risks, key=lambda one: _RISK_ORDER.index(one) if one in _RISK_ORDER else len(_RISK_ORDER))
        days = end_dates.max_days(self._labels, service=grant.service, rights=grant.rights)
        return f"{words.risk_word(risk)}, {wording.period(days)} au plus."
