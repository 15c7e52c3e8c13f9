"""Write a paper as a PDF: every text as it is, pages with numbers, headers that repeat, the language said.

May run on any thread: it draws on the file alone. The same walk is done twice, the first time without drawing, so that
each page can say how many there are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from comptexpert_desktop.domain.report import Code, PageBreak, Paragraph, Table
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.runtime.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtPrintSupport import QPrinter

    from comptexpert_desktop.domain.report import Paper, Style

_DOTS = 300
_CODE_INCHES = 2.6
"""The side of a QR code, at least."""
_CELL_INCHES = 0.018
"""The side of one of its squares, at least: a telephone reads 0.45 mm from a printed page."""
_JOIN = 1.02
"""Cells overlap a little, so that no white line stands between them."""
_MARGIN = 15.0
"""In millimetres, round the page."""
_INK, _PALE, _LINE, _SHADE = QColor("#14181f"), QColor("#5a6472"), QColor("#c9d0d9"), QColor("#eef1f5")
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
_MAX_KEPT = 20_000
"""How many wrapped texts are remembered: names of services and firms come back on every row."""


def content(paper: Paper, *, progress: Progress | None = None) -> bytes:
    """Draw a paper; raises GivenUp when `progress` was cancelled."""
    gauge = progress or Progress()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(_clean(paper.title))
    writer.setCreator("Comptexpert")
    draw(paper, on=writer, progress=gauge)
    return _finished(bytes(buffer.data().data()))


def draw(paper: Paper, *, on: QPdfWriter | QPrinter, progress: Progress | None = None) -> bool:
    """Draw a paper on pages of A4, in a file or on a printer; False when the printer does not begin."""
    gauge = progress or Progress()
    gauge.begin(2 * paper.size)
    on.setResolution(_DOTS)
    way = QPageLayout.Orientation.Landscape if paper.is_wide else QPageLayout.Orientation.Portrait
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    on.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), way, margins))
    fonts = _fonts(on)
    dry = _Press(paper, writer=on, fonts=fonts, painter=None, pages=0, progress=gauge)
    dry.run()
    painter = QPainter()
    if not painter.begin(on):
        return False
    try:
        _Press(paper, writer=on, fonts=fonts, painter=painter, pages=dry.page, progress=gauge).run(paper.size)
    finally:
        painter.end()
    return True


@dataclass(frozen=True, slots=True)
class _Font:
    """A face, measured on the page."""

    face: QFont
    measure: QFontMetricsF
    ink: QColor

    @property
    def step(self) -> float:
        return self.measure.lineSpacing() * 1.08


def _fonts(writer: QPdfWriter | QPrinter) -> dict[str, _Font]:
    made: dict[str, _Font] = {}
    for style, size in _SIZES.items():
        face = QFont()
        face.setPointSizeF(size)
        for feature in ("liga", "calt"):  # « vérifié (12) » must be found by who looks for it, letter by letter
            face.setFeature(QFont.Tag(feature), 0)
        face.setWeight(QFont.Weight.DemiBold if style in _BOLD else QFont.Weight.Normal)
        made[style] = _Font(face, QFontMetricsF(face, writer), _PALE if style in _PALE_STYLES else _INK)
    return made


class _Press:
    """Walks through a paper from the top of the first page; draws when it has a painter."""

    def __init__(
        self,
        paper: Paper,
        *,
        writer: QPdfWriter | QPrinter,
        fonts: dict[str, _Font],
        painter: QPainter | None,
        pages: int,
        progress: Progress,
    ) -> None:
        self.page = 1
        self._paper, self._writer, self._fonts, self._painter = paper, writer, fonts, painter
        self._pages, self._progress = pages, progress
        self._width, height = float(writer.width()), float(writer.height())
        self._foot = height - fonts["foot"].measure.descent()
        self._bottom = height - 2.2 * fonts["foot"].step
        self._y = 0.0
        self._done = 0
        self._kept: dict[tuple[str, int, str], tuple[str, ...]] = {}

    def run(self, done: int = 0) -> None:
        """Draw everything, with `done` steps behind."""
        self._done = done
        self._text(self._paper.title, "title", after=0.2)
        self._text(self._paper.subtitle, "subtitle", after=1.0)
        for part in self._paper.parts:
            if isinstance(part, Paragraph):
                before, after = (0.8, 0.3) if part.style == "heading" else (0.0, 0.6)
                self._y += before * self._fonts[part.style].step
                self._text(part.text, part.style, after=after, kept_with_next=part.style == "heading")
                self._tick()
            elif isinstance(part, Code):
                self._code(part)
            elif isinstance(part, PageBreak):
                self._turn_page()
                self._tick()
            else:
                self._table(part)
        self._finish_page()

    def _tick(self) -> None:
        self._done += 1
        self._progress.step(self._done)

    def _text(self, text: str, style: str, *, after: float, kept_with_next: bool = False) -> None:
        if not text:
            return
        font = self._fonts[style]
        lines = self._wrapped(text, style, width=self._width)
        if kept_with_next and self._y + (len(lines) + 3) * font.step > self._bottom:
            self._turn_page()
        for line in lines:
            if self._y + font.step > self._bottom:
                self._turn_page()
            self._draw(line, font, x=0, y=self._y)
            self._y += font.step
        self._y += after * font.step

    def _code(self, code: Code) -> None:
        """Draw a square that a telephone reads from the page."""
        side = self._writer.resolution() * max(_CODE_INCHES, len(code.rows) * _CELL_INCHES)
        if self._y + side > self._bottom:
            self._turn_page()
        if self._painter is not None:
            cell = side / len(code.rows)
            for line, row in enumerate(code.rows):
                for column, dark in enumerate(row):
                    if dark == "1":
                        place = QRectF(column * cell, self._y + line * cell, cell * _JOIN, cell * _JOIN)
                        self._painter.fillRect(place, _INK)
        self._y += side + self._fonts["body"].step
        self._tick()

    def _table(self, table: Table) -> None:
        widths = self._widths(table)
        self._head(table, widths)
        for row in table.rows:
            self._row(table, row, widths=widths)
            self._tick()
        self._y += self._fonts["body"].step

    def _widths(self, table: Table) -> list[float]:
        shares: Sequence[int] = table.shares or (1,) * len(table.header)
        return [self._width * share / sum(shares) for share in shares]

    def _head(self, table: Table, widths: list[float]) -> None:
        font = self._fonts["head"]
        cells = [self._wrapped(text, "head", width=width) for text, width in zip(table.header, widths, strict=True)]
        height = max(len(lines) for lines in cells) * font.step + font.step * 0.6
        if self._y + height + 3 * font.step > self._bottom:
            self._turn_page()
        if self._painter is not None:
            self._painter.fillRect(QRectF(0, self._y, self._width, height), _SHADE)
        self._cells(cells, font, widths=widths, first=0, many=max(len(lines) for lines in cells))
        self._y += height

    def _row(self, table: Table, row: tuple[str, ...], *, widths: list[float]) -> None:
        font = self._fonts["cell"]
        cells = [self._wrapped(text, "cell", width=width) for text, width in zip(row, widths, strict=True)]
        lines = max(len(each) for each in cells)
        padding = font.step * 0.6
        if self._y + lines * font.step + padding > self._bottom and lines * font.step < self._bottom / 3:
            self._turn_page()
            self._head(table, widths)
        drawn = 0
        while drawn < lines:  # a row that no page could hold goes on at the top of the next
            room = max(0, int((self._bottom - self._y - padding) / font.step))
            if room == 0:
                self._turn_page()
                self._head(table, widths)
                continue
            now = min(room, lines - drawn)
            self._cells(cells, font, widths=widths, first=drawn, many=now)
            self._y += now * font.step + padding
            drawn += now
        if self._painter is not None:
            self._painter.fillRect(QRectF(0, self._y - 1, self._width, 1.5), _LINE)

    def _cells(self, cells: list[tuple[str, ...]], font: _Font, *, widths: list[float], first: int, many: int) -> None:
        if self._painter is None:
            return
        x = 0.0
        for lines, width in zip(cells, widths, strict=True):
            for place, line in enumerate(lines[first : first + many]):
                self._draw(line, font, x=x + self._inset, y=self._y + font.step * (0.3 + place))
            x += width

    @property
    def _inset(self) -> float:
        return self._fonts["cell"].step * 0.3

    def _draw(self, line: str, font: _Font, *, x: float, y: float) -> None:
        if self._painter is not None and line:
            self._painter.setFont(font.face)
            self._painter.setPen(font.ink)
            self._painter.drawText(QPointF(x, y + font.measure.ascent()), line)

    def _turn_page(self) -> None:
        self._finish_page()
        if self._painter is not None:
            self._writer.newPage()
        self.page += 1
        self._y = 0.0

    def _finish_page(self) -> None:
        if self._painter is None:
            return
        font = self._fonts["foot"]
        number = f"Page{wording.NBSP}{wording.number(self.page)} sur {wording.number(self._pages)}"
        width = font.measure.horizontalAdvance(number)
        left = font.measure.elidedText(
            _clean(self._paper.foot or self._paper.title), Qt.TextElideMode.ElideRight, self._width - 2 * width
        )
        top = self._foot - font.measure.ascent()
        self._draw(left, font, x=0, y=top)
        self._draw(number, font, x=self._width - width, y=top)

    def _wrapped(self, text: str, style: str, *, width: float) -> tuple[str, ...]:
        key = (style, int(width), text)
        if key not in self._kept:
            if len(self._kept) > _MAX_KEPT:
                self._kept.clear()
            self._kept[key] = _wrap(_clean(text), self._fonts[style], width=width - 2 * self._inset)
        return self._kept[key]


def _wrap(text: str, font: _Font, *, width: float) -> tuple[str, ...]:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if font.measure.horizontalAdvance(paragraph) <= width:
            lines.append(paragraph)
        else:
            lines += _broken(paragraph, font, width=width)
    return tuple(lines)


def _broken(text: str, font: _Font, *, width: float) -> list[str]:
    """Break a text into lines between words, inside a word that is wider than the column."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if font.measure.horizontalAdvance(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while font.measure.horizontalAdvance(line) > width:
            fits = _how_many_fit(line, font, width=width)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line]


