"""Read the first sheet of a workbook as the table that an import takes: what is shown, line by line, no formula run.

Imported only when a workbook is read: the library below is large.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

import openpyxl  # type: ignore[import-untyped]  # the library ships no types

from comptexpert_desktop.domain.import_file import MAX_BYTES, MAX_LINES

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_COLUMNS = 40
MAX_UNPACKED = 5 * MAX_BYTES
"""What the parts of a workbook may come to: a few kilobytes can unpack to gigabytes."""
_BROKEN = (zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, IndexError, AttributeError, OSError)
"""What the library raises of a file that is no workbook, or a damaged one."""


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
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED:
            raise WorkbookUnreadableError("TOO_LARGE")
    workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = workbook.worksheets[0]
        for row in sheet.iter_rows(max_row=MAX_LINES + 2, max_col=MAX_COLUMNS, values_only=True):
            yield _without_tail([_text(value) for value in row])
    finally:
        workbook.close()


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
