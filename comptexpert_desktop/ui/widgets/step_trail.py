"""Show where one is in a series of screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.widgets.icon_view import IconView
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.restyle import set_style

if TYPE_CHECKING:
    from collections.abc import Sequence


class StepTrail(QWidget):
    """The names of the screens in a row: done, current, to come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        accessible.speak_as(self, accessible.TEXT)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._names: tuple[str, ...] = ()
        self._parts: list[tuple[IconView, PlainLabel]] = []

    def show_steps(self, names: Sequence[str], *, current: int) -> None:
        """Show these names and light one."""
        if tuple(names) != self._names:
            self._rebuild(names)
        for rank, (icon, label) in enumerate(self._parts):
            if rank < current:
                icon.set_icon("check-circle", "success")
            else:
                icon.set_icon("dot", "accent" if rank == current else "muted")
            set_style(label, role="strong" if rank == current else "muted")
            state = "fait" if rank < current else "en cours" if rank == current else "à venir"
            label.setAccessibleName(f"{label.text()}{wording.NBSP}: {state}")
        self.setAccessibleName(f"Étape {current + 1} sur {len(names)} : {names[current]}")

    def _rebuild(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._parts = []
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for name in names:
            icon, label = IconView("dot", "muted", size=16), PlainLabel(name, role="muted", wrap=False)
            self._parts.append((icon, label))
            self._row.addWidget(icon)
            self._row.addWidget(label)
            self._row.addSpacing(4)
        self._row.addStretch()
