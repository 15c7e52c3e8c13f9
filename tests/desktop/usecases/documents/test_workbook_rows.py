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
SHEET = "xl/worksheets/sheet1.xml"
HEAD = ["Identifiant ou courriel", "Service", "Droits", "SIREN", "Début", "Fin", "Motif"]


def a_workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book):
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_a_part(content, name, part):
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as good, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as other:
        for each in good.namelist():
            other.writestr(each, part if each == name else good.read(each))
    return packed.getvalue()


def lines(content):
    return workbook_rows.as_csv(content).decode().splitlines()


def test_each_row_stands_on_the_line_of_its_number():
    made = a_workbook(["a", "b"], [], ["c\nd", None, 3.0, 732829320, date(2026, 12, 31), AN_HOUR, 1.5])
    assert lines(made) == ["a;b", "", "c d;;3;732829320;31/12/2026;02/01/2027;1.5"]


def test_a_formula_is_read_by_what_it_showed_and_never_run():
    made = a_workbook(["=1+1", "vu"])
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        sheet = packed.read(SHEET)
    assert b"<f>1+1</f><v />" in sheet or b"<f>1+1</f><v></v>" in sheet or b"<f>1+1</f><v/>" in sheet
    shown = sheet.replace(b"<v />", b"<v>2</v>", 1).replace(b"<v/>", b"<v>2</v>", 1).replace(b"<v></v>", b"<v>2</v>", 1)
    assert lines(with_a_part(made, SHEET, shown)) == ["2;vu"]


def test_a_day_that_a_formula_never_came_to_is_no_day_and_not_none(desk):
    """Without it the right would last for as long as it may."""
    row = ["lou.m@cabinet.example", "jesignexpert", "prepare", None, None, "=DATE(2026;12;31)", "Paie"]
    assert lines(a_workbook(HEAD, row))[1].split(";")[5].startswith('"=DATE(2026')
    desk.sign_in()
    found = importing.read(desk.stores, content=a_workbook(HEAD, row)).file
    assert isinstance(found, ImportFile), found
    (line,) = found.lines
    assert line.fault is not None
    assert line.fault.column == "valid_until"


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
    layers = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    part = f'<!DOCTYPE x [<!ENTITY l0 "boom">{layers}]><worksheet>&l9;</worksheet>'
    with pytest.raises(WorkbookUnreadableError, match="NOT_TEXT"):
        workbook_rows.as_csv(with_a_part(a_workbook(["a"]), SHEET, part))


@pytest.mark.parametrize("part", ["<c/>", 'a="" '], ids=["elements", "attributes"])
def test_a_part_of_millions_of_objects_is_refused_before_it_is_parsed(monkeypatch, part):
    monkeypatch.setattr(openpyxl, "load_workbook", pytest.fail)
    made = with_a_part(a_workbook(["a"]), SHEET, part * (workbook_rows.MAX_MARKS + 1))
    assert len(made) < 100_000
    with pytest.raises(WorkbookUnreadableError, match="TOO_LARGE"):
        workbook_rows.as_csv(made)


def test_a_full_sheet_is_below_the_bound(monkeypatch):
    row = '<row r="1" spans="1:40">' + '<c r="AA1000" s="1" t="s"><v>1</v></c>' * workbook_rows.MAX_COLUMNS + "</row>"
    marks = sum(row.count(mark) for mark in "<=")
    assert marks * (MAX_LINES + 1) < workbook_rows.MAX_MARKS


def _flagged(content):
    """Say in every header that the part is encrypted."""
    made = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = made.find(mark)
        while found >= 0:
            made[found + place] |= 1
            found = made.find(mark, found + 4)
    return bytes(made)


def _unknown_method(content):
    made = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        found = made.find(mark)
        while found >= 0:
            made[found + place] = 99
            found = made.find(mark, found + 4)
    return bytes(made)


def _scratched(content):
    """Spoil the packed bytes of the sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        found = packed.getinfo(SHEET)
    begins = found.header_offset + 30 + len(SHEET)
    return content[:begins] + b"\xff" * 40 + content[begins + 40 :]


@pytest.mark.parametrize("spoil", [_flagged, _unknown_method, _scratched])
def test_a_workbook_that_cannot_be_unpacked_is_refused_as_a_whole(desk, spoil):
    desk.sign_in()
    made = spoil(a_workbook(HEAD, *([["lou.m@cabinet.example", "jesignexpert", "prepare"]] * 50)))
    assert importing.read(desk.stores, content=made).file == FileFault("NOT_TEXT")


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_sheet_that_nobody_sees_is_not_imported(state):
    book = openpyxl.Workbook()
    book.active.append(["caché"])
    book.active.sheet_state = state
    book.create_sheet("Ce qui se voit").append(["vu"])
    book.active = 1
    assert lines(saved(book)) == ["vu"]


def test_a_line_below_a_long_gap_is_read_on_its_line():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A7000"] = "a", "z"
    found = lines(saved(book))
    assert (len(found), found[0], found[-1]) == (7000, "a", "z")


def test_no_more_rows_are_read_than_an_import_takes(desk):
    desk.sign_in()
    row = ["lou.m@cabinet.example", "jesignexpert", "prepare"]
    made = a_workbook(HEAD, *([[f"{number}.{row[0]}", *row[1:]] for number in range(MAX_LINES + 5)]))
    assert importing.read(desk.stores, content=made).file == FileFault("TOO_LONG", MAX_LINES + 2)
