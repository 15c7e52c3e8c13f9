"""Every file that the application writes of what a server said, read back with other people's readers."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
from icalendar import Calendar
from pypdf import PdfReader

from comptexpert_desktop.domain.delegation import DelegationRow, Role
from comptexpert_desktop.domain.documents import read_catalogue
from comptexpert_desktop.domain.table import unsafe
from comptexpert_desktop.presentation.documents import rights
from comptexpert_desktop.presentation.documents.order import Form, Order, What
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.runtime.progress import Progress
from comptexpert_desktop.ui.documents import writers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.canaries.window import World

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TEXTS_OF_A_LINE = ("actor", "acting_for", "grantor", "grantee", "member", "absent", "reason", "note")
STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d")
"""With what a table starts a formula."""


def _row(world: World) -> DelegationRow:
    return DelegationRow(delegation=world.delegation(1, DelegationOut__status="ACTIVE"), role=Role.GRANTOR, intent=None)


def labels_of(world: World) -> Labels:
    """Name services and rights as the server does."""
    return Labels(read_catalogue(world.document("CatalogueOut")))


def _written(world: World, form: Form, *, what: What = What.LIVE) -> bytes:
    row, labels = _row(world), labels_of(world)
    read: Any = rights.cells(row, labels=labels)
    if form is Form.JSON:
        read = rights.document(row)
    elif form is Form.ICS:
        read = rights.deadline(row, labels=labels)
    return writers.write_rights([read], order=Order(what, form), now=NOW, progress=Progress())


def table_texts(content: bytes) -> Iterator[str]:
    """List the cells of a table, none of which starts a formula."""
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"):
        for cell in row:
            assert not cell.startswith(STARTS), cell
            yield unsafe(cell)


def page_text(content: bytes) -> str:
    """Read the pages of a document, on which nothing is clicked and nothing runs."""
    reader = PdfReader(io.BytesIO(content))
    for page in reader.pages:
        assert "/Annots" not in page
    return " ".join(page.extract_text() for page in reader.pages)


def workbook_texts(content: bytes, *, cells: int) -> Iterator[str]:
    """List the texts of a workbook, none of which is a formula or a link."""
    for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows():
        assert len(row) == cells
        for cell in row:
            assert cell.hyperlink is None
            assert cell.data_type in {"s", "d", "n"}
            if isinstance(cell.value, str):
                yield cell.value


def table(world: World) -> Iterator[str]:
    yield from table_texts(_written(world, Form.CSV))


def workbook_of_rights(world: World) -> Iterator[str]:
    yield from workbook_texts(_written(world, Form.XLSX), cells=len(rights.COLUMNS))


def data(world: World) -> Iterator[str]:
    (one,) = json.loads(_written(world, Form.JSON))["delegations"]
    yield from texts_in(one)


def calendar(world: World) -> Iterator[str]:
    parts = list(Calendar.from_ical(_written(world, Form.ICS, what=What.DEADLINES)).walk())
    (event,) = [part for part in parts if part.name == "VEVENT"]
    yield from (str(event[name]) for name in ("summary", "description"))
    assert {part.name for part in parts} <= {"VCALENDAR", "VEVENT", "VALARM", "VTIMEZONE", "STANDARD", "DAYLIGHT"}


def document(world: World) -> Iterator[str]:
    yield page_text(_written(world, Form.PDF))


def texts_in(value: Any) -> Iterator[str]:
    """List every text of a document."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts_in(inner)


FILES = {
    "CSV": table,
    "XLSX": workbook_of_rights,
    "JSON": data,
    "ICS": calendar,
    "PDF": document,
}
