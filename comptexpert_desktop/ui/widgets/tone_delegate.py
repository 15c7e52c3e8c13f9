"""Draw the cells of a table: one height for every row, and colours that follow the tone of what a cell says."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from comptexpert_desktop.ui.look import theme

TONE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The tone of what a cell says; the words say it too."""


def row_height() -> int:
    """Return how high a row of one line is."""
    return theme.scaled(38)


class ToneDelegate(QStyledItemDelegate):
    """Colours a cell by its tone."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Put the tone's colour in the cell's palette; a selected row keeps the selection's."""
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideRight
        tone = index.data(TONE_ROLE)
        if tone and tone != "neutral":
            colour = QColor(getattr(theme.tokens(), tone))
            option.palette.setColor(QPalette.ColorRole.Text, colour)
            option.palette.setColor(QPalette.ColorRole.HighlightedText, colour)
            option.font.setBold(tone == "danger")
