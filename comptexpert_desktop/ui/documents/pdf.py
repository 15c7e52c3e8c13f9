"""Write a paper as a PDF: every text as it is, pages with numbers, headers that repeat, tags for who listens.

May run on any thread: it draws on the file alone. The same walk is done twice, the first time without drawing, so that
each page can say how many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from comptexpert_desktop.domain.report import Code, PageBreak, Paragraph, Table
from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.runtime.progress import Progress
from comptexpert_desktop.ui.documents.pdf_pen import INK, LINE, SHADE, Font, Pen, fonts, wrap
from comptexpert_desktop.ui.documents.pdf_tags import Tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtPrintSupport import QPrinter

    from comptexpert_desktop.domain.report import Paper
    from comptexpert_desktop.ui.documents import pdf_tagging
    from comptexpert_desktop.ui.documents.pdf_tags import Element
if not TYPE_CHECKING:  # what reads and writes PDF is large, and few sessions save one
    pdf_tagging = lazy("comptexpert_desktop.ui.documents.pdf_tagging")

_DOTS = 300
_CODE_INCHES = 2.6
"""The side of a QR code, at least."""
_CELL_INCHES = 0.018
"""The side of one of its squares, at least: a telephone reads 0.45 mm from a printed page."""
_JOIN = 1.02
"""Cells overlap a little, so that no white line stands between them."""
_MARGIN = 15.0
"""In points, round the page."""
_MAX_KEPT = 20_000
"""How many wrapped texts are remembered: names of services and firms come back on every row."""


def content(paper: Paper, *, progress: Progress | None = None) -> bytes:
    """Draw a paper; raises GivenUp when `progress` was cancelled."""
    gauge = progress or Progress()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(clean(paper.title))
    writer.setCreator("Comptexpert")
    tags = Tags()
    draw(paper, on=writer, progress=gauge, tags=tags)
    drawn = 2 * paper.size

    def step(share: float) -> None:
        gauge.step(drawn + round(share * paper.size))

    return pdf_tagging.tagged(bytes(buffer.data().data()), tags, step=step)


def draw(
    paper: Paper, *, on: QPdfWriter | QPrinter, progress: Progress | None = None, tags: Tags | None = None
) -> bool:
    """Draw a paper on pages of A4, in a file or on a printer; False when the printer does not begin.

    With `tags`, what is drawn is noted there, and marks are drawn which `pdf_tagging.tagged` takes away: it comes next.
    """
    gauge = progress or Progress()
    gauge.begin((2 if tags is None else 3) * paper.size)
    on.setResolution(_DOTS)
    way = QPageLayout.Orientation.Landscape if paper.is_wide else QPageLayout.Orientation.Portrait
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    on.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), way, margins))
    faces = fonts(on)
    dry = _Press(paper, writer=on, faces=faces, pen=Pen(None, None), pages=0, progress=gauge, tags=Tags())
    dry.run()
    painter = QPainter()
    if not painter.begin(on):
        return False
    try:
        pen = Pen(painter, tags)
        noted = tags or Tags()
        press = _Press(paper, writer=on, faces=faces, pen=pen, pages=dry.page, progress=gauge, tags=noted)
        press.run(paper.size)
    finally:
        painter.end()
    return True


class _Press:
    """Walks through a paper from the top of the first page."""

    def __init__(
        self,
        paper: Paper,
        *,
        writer: QPdfWriter | QPrinter,
        faces: dict[str, Font],
        pen: Pen,
        pages: int,
        progress: Progress,
        tags: Tags,
    ) -> None:
        self.page = 1
        self._paper, self._writer, self._fonts, self._pen = paper, writer, faces, pen
        self._pages, self._progress, self._said = pages, progress, tags.document
        self._width, height = float(writer.width()), float(writer.height())
        self._foot = height - faces["foot"].measure.descent()
        self._bottom = height - 2.2 * faces["foot"].step
        self._y = 0.0
        self._done = 0
        self._kept: dict[tuple[str, int, str], tuple[str, ...]] = {}

    def run(self, done: int = 0) -> None:
        """Draw everything, with `done` steps behind."""
        self._done = done
        self._text(self._paper.title, "title", after=0.2, kind="H1")
        self._text(self._paper.subtitle, "subtitle", after=1.0)
        for part in self._paper.parts:
            if isinstance(part, Paragraph):
                self._paragraph(part)
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

    def _paragraph(self, part: Paragraph) -> None:
        is_heading = part.style == "heading"
        before, after = (0.8, 0.3) if is_heading else (0.0, 0.6)
        self._y += before * self._fonts[part.style].step
        self._text(part.text, part.style, after=after, kind="H2" if is_heading else "P")
        self._tick()

    def _text(self, text: str, style: str, *, after: float, kind: str = "P") -> None:
        if not text:
            return
        font = self._fonts[style]
        lines = self._wrapped(text, style, width=self._width)
        if style == "heading" and self._y + (len(lines) + 3) * font.step > self._bottom:
            self._turn_page()
        said = self._said.add(kind, text=clean(text))
        for line in lines:
            if self._y + font.step > self._bottom:
                self._turn_page()
            with self._pen.within(said, text=line):
                self._pen.text(line, font, x=0, y=self._y)
            self._y += font.step
        self._y += after * font.step

    def _code(self, code: Code) -> None:
        """Draw a square that a telephone reads from the page."""
        side = self._writer.resolution() * max(_CODE_INCHES, len(code.rows) * _CELL_INCHES)
        if self._y + side > self._bottom:
            self._turn_page()
        said = self._said.add("Figure", text=code.text)
        said.box = self._box(side)
        cell = side / len(code.rows)
        with self._pen.within(said):
            for line, row in enumerate(code.rows):
                for column, dark in enumerate(row):
                    if dark == "1":
                        self._pen.fill(QRectF(column * cell, self._y + line * cell, cell * _JOIN, cell * _JOIN), INK)
        self._y += side + self._fonts["body"].step
        self._tick()

    def _box(self, side: float) -> tuple[float, float, float, float]:
        """Return where a square below this place is, in the points of the page."""
        layout = self._writer.pageLayout()
        drawn, scale = layout.paintRectPoints(), 72 / self._writer.resolution()
        top = layout.fullRectPoints().height() - drawn.y() - self._y * scale
        return (drawn.x(), top - side * scale, drawn.x() + side * scale, top)

    def _table(self, table: Table) -> None:
        widths = self._widths(table)
        said = self._said.add("Table")
        head = said.add("THead").add("TR")
        self._head(table, widths, [head.add("TH") for _text in table.header])
        body = said.add("TBody") if table.rows else said
        for row in table.rows:
            self._row(table, row, widths=widths, said=body.add("TR"))
            self._tick()
        self._y += self._fonts["body"].step

    def _widths(self, table: Table) -> list[float]:
        shares: Sequence[int] = table.shares or (1,) * len(table.header)
        return [self._width * share / sum(shares) for share in shares]

    def _head(self, table: Table, widths: list[float], said: Sequence[Element | None] = ()) -> None:
        """Draw the header; on the next pages it is no part of the document, for it was said."""
        font = self._fonts["head"]
        cells = [self._wrapped(text, "head", width=width) for text, width in zip(table.header, widths, strict=True)]
        height = max(len(lines) for lines in cells) * font.step + font.step * 0.6
        if self._y + height + 3 * font.step > self._bottom:
            self._turn_page()
        with self._pen.within(None):
            self._pen.fill(QRectF(0, self._y, self._width, height), SHADE)
        many = max(len(lines) for lines in cells)
        self._cells(cells, font, widths=widths, first=0, many=many, said=said or [None] * len(cells))
        self._y += height

    def _row(self, table: Table, row: tuple[str, ...], *, widths: list[float], said: Element) -> None:
        font = self._fonts["cell"]
        cells = [self._wrapped(text, "cell", width=width) for text, width in zip(row, widths, strict=True)]
        parts = [said.add("TD") for _text in row]
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
            self._cells(cells, font, widths=widths, first=drawn, many=now, said=parts)
            self._y += now * font.step + padding
            drawn += now
        with self._pen.within(None):
            self._pen.fill(QRectF(0, self._y - 1, self._width, 1.5), LINE)

    def _cells(
        self,
        cells: list[tuple[str, ...]],
        font: Font,
        *,
        widths: list[float],
        first: int,
        many: int,
        said: Sequence[Element | None],
    ) -> None:
        x = 0.0
        for lines, width, element in zip(cells, widths, said, strict=True):
            shown = lines[first : first + many]
            if any(shown):
                with self._pen.within(element, text="".join(shown), is_running=element is None):
                    for place, line in enumerate(shown):
                        self._pen.text(line, font, x=x + self._inset, y=self._y + font.step * (0.3 + place))
            x += width

    @property
    def _inset(self) -> float:
        return self._fonts["cell"].step * 0.3

    def _turn_page(self) -> None:
        self._finish_page()
        if not self._pen.is_dry:
            self._writer.newPage()
        self.page += 1
        self._y = 0.0

    def _finish_page(self) -> None:
        if self._pen.is_dry:
            return
        font = self._fonts["foot"]
        number = f"Page{wording.NBSP}{wording.number(self.page)} sur {wording.number(self._pages)}"
        width = font.measure.horizontalAdvance(number)
        left = font.measure.elidedText(
            clean(self._paper.foot or self._paper.title), Qt.TextElideMode.ElideRight, self._width - 2 * width
        )
        top = self._foot - font.measure.ascent()
        with self._pen.within(None, is_running=True):
            self._pen.text(left, font, x=0, y=top)
            self._pen.text(number, font, x=self._width - width, y=top)

    def _wrapped(self, text: str, style: str, *, width: float) -> tuple[str, ...]:
        key = (style, int(width), text)
        if key not in self._kept:
            if len(self._kept) > _MAX_KEPT:
                self._kept.clear()
            self._kept[key] = wrap(clean(text), self._fonts[style], width=width - 2 * self._inset)
        return self._kept[key]


def clean(text: str) -> str:
    """Leave out what a page cannot show: control characters, and tabs of an unknown width."""
    unbroken = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(letter for letter in unbroken if letter == "\n" or letter.isprintable() or letter in _SPACES)


_SPACES = (wording.NBSP, wording.NARROW_NBSP)
