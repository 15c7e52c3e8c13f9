"""Narrow the table further: one state, one cabinet, one service, one right, an end that is near, what is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.domain.saved_view import Look
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import words
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.buttons import icon_button
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.responsive_row import TurningBox

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import Firm, Role, Status

ONE_LINE = 860
"""From this width on the four lists stand on one line."""
EFFECTS = (("Utilisable", "effective"), ("Il manque quelque chose", "missing"))
_USUAL = "access"
"""The right of a service that has no others: the service is the filter."""
WITHIN = (7, 14, 30, 90)
"""The days within which an end may be looked for."""


class FilterPanel(QWidget):
    """Six lists, each of which begins with « Tous »; says when what they ask for changed."""

    changed = Signal()

    def __init__(self, *, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filterPanel")
        self._role = role
        self._firms: dict[str, Firm] = {}
        self.catalogue: Catalogue | None = None
        self.state, self.firm, self.service, self.end = Choice(), Choice(), Choice(), Choice()
        self.right, self.effect = Choice(), Choice()
        self._clear = icon_button("close", "Effacer les filtres", name="clearFiltersButton")
        self._clear.clicked.connect(self.clear)
        self._build()
        _fill(self.state, "Tous", ())
        _fill(self.firm, "Tous", ())
        _fill(self.service, "Tous", ())
        within = [(f"Dans les {wording.count(days, 'jour')}", days) for days in WITHIN]
        _fill(self.end, "Toutes", within)
        _fill(self.right, "Tous", ())
        _fill(self.effect, "Tous", EFFECTS)
        for box in self._boxes():
            box.currentIndexChanged.connect(self._on_changed)

    def offer(self, *, firms: Sequence[Firm], catalogue: Catalogue | None) -> None:
        """Offer the cabinets of the person and the services of the catalogue; a choice already made is kept."""
        offered = ({firm.id: firm for firm in firms}, catalogue)
        if offered == (self._firms, self.catalogue):
            return
        self._firms, self.catalogue = offered
        services = catalogue.services if catalogue else ()
        _fill(self.firm, "Tous", [(firm.name, firm.id) for firm in firms])
        _fill(self.service, "Tous", [(service.name, service.id) for service in services])
        named = {right.id: right.name for service in services for right in service.rights if right.id != _USUAL}
        _fill(self.right, "Tous", sorted((name, code) for code, name in named.items()))

    def offer_states(self, statuses: Iterable[Status]) -> None:
        """Offer the states of the chosen group."""
        named = sorted((words.status_word(status, role=self._role), status.value) for status in statuses)
        _fill(self.state, "Tous", named)

    def narrow(self, look: Look) -> Look:
        """Add to a look what is chosen here."""
        return replace(
            look,
            status=str(self.state.currentData() or ""),
            firm_id=str(self.firm.currentData() or ""),
            service=str(self.service.currentData() or ""),
            ends_within=self.end.currentData(),
            right=str(self.right.currentData() or ""),
            effect=str(self.effect.currentData() or ""),
        )

    def show_look(self, look: Look) -> None:
        """Choose what a look says, and say so once; what is no longer offered is left out."""
        values = (look.status, look.firm_id, look.service, look.ends_within, look.right, look.effect)
        for box, value in zip(self._boxes(), values, strict=True):
            with QSignalBlocker(box):
                box.setCurrentIndex(max(box.findData(value), 0) if value else 0)

    def chosen_firm(self) -> Firm | None:
        """Return the chosen cabinet."""
        return self._firms.get(str(self.firm.currentData() or ""))

    def is_narrow(self) -> bool:
        """Tell whether anything is left out."""
        return any(box.currentIndex() > 0 for box in self._boxes())

    def criteria(self) -> list[str]:
        """Say in words what is chosen."""
        return [box.currentText() for box in self._boxes() if box.currentIndex() > 0]

    def clear(self) -> None:
        """Leave nothing out any more."""
        if self.is_narrow():
            self.show_look(Look(group=""))
            self.changed.emit()

    def _boxes(self) -> tuple[Choice, ...]:
        return (self.state, self.firm, self.service, self.end, self.right, self.effect)

    def _on_changed(self) -> None:
        self.changed.emit()

    def _build(self) -> None:
        first, second, third = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for line, parts in (
            (first, (("É&tat", self.state, "stateFilter"), ("Ca&binet", self.firm, "firmFilter"))),
            (second, (("Ser&vice", self.service, "serviceFilter"), ("Éc&héance", self.end, "endFilter"))),
            (third, (("&Droit", self.right, "rightFilter"), ("E&ffet", self.effect, "effectFilter"))),
        ):
            line.setSpacing(SPACE * 3)
            for label, box, name in parts:
                line.addWidget(Field(label, box, name=name), 1)
        lists = TurningBox(first, second, turns_at=theme.scaled(ONE_LINE))
        lists.line.setSpacing(SPACE * 3)
        third.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 3)
        column.addWidget(lists)
        column.addLayout(third)


def _fill(box: Choice, every: str, choices: Iterable[tuple[str, object]]) -> None:
    """Fill a list behind its first line; the choice that was made stays when it is still there."""
    box.offer([(every, None), *choices])
