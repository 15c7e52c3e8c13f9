"""Draw a suggestion on two lines: the name, then what tells homonyms apart."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from comptexpert_desktop.ui.look import icons, theme

if TYPE_CHECKING:
    Index = QModelIndex | QPersistentModelIndex


def row_height() -> int:
    """Return how high a row of two lines is."""
    return theme.scaled(48)


class Roles(IntEnum):
    """What a row holds beside its title."""

    DETAIL = Qt.ItemDataRole.UserRole + 1
    ICON = Qt.ItemDataRole.UserRole + 2


class SuggestionDelegate(QStyledItemDelegate):
    """Two lines of plain text, cut with an ellipsis when they are too long."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Give every row the same height."""
        return QSize(0, row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the row, lit when it is the current one."""
        colours = theme.tokens()
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            lit = colours.selected if state & QStyle.StateFlag.State_Selected else colours.hover
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(lit))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(area.adjusted(3, 2, -3, -2), 5, 5)
        inner = area.adjusted(14, 5, -14, -5)
        name = str(index.data(Roles.ICON) or "")
        if name:
            side = theme.scaled(icons.SIZE)
            painter.drawPixmap(inner.left(), area.center().y() - side // 2, icons.pixmap(name, "accent"))
            inner.setLeft(inner.left() + side + 14)
        strong, small = QFont(painter.font()), QFont(painter.font())
        strong.setPointSizeF(theme.points(theme.BODY))
        strong.setWeight(QFont.Weight.DemiBold)
        small.setPointSizeF(theme.points(theme.SMALL))
        half = inner.height() // 2
        _line(painter, QRect(inner.left(), inner.top(), inner.width(), half), strong, colours.text, str(index.data()))
        below = QRect(inner.left(), inner.top() + half, inner.width(), half)
        _line(painter, below, small, colours.muted, str(index.data(Roles.DETAIL) or ""))
        painter.restore()


def _line(painter: QPainter, area: QRect, font: QFont, colour: str, text: str) -> None:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