def _how_many_fit(text: str, font: _Font, *, width: float) -> int:
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if font.measure.horizontalAdvance(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _clean(text: str) -> str:
    """Leave out what a page cannot show: control characters, and tabs of an unknown width."""
    unbroken = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(letter for letter in unbroken if letter == "\n" or letter.isprintable() or letter in _SPACES)


_SPACES = (wording.NBSP, wording.NARROW_NBSP)
_TO_UNICODE = re.compile(rb"begincmap.*?endcmap", re.DOTALL)
_ROOT = re.compile(rb"/Size (\d+).*?/Info (\d+ 0 R).*?/Root (\d+) 0 R", re.DOTALL)
_START = re.compile(rb"startxref\s+(\d+)\s*%%EOF\s*$")


def _finished(made: bytes) -> bytes:
    """Say the language, and show the title rather than the file's name; Qt writes neither.

    An update is appended, as the format allows: the catalogue again, with both, and where it is. Nothing is added when
    the file is not laid out as expected.
    """
    # WORKAROUND: the same glyph stands for a space and a tab, and Qt says the tab: copied text would be full of them.
    # https://doc.qt.io/qt-6/qpdfwriter.html offers no other way.
    made = _TO_UNICODE.sub(lambda found: found[0].replace(b"<0009> ", b"<0020> "), made)
    trailer, start = _ROOT.search(made, made.rfind(b"trailer")), _START.search(made)
    if trailer is None or start is None:
        return made
    size, info, root = int(trailer[1]), trailer[2], trailer[3]
    catalogue = re.search(rb"\n" + root + rb" 0 obj\s*<<(.*?)>>\s*endobj", made, re.DOTALL)
    if catalogue is None or b"/Lang" in catalogue[1] or b"/ViewerPreferences" in catalogue[1]:
        return made
    place = len(made) + 1
    said = b"/Lang (fr-FR)\n/ViewerPreferences << /DisplayDocTitle true >>\n"
    again = b"\n" + root + b" 0 obj\n<<" + catalogue[1] + said + b">>\nendobj\n"
    table = b"xref\n0 1\n0000000000 65535 f \n%b 1\n%010d 00000 n \n" % (root, place)
    trail = b"trailer\n<<\n/Size %d\n/Info %b\n/Root %b 0 R\n/Prev %b\n>>\n" % (size, info, root, start[1])
    end = b"startxref\n%d\n%%%%EOF\n" % (len(made) + len(again))
    return made + again + table + trail + end
