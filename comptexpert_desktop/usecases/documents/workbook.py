"""Write a sheet as a workbook: texts stay texts, days are days, and there is no formula and no link in it.

Imported only when a workbook is wanted: the library below is large.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter  # type: ignore[import-untyped]  # the library ships no types

from comptexpert_desktop.domain.table import one_line, writable

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.domain.table import Cell, Sheet

MAX_ROWS = 1_048_575
"""What the format holds below a header."""
_MAX_CELL = 32_767
_CUT = " (…)"
_WIDTH_OF_A_SHARE = 9
_PLAIN = {
    "in_memory": True,
    "constant_memory": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "dd/mm/yyyy",
}


def content(sheet: Sheet, *, step: Callable[[int], object] = lambda _done: None) -> bytes:
    """Write one sheet with a header that stays in sight; `step` hears how many rows are done."""
    if len(sheet.rows) > MAX_ROWS:
        raise ValueError("TOO_MANY_ROWS")
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, _PLAIN) as workbook:
        about = {"title": one_line(sheet.title), "subject": one_line(sheet.about), "author": "Comptexpert"}
        workbook.set_properties(about)
        page = workbook.add_worksheet(_name(sheet.title))
        head = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF1F5"})
        moment = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.share * _WIDTH_OF_A_SHARE)
            page.write_string(0, place, column.name, head)
        for done, row in enumerate(sheet.rows, start=1):
            for place, cell in enumerate(row):
                _write(page, done, place, cell, moment=moment)
            step(done)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.columns) - 1)
        page.set_landscape()
        page.repeat_rows(0)
    return made.getvalue()


def _write(page: Any, row: int, place: int, cell: Cell, *, moment: Any) -> None:  # noqa: ANN401 (the library has no types)
    if cell is None or cell == "":
        return
    if isinstance(cell, datetime):
        page.write_datetime(row, place, cell.replace(tzinfo=None), moment)
    elif isinstance(cell, date):
        page.write_datetime(row, place, cell)
    elif isinstance(cell, int):
        page.write_number(row, place, cell)
    else:
        text = cell if len(cell) <= _MAX_CELL else cell[: _MAX_CELL - len(_CUT)] + _CUT
        _write_text(page, row, place, writable(text))


def _write_text(page: Any, row: int, place: int, text: str) -> None:  # noqa: ANN401 (as above)
    """Write a text as itself.

    The library takes what begins with `<r>` and ends with `</r>` for markup of its own, and copies it as it is into
    the file, where it would move or break every later text. In two pieces, each piece is escaped.
    """
    if text.startswith("<r>") and text.endswith("</r>"):
        page.write_rich_string(row, place, text[:1], text[1:-1], text[-1:])
    else:
        page.write_string(row, place, text)


def _name(title: str) -> str:
    """Shorten a title to what a tab may be called."""
    return "".join(" " if letter in "[]:*?/\\" else letter for letter in one_line(title))[:31].strip("' ") or "Feuille"
