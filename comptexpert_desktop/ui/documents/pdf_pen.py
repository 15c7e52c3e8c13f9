"""What draws on a page: texts in measured fonts and filled places, each within what it says."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF

from comptexpert_desktop.ui.documents import pdf_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QPainter, QPdfWriter
    from PySide6.QtPrintSupport import QPrinter

    from comptexpert_desktop.domain.report import Style
    from comptexpert_desktop.ui.documents.pdf_tags import Element, Tags

INK, PALE, LINE, SHADE = QColor("#14181f"), QColor("#5a6472"), QColor("#c9d0d9"), QColor("#eef1f5")
_SIZES: dict[Style | str, float] = {
    "title": 17,
    "subtitle": 10,
    "heading": 12,
    "body": 9.5,
    "strong": 9.5,
    "note": 8.5,
    "cell": 8,
    "head": 8,
    "foot": 8,
}
_BOLD = frozenset({"title", "heading", "strong", "head"})
_PALE_STYLES = frozenset({"subtitle", "note", "foot"})


@dataclass(frozen=True, slots=True)
class Font:
    """A face, measured on the page."""

    face: QFont
    measure: QFontMetricsF
    ink: QColor

    @property
    def step(self) -> float:
        """How far below a line the next one stands."""
        return self.measure.lineSpacing() * 1.08


def fonts(writer: QPdfWriter | QPrinter) -> dict[str, Font]:
    """Measure each style of text on what is drawn on."""
    made: dict[str, Font] = {}
    for style, size in _SIZES.items():
        face = QFont()
        face.setPointSizeF(size)
        for feature in ("liga", "calt"):  # « vérifié (12) » must be found by who looks for it, letter by letter
            face.setFeature(QFont.Tag(feature), 0)
        face.setWeight(QFont.Weight.DemiBold if style in _BOLD else QFont.Weight.Normal)
        made[style] = Font(face, QFontMetricsF(face, writer), PALE if style in _PALE_STYLES else INK)
    return made


class Pen:
    """Draws with a painter, or nothing without one; on paper there are no tags."""

    def __init__(self, painter: QPainter | None, tags: Tags | None) -> None:
        self.is_dry = painter is None
        self._painter = painter
        self._tags = tags if painter is not None else None

    @contextmanager
    def within(self, element: Element | None, *, text: str = "", is_running: bool = False) -> Iterator[None]:
        """Draw a part of the document, or what is none: lines, grounds, and what is repeated on each page."""
        if self._tags is None:
            yield
            return
        self._strike(self._tags.begin(element, text=text, is_running=is_running))
        yield
        self._strike(pdf_tags.END)

    def text(self, line: str, font: Font, *, x: float, y: float) -> None:
        """Write a line below a place."""
        if self._painter is not None and line:
            self._painter.setFont(font.face)
            self._painter.setPen(font.ink)
            self._painter.drawText(QPointF(x, y + font.measure.ascent()), line)

    def fill(self, place: QRectF, color: QColor) -> None:
        """Fill a place."""
        if self._painter is not None:
            self._painter.fillRect(place, color)

    def _strike(self, number: int) -> None:
        # WORKAROUND: QPdfWriter cannot write operators of its caller's. A square of one dot above the page is found
        # again in what it wrote, and replaced. https://doc.qt.io/qt-6/qpdfwriter.html offers no other way.
        self.fill(QRectF(number, pdf_tags.MARK_PLACE, 1, 1), INK)


def wrap(text: str, font: Font, *, width: float) -> tuple[str, ...]:
    """Break a text into lines; a line that goes on after a space keeps it, for who reads aloud joins the lines."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if lines:
            lines[-1] += " "
        if font.measure.horizontalAdvance(paragraph) <= width:
            lines.append(paragraph)
        else:
            lines += _broken(paragraph, font, width=width)
    return tuple(lines)


def _broken(text: str, font: Font, *, width: float) -> list[str]:
    """Break a text into lines between words, inside a word that is wider than the column."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if font.measure.horizontalAdvance(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(f"{line} ")
        line = word
        while font.measure.horizontalAdvance(line) > width:
            fits = _how_many_fit(line, font, width=width)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line]


def _how_many_fit(text: str, font: Font, *, width: float) -> int:
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if font.measure.horizontalAdvance(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low
