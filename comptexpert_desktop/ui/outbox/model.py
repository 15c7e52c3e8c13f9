"""A list of the outbox: an immutable copy of its lines, and how each is drawn."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from comptexpert_desktop.presentation.outbox import lines, words
from comptexpert_desktop.ui.look import icons, theme, tooltips

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from comptexpert_desktop.presentation.outbox.lines import OutboxLine

Index = QModelIndex | QPersistentModelIndex
SELECTION_EDGE = 3
"""What tells a selected row apart besides its ground, in points."""
_NO_PARENT = QModelIndex()
_ICON = 16
_GAP = 8


def row_height() -> int:
    """Return how high a row of two lines is."""
    return theme.scaled(60)


class Roles(IntEnum):
    """What a row holds beside its title."""

    DETAIL = Qt.ItemDataRole.UserRole + 1
    STATE = Qt.ItemDataRole.UserRole + 2


class OutboxModel(QAbstractListModel):
    """The lines of one list, in the order in which they are given."""

    def __init__(self, *, clock: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._lines: tuple[OutboxLine, ...] = ()

    def set_lines(self, shown: Sequence[OutboxLine]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self._lines = tuple(shown)
        self.endResetModel()

    def line(self, row: int) -> OutboxLine:
        """Return a line."""
        return self._lines[row]

    def find(self, line_id: str) -> int | None:
        """Return where a line stands."""
        return next((row for row, line in enumerate(self._lines) if line.id == line_id), None)

    def id_at(self, row: int) -> str:
        """Return the id of a line."""
        return self._lines[row].id if 0 <= row < len(self._lines) else ""

    def tick(self) -> None:
        """Say the waits again: time has passed."""
        if self._lines:
            self.dataChanged.emit(self.index(0), self.index(len(self._lines) - 1))

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Count the lines."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give the words of a line."""
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        detail, state = lines.detail(line, now=self._clock()), words.state(line.entry)
        answers: dict[int, object] = {
            Qt.ItemDataRole.DisplayRole: lines.title(line),
            Qt.ItemDataRole.ToolTipRole: tooltips.plain(lines.explanation(line)),
            Qt.ItemDataRole.AccessibleTextRole: f"{lines.title(line)}, {state.word}, {detail}",
            Roles.DETAIL: detail,
            Roles.STATE: state,
        }
        return answers.get(int(role))


class OutboxDelegate(QStyledItemDelegate):
    """Two lines of plain text, and the state at the right with its icon."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Give every row the same height."""
        return QSize(0, row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a line."""
        colours = theme.tokens()
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(colours.selected))
            painter.fillRect(area.x(), area.y(), SELECTION_EDGE, area.height(), QColor(colours.accent))
        painter.setPen(QColor(colours.line))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        inner = area.adjusted(_GAP * 2, _GAP, -_GAP * 2, -_GAP)
        taken = self._paint_state(painter, inner, index.data(Roles.STATE))
        inner.setRight(inner.right() - taken - _GAP * 2)
        self._paint_words(painter, inner, index)
        painter.restore()

    def _paint_state(self, painter: QPainter, area: QRect, state: words.StateWord) -> int:
        """Draw the badge at the right; return the width it took."""
        colours = theme.tokens()
        tone = "muted" if state.tone == "neutral" else state.tone
        font = QFont(painter.font())
        font.setPointSizeF(theme.points(theme.SMALL))
        font.setWeight(QFont.Weight.DemiBold)
        side = theme.scaled(_ICON)
        width = QFontMetrics(font).horizontalAdvance(state.word) + side + _GAP * 4
        height = theme.scaled(24)
        pill = QRect(area.right() - width, area.center().y() - height // 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(colours, f"{state.tone}_bg")))
        painter.drawRoundedRect(pill, height // 2, height // 2)
        top = pill.center().y() - side // 2 + 1
        painter.drawPixmap(pill.left() + _GAP, top, icons.pixmap(state.icon, tone, size=side))
        painter.setFont(font)
        painter.setPen(QColor(getattr(colours, tone)))
        words_area = pill.adjusted(side + _GAP * 2, 0, 0, 0)
        painter.drawText(words_area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, state.word)
        return width

    def _paint_words(self, painter: QPainter, area: QRect, index: Index) -> None:
        colours = theme.tokens()
        half = area.height() // 2
        above = QRect(area.left(), area.top(), area.width(), half)
        below = QRect(area.left(), area.top() + half, area.width(), half)
        strong, small = QFont(painter.font()), QFont(painter.font())
        strong.setPointSizeF(theme.points(theme.BODY))
        strong.setWeight(QFont.Weight.DemiBold)
        small.setPointSizeF(theme.points(theme.SMALL))
        small.setWeight(QFont.Weight.Normal)
        for line, font, colour, text in (
            (above, strong, colours.text, str(index.data())),
            (below, small, colours.muted, str(index.data(Roles.DETAIL))),
        ):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
