"""Read the first visible sheet of a workbook as the table that an import takes; no formula is run.

Imported only when a workbook is read: the library below is large.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from contextlib import ExitStack
from datetime import date, datetime
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

import openpyxl  # type: ignore[import-untyped]  # the library ships no types

from comptexpert_desktop.domain.import_file import MAX_BYTES, MAX_LINES

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_COLUMNS = 40
MAX_ROWS = 1_048_576
"""Of a sheet, by the format: a row beyond it would be padded with as many empty ones."""
MAX_UNPACKED = 5 * MAX_BYTES
"""What the parts of a workbook may come to: a few kilobytes can unpack to gigabytes."""
MAX_MARKS = 2_000_000
"""How many signs of an element or an attribute the parts may hold: each becomes an object in memory. A sheet of 5,000
lines and 40 columns holds 1,400,000."""
_MARKS = (b"<", b"=")
_FORMULA, _OVERLAP = (b"<f>", b"<f ", b":f>", b":f "), 3
"""How a formula begins in a sheet, and how much of it may stand at the end of a stretch."""
_STRETCH = 1_000_000
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
    EOFError,
    RuntimeError,  # a part is encrypted, or packed by a method that Python does not know
)
"""What the libraries raise of a file that is no workbook, or a damaged one."""


class WorkbookUnreadableError(Exception):
    """A workbook that cannot be read, with the code of the fault."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def as_csv(content: bytes) -> bytes:
    """Write the first sheet with semicolons, each row on the line of its number; raises WorkbookUnreadableError."""
    if len(content) > MAX_BYTES:
        raise WorkbookUnreadableError("TOO_LARGE")
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    try:
        for row in _rows(content):
            writer.writerow(row)
    except _BROKEN:
        raise WorkbookUnreadableError("NOT_TEXT") from None
    return text.getvalue().encode()


def _rows(content: bytes) -> Iterator[list[str]]:
    """Give the rows down to the first line more than an import takes: the reader of the table says that it is one."""
    has_formulas = _check_size(content)
    with ExitStack() as closing:
        read = [_values(content, closing, computed=True)]
        if has_formulas:
            read.append(_values(content, closing, computed=False))
        filled = 0
        for row in zip(*read, strict=True):
            cells = _without_tail([_text(value) for value in map(_first, *row)])
            yield cells
            filled += bool(cells)
            if filled > MAX_LINES + 1:
                return


def _values(content: bytes, closing: ExitStack, *, computed: bool) -> Iterator[tuple[object, ...]]:
    """Open the first visible sheet, and give what its formulas came to or the formulas themselves."""
    workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=computed, keep_links=False)
    closing.callback(workbook.close)
    sheet = next(one for one in (*workbook.worksheets, None) if one is None or one.sheet_state == "visible")
    if sheet is None:
        raise WorkbookUnreadableError("NOT_TEXT")
    yield from sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)


def _first(value: object, written: object = None) -> object:
    """Take the formula itself where the file does not say what it came to: a day must not read as none."""
    return written if value is None else value


def _check_size(content: bytes) -> bool:
    """Refuse what would fill the memory, before any of it is parsed; tell whether there may be a formula."""
    has_formulas, tail = False, b""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED:
            raise WorkbookUnreadableError("TOO_LARGE")
        marks = 0
        for part in packed.infolist():
            with packed.open(part) as unpacked:
                while stretch := unpacked.read(_STRETCH):
                    has_formulas |= any(form in tail + stretch for form in _FORMULA)
                    tail = stretch[-_OVERLAP:]
                    marks += sum(stretch.count(mark) for mark in _MARKS)
                    if marks > MAX_MARKS:
                        raise WorkbookUnreadableError("TOO_LARGE")
    return has_formulas


def _without_tail(cells: list[str]) -> list[str]:
    """Leave out the empty cells behind the last one that says something."""
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(value: object) -> str:
    """Write a cell as a person would type it; a row stays on one line."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value.day:02}/{value.month:02}/{value.year:04}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())
