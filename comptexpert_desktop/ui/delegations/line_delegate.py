"""Paint a delegation in two lines: what must never be cut on the right, what may be shortened on the left."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from comptexpert_desktop.presentation.delegations.row_lines import RowLines
from comptexpert_desktop.ui.look import icons, theme
from comptexpert_desktop.ui.look.theme import SPACE

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES_ROLE = int(Qt.ItemDataRole.UserRole) + 2
"""What the two lines of a row say."""
_PAD = SPACE * 2
_SIGN = 16
_SIDE = int(Qt.AlignmentFlag.AlignVCenter)


class _Run(NamedTuple):
    """Words of one weight and one colour; a sign may stand before them."""

    text: str
    is_strong: bool = False
    tone: str = ""
    sign: str = ""
    sign_tone: str = ""


def row_height(font: QFont) -> int:
    """Return how high a row of two lines is."""
    return QFontMetrics(font).lineSpacing() * 2 + SPACE * 3


class LineDelegate(QStyledItemDelegate):
    """Paints rows of two lines, in the colours and weights of what they say."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Be as high as two lines; the width is the list's."""
        del index
        return QSize(SPACE * 40, row_height(option.font))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the ground as every list does, then the two lines."""
        self.initStyleOption(option, index)
        waiting, option.text, option.icon = option.text, "", QIcon()
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        lines = index.data(LINES_ROLE)
        inner = option.rect.adjusted(_PAD, SPACE, -_PAD, -SPACE)
        height = inner.height() // 2
        painter.save()
        if isinstance(lines, RowLines):
            first, second = QRect(inner), QRect(inner)
            first.setHeight(height)
            second.setTop(inner.top() + height)
            state = _Run(lines.state.word, is_strong=lines.state.tone == "danger", tone=lines.state.tone)
            _Line(painter, option, first).paint(list(_who(lines)), state)
            _Line(painter, option, second).paint(list(_what(lines)), _Run(lines.end, tone=lines.end_tone))
        else:
            painter.drawText(inner, _SIDE, waiting)
        painter.restore()


def _who(lines: RowLines) -> Iterator[_Run]:
    yield _Run(lines.person, is_strong=True, sign=lines.state.icon, sign_tone=lines.state.tone)


def _what(lines: RowLines) -> Iterator[_Run]:
    yield _Run(f"{lines.service}{' · ' if lines.rights else ''}", tone="neutral")
    for number, right in enumerate(lines.rights):
        if number:
            yield _Run(", ", tone="neutral")
        tone, sign = "" if right.is_strong else "neutral", "alert-triangle" if right.is_high else ""
        yield _Run(right.text, is_strong=right.is_strong, tone=tone, sign=sign, sign_tone="warning")
    if lines.firm:
        yield _Run(f" · {lines.firm}", tone="neutral")


class _Line:
    """One line of a row, painted from its two ends."""

    def __init__(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect) -> None:
        self._painter, self._option, self._rect = painter, option, rect

    def paint(self, left: list[_Run], right: _Run) -> None:
        """Paint the words on the right whole, and on the left as many as there is room for."""
        width = QFontMetrics(self._font(right)).horizontalAdvance(right.text) + 1
        start = max(self._rect.left(), self._rect.right() - width)
        self._words(right, start, width)
        place, limit = self._rect.left(), start - (SPACE * 3 if right.text else 0)
        for run in left:
            if place < limit:
                place = self._run(run, place, limit)

    def _run(self, run: _Run, place: int, limit: int) -> int:
        """Paint some words from a place on, and return where they end."""
        if run.sign:
            is_state = run.is_strong and run.sign_tone != "warning"
            size = theme.scaled(_SIGN if is_state else _SIGN - 2)
            top = self._rect.top() + (self._rect.height() - size) // 2
            self._painter.drawPixmap(place, top, icons.pixmap(run.sign, run.sign_tone, size=size))
            place += size + SPACE
        metrics = QFontMetrics(self._font(run))
        text = metrics.elidedText(run.text, Qt.TextElideMode.ElideRight, max(limit - place, 0))
        width = metrics.horizontalAdvance(text)
        self._words(run._replace(text=text), place, width + 1)
        return place + width if text == run.text else limit

    def _words(self, run: _Run, left: int, width: int) -> None:
        self._painter.setFont(self._font(run))
        self._painter.setPen(self._colour(run))
        place = QRect(left, self._rect.top(), width, self._rect.height())
        self._painter.drawText(place, _SIDE | int(Qt.TextFlag.TextSingleLine), run.text)

    def _font(self, run: _Run) -> QFont:
        font = QFont(self._option.font)
        font.setBold(run.is_strong)
        return font

    def _colour(self, run: _Run) -> QColor:
        if run.tone:
            return QColor(str(getattr(theme.tokens(), "muted" if run.tone == "neutral" else run.tone)))
        return self._option.palette.color(QPalette.ColorRole.Text)
