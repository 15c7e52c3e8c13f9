"""What moved in a case since somebody decided on it: before and now, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.presentation.delegations.delegation_detail import Change

_NOTHING = "Rien de ce que vous aviez lu n’a changé. Le dossier a seulement été mis à jour."


class DifferenceView(QWidget):
    """A line a change."""

    def __init__(self, changes: Sequence[Change], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("differenceView")
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE * 2, 0, SPACE * 2, 0)
        grid.setHorizontalSpacing(SPACE * 3)
        grid.setVerticalSpacing(SPACE * 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        if not changes:
            grid.addWidget(PlainLabel(_NOTHING, role="muted"), 0, 0, 1, 3)
            return
        grid.addWidget(PlainLabel("Quand vous avez décidé", role="label"), 0, 1)
        grid.addWidget(PlainLabel("Maintenant", role="label"), 0, 2)
        top = Qt.AlignmentFlag.AlignTop
        for number, change in enumerate(changes, start=1):
            grid.addWidget(PlainLabel(change.name, role="muted"), number, 0, top)
            grid.addWidget(PlainLabel(change.before or "—", selectable=True), number, 1, top)
            grid.addWidget(PlainLabel(change.now or "—", role="strong", selectable=True), number, 2, top)
