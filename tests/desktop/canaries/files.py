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
from comptexpert_desktop.domain.table import Sheet, unsafe
from comptexpert_desktop.presentation.documents import register_words, rights
from comptexpert_desktop.presentation.documents.order import Form, Order, What
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.runtime.progress import Progress
from comptexpert_desktop.ui.documents import writers
from comptexpert_desktop.usecases.documents import table_text, workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.canaries.window import World

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TEXTS_OF_A_LINE = ("actor", "acting_for", "grantor", "grantee", "member", "absent", "reason", "note")
STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d")
"""With what a table starts a formula."""


def _row(world: World) -> DelegationRow:
    return DelegationRow(delegation=world.delegation(1, DelegationOut__status="ACTIVE"), role=Role.GRANTOR, intent=None)


def _labels(world: World) -> Labels:
    return Labels(read_catalogue(world.document("CatalogueOut")))


def _written(world: World, form: Form, *, what: What = What.LIVE) -> bytes:
    row, labels = _row(world), _labels(world)
    read: Any = rights.cells(row, labels=labels)
    if form is Form.JSON:
        read = rights.document(row)
    elif form is Form.ICS:
        read = rights.deadline(row, labels=labels)
    return writers.write_rights([read], order=Order(what, form), now=NOW, progress=Progress())


def _register(world: World) -> tuple[Any, ...]:
    line = world.document("RegisterLine", RegisterLine__data={})
    line["data"] = {"service": "jesignexpert", "rights": ["sign"], "said": {"reason": "", "note": ""}}
    said = dict.fromkeys(TEXTS_OF_A_LINE, world.text("RegisterText.text"))
    return register_words.cells(line, said=said, labels=_labels(world))


def _table(content: bytes) -> Iterator[str]:
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"):
        for cell in row:
            assert not cell.startswith(STARTS), cell
            yield unsafe(cell)


def _workbook(content: bytes, *, cells: int) -> Iterator[str]:
    for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows():
        assert len(row) == cells
        for cell in row:
            assert cell.hyperlink is None
            assert cell.data_type in {"s", "d", "n"}
            if isinstance(cell.value, str):
                yield cell.value


def table(world: World) -> Iterator[str]:
    yield from _table(_written(world, Form.CSV))


def workbook_of_rights(world: World) -> Iterator[str]:
    yield from _workbook(_written(world, Form.XLSX), cells=len(rights.COLUMNS))


def data(world: World) -> Iterator[str]:
    (one,) = json.loads(_written(world, Form.JSON))["delegations"]
    yield from _texts(one)


def calendar(world: World) -> Iterator[str]:
    parts = list(Calendar.from_ical(_written(world, Form.ICS, what=What.DEADLINES)).walk())
    (event,) = [part for part in parts if part.name == "VEVENT"]
    yield from (str(event[name]) for name in ("summary", "description"))
    assert {part.name for part in parts} <= {"VCALENDAR", "VEVENT", "VALARM", "VTIMEZONE", "STANDARD", "DAYLIGHT"}


def document(world: World) -> Iterator[str]:
    reader = PdfReader(io.BytesIO(_written(world, Form.PDF)))
    for page in reader.pages:
        assert page["/Annots"].get_object() == [], "nothing to click, nothing that runs"
    yield " ".join(page.extract_text() for page in reader.pages)


def register_as_table(world: World) -> Iterator[str]:
    yield from _table(table_text.content(Sheet("Registre", register_words.COLUMNS, (_register(world),))))


def register_as_workbook(world: World) -> Iterator[str]:
    made = workbook.content(Sheet("Registre", register_words.COLUMNS, (_register(world),)))
    yield from _workbook(made, cells=len(register_words.COLUMNS))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


FILES = {
    "CSV": table,
    "XLSX": workbook_of_rights,
    "JSON": data,
    "ICS": calendar,
    "PDF": document,
    "register CSV": register_as_table,
    "register XLSX": register_as_workbook,
}
