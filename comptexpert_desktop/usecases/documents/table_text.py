"""Write a sheet as plain text that a French spreadsheet opens as a table, and that cannot run anything there."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.table import safe, writable

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.domain.table import Cell, Sheet


def content(sheet: Sheet, *, step: Callable[[int], object] = lambda _done: None) -> bytes:
    """Write semicolons, the mark of UTF-8, days as ISO; `step` hears how many rows are done."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe(column.name) for column in sheet.columns])
    for done, row in enumerate(sheet.rows, start=1):
        writer.writerow([safe(writable(cell)) if isinstance(cell, str) else written(cell) for cell in row])
        step(done)
    return text.getvalue().encode("utf-8-sig")


def written(cell: Cell) -> str:
    """Write one cell as text."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    return cell.isoformat() if isinstance(cell, date) else str(cell)
