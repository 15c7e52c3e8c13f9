"""A workbook is read as the table that it shows; what is none, damaged or too large is refused with its reason."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from comptexpert_desktop.domain.import_file import MAX_LINES, FileFault, ImportFile
from comptexpert_desktop.usecases.documents import importing, workbook_rows
from comptexpert_desktop.usecases.documents.workbook_rows import WorkbookUnreadableError
from tests.fakes import a_catalogue

AN_HOUR = datetime(2027, 1, 2, 8)  # noqa: DTZ001 - a sheet knows no zone
HEAD = ["Identifiant ou courriel", "Service", "Droits", "SIREN", "Début", "Fin", "Motif"]


def a_workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def lines(content):
    return workbook_rows.as_csv(content).decode().splitlines()


def test_each_row_stands_on_the_line_of_its_number():
    made = a_workbook(["a", "b"], [], ["c\nd", None, 3.0, 732829320, date(2026, 12, 31), AN_HOUR, 1.5])
    assert lines(made) == ["a;b", "", "c d;;3;732829320;31/12/2026;02/01/2027;1.5"]


def test_a_formula_is_read_by_what_it_showed_and_never_run():
    assert lines(a_workbook(["=1+1", "vu"])) == [";vu"]


def test_a_workbook_is_imported_as_its_table_would_be(desk):
    desk.sign_in()
    row = ["lou.m@cabinet.example", "jesignexpert", "prepare", None, None, date(2026, 12, 31), "Paie"]
    found = importing.read(desk.stores, content=a_workbook(HEAD, row)).file
    assert isinstance(found, ImportFile), found
    (line,) = found.lines
    assert (line.line, line.fault) == (2, None)
    assert line.cells["valid_until"] == "2026-12-31"
    assert a_catalogue().service("jesignexpert")


@pytest.mark.parametrize("content", [b"PK\x03\x04rest", a_workbook(["a"])[:300]], ids=["no zip", "cut"])
def test_what_is_no_workbook_is_refused_as_a_whole(desk, content):
    desk.sign_in()
    assert importing.read(desk.stores, content=content).file == FileFault("NOT_TEXT")


def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(workbook_rows, "MAX_UNPACKED", 1000)
    monkeypatch.setattr(openpyxl, "load_workbook", pytest.fail)
    with pytest.raises(WorkbookUnreadableError, match="TOO_LARGE"):
        workbook_rows.as_csv(a_workbook(["a" * 2000]))


def test_entities_of_a_part_are_not_multiplied():
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_workbook(["a"]))) as good, zipfile.ZipFile(packed, "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            if name == "xl/worksheets/sheet1.xml":
                layers = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
                content = f'<!DOCTYPE x [<!ENTITY l0 "boom">{layers}]><worksheet>&l9;</worksheet>'.encode()
            bad.writestr(name, content)
    with pytest.raises(WorkbookUnreadableError, match="NOT_TEXT"):
        workbook_rows.as_csv(packed.getvalue())


def test_no_more_rows_are_read_than_an_import_takes(desk):
    desk.sign_in()
    row = ["lou.m@cabinet.example", "jesignexpert", "prepare"]
    made = a_workbook(HEAD, *([[f"{number}.{row[0]}", *row[1:]] for number in range(MAX_LINES + 5)]))
    assert importing.read(desk.stores, content=made).file == FileFault("TOO_LONG", MAX_LINES + 2)
