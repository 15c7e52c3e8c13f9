"""What stands in place of the detail while several lines are chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.buttons import quiet
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow


class SelectionPane(QWidget):
    """Says how many lines are chosen, and offers all of them or none."""

    all_requested = Signal()
    none_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chosenPane")
        self._title = PlainLabel(role="heading")
        self._text = PlainLabel(role="muted")
        self._all = quiet("Tout sélectionner", name="selectAllButton")
        self._none = quiet("Ne rien sélectionner", name="selectNoneButton")
        self._all.clicked.connect(self.all_requested)
        self._none.clicked.connect(self.none_requested)
        buttons = WrappingRow(self._all, self._none, spacing=SPACE * 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 5, SPACE * 4, SPACE * 5, SPACE * 3)
        column.setSpacing(SPACE * 2)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addLayout(buttons)
        column.addStretch(1)

    def show_count(self, chosen: int, *, total: int) -> None:
        """Say how many of how many lines are chosen."""
        self._title.setText(wording.count(chosen, "ligne choisie", many="lignes choisies"))
        self._text.setText(
            "Une décision vaut pour toutes. Vous verrez le résumé et chaque nom avant de confirmer. "
            "Le serveur répond pour chaque ligne."
        )
        self._all.setText(f"Tout sélectionner ({wording.number(total)})")
        self._all.setVisible(chosen < total)
