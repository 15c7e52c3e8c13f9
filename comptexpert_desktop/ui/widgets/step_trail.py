"""Show where one is in a series of screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QWidget

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.widgets.icon_view import IconView
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.restyle import set_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

_GAP, _SPACING = 4, 8


class StepTrail(QWidget):
    """The names of the screens in a row: done, current, to come; where they have no room, the current one alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        accessible.speak_as(self, accessible.TEXT)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(_SPACING)
        self._names: tuple[str, ...] = ()
        self._parts: list[tuple[IconView, PlainLabel]] = []
        self._current = 0
        self._count = PlainLabel(role="muted", wrap=False)
        self._alone = PlainLabel(role="strong")
        self._row.addWidget(self._count)
        self._row.addWidget(self._alone, 1)
        self._row.addStretch(0)

    def show_steps(self, names: Sequence[str], *, current: int) -> None:
        """Show these names and light one."""
        if tuple(names) != self._names:
            self._rebuild(names)
        self._current = current
        for rank, (icon, label) in enumerate(self._parts):
            if rank < current:
                icon.set_icon("check-circle", "success")
            else:
                icon.set_icon("dot", "accent" if rank == current else "muted")
            set_style(label, role="strong" if rank == current else "muted")
            state = "fait" if rank < current else "en cours" if rank == current else "à venir"
            label.setAccessibleName(f"{label.text()}{wording.NBSP}: {state}")
        self._count.setText(f"Étape {current + 1} sur {len(names)}{wording.NBSP}:")
        self._alone.setText(names[current])
        self.setAccessibleName(f"Étape {current + 1} sur {len(names)}{wording.NBSP}: {names[current]}")
        self._fit(self.width())

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of the count and of a few letters of a name."""
        return QSize(self._count.sizeHint().width() * 2, self._alone.minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the other names out where the row is too narrow for all."""
        self._fit(event.size().width())
        super().resizeEvent(event)

    def _fit(self, width: int) -> None:
        words = [icon.sizeHint().width() + label.sizeHint().width() for icon, label in self._parts]
        has_room = width >= sum(words) + len(words) * (3 * _SPACING + _GAP)
        for part in self._parts:
            for widget in part:
                widget.setVisible(has_room)
        self._count.setHidden(has_room)
        self._alone.setHidden(has_room)

    def _rebuild(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        for part in self._parts:
            for widget in part:
                self._row.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self._parts = []
        for place, name in enumerate(names):
            icon, label = IconView("dot", "muted", size=16), PlainLabel(name, role="muted", wrap=False)
            label.setContentsMargins(0, 0, _GAP, 0)
            self._parts.append((icon, label))
            self._row.insertWidget(place * 2, icon)
            self._row.insertWidget(place * 2 + 1, label)
