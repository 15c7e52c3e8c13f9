"""What the review table shows: words to look for, and one of four groups of states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QWidget

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations.groups import GROUPS, Group
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.buttons import Button, icon_button
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.responsive_row import TurningBox
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from collections.abc import Mapping


_CHIP_PADDING = 28
PAUSE_MS = 150
"""How long the person must stop typing before the table is asked again."""


class FilterBar(TurningBox):
    """A search box and chips; says when what it asks for changed."""

    changed = Signal()
    group_changed = Signal()
    """Another group of states is looked at."""
    panel_requested = Signal(bool)
    """The further filters are to be shown, or hidden."""
    views_requested = Signal()
    layout_requested = Signal()

    def __init__(self, *, groups: tuple[Group, ...] = GROUPS, parent: QWidget | None = None) -> None:
        chips, search = WrappingRow(spacing=SPACE), QHBoxLayout()
        super().__init__(chips, search, shares=(0, 1), parent=parent)
        self._groups = groups
        self._chips: dict[str, Button] = {}
        self._exclusive = QButtonGroup(self)
        self._search = QLineEdit()
        self._search.setObjectName("delegationSearch")
        self._search.setAccessibleName("Rechercher")
        self._search.setClearButtonEnabled(True)
        self._search.setMinimumWidth(theme.scaled(160))
        self._search.setMaximumWidth(theme.scaled(320))
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        self._search.textEdited.connect(self._pause.start)
        self._search.textChanged.connect(self._on_text_changed)
        self._add_chips(chips)
        self._add_search(search)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self.focus_search)

    def text(self) -> str:
        """Return the words to look for."""
        return self._search.text().strip()

    def group(self) -> Group:
        """Return the chosen group of states."""
        return next(group for group in self._groups if self._chips[group.key].isChecked())

    def choose(self, key: str) -> None:
        """Choose a group of states."""
        self._chips[key].click()

    def clear_text(self) -> None:
        """Look for everything again."""
        self._search.clear()

    def focus_search(self) -> None:
        """Put the keyboard in the search box."""
        self._search.setFocus()
        self._search.selectAll()

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Say how many delegations stand in each group."""
        for group in self._groups:
            total = counts.get(group.key)
            text = group.title if total is None else f"{group.title}{wording.NBSP}({wording.number(total)})"
            chip = self._chips[group.key]
            chip.setText(text)
            chip.setMinimumWidth(_bold_width(chip, text) + _CHIP_PADDING)

    def show_look(self, *, group: str, text: str) -> None:
        """Choose a group and the words to look for, without saying so."""
        with QSignalBlocker(self._search):
            self._search.setText(text)
        self._pause.stop()
        self._chips.get(group, self._chips[self._groups[0].key]).setChecked(True)

    def show_narrow(self, *, narrow: bool) -> None:
        """Show whether the further filters leave anything out."""
        self.panel_button.setAccessibleDescription("Des filtres sont actifs." if narrow else "")
        self.panel_button.set_icon("filter", tone="accent" if narrow else "text")

    def _on_group(self) -> None:
        self.group_changed.emit()
        self.changed.emit()

    def _on_text_changed(self, text: str) -> None:
        if not text:
            self._pause.stop()
            self.changed.emit()

    def _add_chips(self, row: WrappingRow) -> None:
        for group in self._groups:
            chip = Button(group.title, variant="nav", name=f"chip-{group.key}")
            chip.setCheckable(True)
            accessible.speak_as(chip, accessible.TAB)
            chip.clicked.connect(self._on_group)
            self._chips[group.key] = chip
            self._exclusive.addButton(chip)
            row.addWidget(chip)
        self._chips[self._groups[0].key].setChecked(True)

    def _add_search(self, row: QHBoxLayout) -> None:
        row.setSpacing(SPACE * 2)
        label = PlainLabel("Re&chercher", role="label", wrap=False)
        label.setBuddy(self._search)
        row.addStretch(1)
        row.addWidget(label)
        row.addWidget(self._search, 2)
        self.panel_button = icon_button("filter", "Filtres", name="filtersButton")
        self.panel_button.setCheckable(True)
        self.panel_button.setToolTip("Filtres (touche F)")
        self.panel_button.toggled.connect(self.panel_requested)
        self.views_button = icon_button("eye", "Vues enregistrées", name="viewsButton")
        self.views_button.setToolTip("Vues enregistrées (touche V)")
        self.views_button.clicked.connect(self.views_requested)
        self.layout_button = icon_button("list", "Présentation", name="layoutButton")
        self.layout_button.setToolTip("Présentation et ordre de la liste (touche L)")
        self.layout_button.clicked.connect(self.layout_requested)
        for button in (self.panel_button, self.views_button, self.layout_button):
            row.addWidget(button)


def _bold_width(widget: QWidget, text: str) -> int:
    """Measure a text as it is drawn once chosen, so that nothing moves when it is."""
    font = QFont(widget.font())
    font.setWeight(QFont.Weight.DemiBold)
    return QFontMetrics(font).horizontalAdvance(text)
