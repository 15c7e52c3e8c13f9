"""A table as text, as a workbook and as a calendar: read back with other people's readers, nothing runs in them."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from comptexpert_desktop.domain.table import Column, Sheet, safe, unsafe
from comptexpert_desktop.usecases.documents import calendar, table_text, workbook

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TRAPS = ("=1+1", "+33 1", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'=1")
COLUMNS = (Column("Personne", 3), Column("Fin"), Column("Nombre"), Column("Moment"))


def sheet(*rows):
    return Sheet("Droits en cours", COLUMNS, rows, about="Cabinet Aubier")


def table(made):
    content = table_text.content(made)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def cells(made):
    book = openpyxl.load_workbook(io.BytesIO(workbook.content(made)))
    return book, [list(row) for row in book.worksheets[0].iter_rows()]


@pytest.mark.parametrize("text", [*TRAPS, "", "Lou", "732829320", "l'an"])
def test_a_neutralised_text_is_given_back(text):
    assert unsafe(safe(text)) == text


@pytest.mark.parametrize("trap", TRAPS)
def test_no_cell_of_a_table_starts_a_formula(trap):
    assert table(sheet((trap, None, 3, None)))[1][0] == f"'{trap}"


def test_a_table_keeps_days_numbers_and_line_breaks():
    rows = table(sheet(("Zoé « O’Brien »;\nsuite", date(2026, 12, 31), 1234, NOW)))
    assert rows == [
        ["Personne", "Fin", "Nombre", "Moment"],
        ["Zoé « O’Brien »;\nsuite", "2026-12-31", "1234", "2026-11-24 09:30:00"],
    ]


def test_a_workbook_keeps_texts_as_texts_and_days_as_days():
    book, rows = cells(sheet(("Zoé", date(2026, 12, 31), 7, NOW), ("0732829320", None, 0, None)))
    first, second = rows[1], rows[2]
    assert [cell.value for cell in rows[0]] == ["Personne", "Fin", "Nombre", "Moment"]
    assert first[0].value == "Zoé"
    assert first[1].is_date
    assert first[1].value.date() == date(2026, 12, 31)
    assert first[3].value == NOW.replace(tzinfo=None)
    assert (second[0].data_type, second[0].value) == ("s", "0732829320")
    assert (second[1].value, second[2].value) == (None, 0)
    assert book.worksheets[0].freeze_panes == "A2"
    assert book.properties.title == "Droits en cours"


@pytest.mark.parametrize("trap", [*TRAPS, "http://exemple.example/"])
def test_a_workbook_holds_no_formula_and_no_link(trap):
    _book, rows = cells(sheet((trap, None, 1, None)))
    cell = rows[1][0]
    assert cell.data_type == "s"
    assert cell.value.replace("_x000D_", "\r") == trap
    assert cell.hyperlink is None


def test_a_text_too_long_for_a_cell_says_that_it_was_cut():
    _book, rows = cells(sheet(("x" * 40_000, None, 1, None)))
    assert len(rows[1][0].value) == 32_767
    assert rows[1][0].value.endswith("(…)")


def test_a_title_that_no_tab_may_have_is_shortened():
    made = Sheet("Registre [a/b]: *?" + "x" * 40, COLUMNS, ())
    assert len(openpyxl.load_workbook(io.BytesIO(workbook.content(made))).sheetnames[0]) <= 31


def deadlines(*changes):
    made = {
        "last_day": date(2028, 2, 29),
        "title": "Fin\u00a0: Zoé, Jesignexpert",
        "text": "a; b, c\nfin",
    }
    return [calendar.Deadline(**(made | change)) for change in changes or ({},)]


def events(*changes):
    read = Calendar.from_ical(calendar.content(deadlines(*changes), name="Échéances", now=NOW))
    return [part for part in read.walk() if part.name == "VEVENT"]


def test_an_end_date_takes_a_whole_day_and_reminds_twice():
    (event,) = events()
    assert event["dtstart"].dt == date(2028, 2, 29)
    assert event["dtend"].dt == date(2028, 3, 1)
    assert (str(event["summary"]), str(event["description"])) == ("Fin\u00a0: Zoé, Jesignexpert", "a; b, c\nfin")
    alarms = [part["trigger"].dt for part in event.walk() if part.name == "VALARM"]
    assert alarms == [timedelta(days=-30), timedelta(days=-14)]


def test_all_that_ends_on_a_day_is_one_event():
    first, second = events({"last_day": date(2029, 1, 1)}, {"title": "Fin\u00a0: Karim, Jefacture"}, {})
    assert (str(first["uid"]), str(second["uid"])) == ("fin-2028-02-29@comptexpert", "fin-2029-01-01@comptexpert")
    assert str(first["summary"]) == "2 délégations prennent fin"
    said = str(first["description"])
    assert said.index("Karim, Jefacture") < said.index("Zoé, Jesignexpert")
    assert str(second["summary"]) == "Fin\u00a0: Zoé, Jesignexpert"


def test_a_later_file_takes_the_place_of_what_a_calendar_held_of_a_day():
    (before,) = events({})
    later = calendar.content(deadlines({}, {}), name="Échéances", now=NOW + timedelta(minutes=1))
    (after,) = [part for part in Calendar.from_ical(later).walk() if part.name == "VEVENT"]
    assert before["uid"] == after["uid"]
    assert before["sequence"] < after["sequence"]


@pytest.mark.parametrize(
    "write",
    [
        lambda step: table_text.content(sheet(*[("a", None, 1, None)] * 5), step=step),
        lambda step: workbook.content(sheet(*[("a", None, 1, None)] * 5), step=step),
        lambda step: calendar.content(deadlines({}, {}, {}, {}, {}), name="x", now=NOW, step=step),
    ],
    ids=["table", "workbook", "calendar"],
)
def test_each_says_how_far_it_is_and_can_be_stopped(write):
    heard = []
    write(heard.append)
    assert heard == [1, 2, 3, 4, 5]

    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(stop)


# -- Whatever a text holds, every export gives it back ----------------------------------------------------

RAW = (
    "<r><t>a</t></r></si><si><r><t>b</t></r>",
    "<r></r></si></sst>x</r>",
    "<r></r>",
    "_x0041_",
    "<is><t>x</t></is>",
    "<!--",
    "]]>",
    "&amp;&#0;",
    '=HYPERLINK("http://x.example")',
    "http://x.example",
    "mailto:a@b.example",
    "internal:Sheet!A1",
    "{=1+1}",
    "BEGIN:VEVENT\r\nSUMMARY:x",
)
LETTERS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60)
ANY_TEXT = st.one_of(
    LETTERS,
    st.sampled_from([*TRAPS, *RAW]),
    st.builds("<r>{}</r>".format, LETTERS),
    st.builds(lambda first, second: first + second, st.sampled_from(RAW), LETTERS),
)


def unescaped(text):
    """Read the escapes of a workbook as spreadsheets do; the reader of these tests leaves them."""
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text or "")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(ANY_TEXT, min_size=1, max_size=6))
def test_a_workbook_gives_every_text_back_in_its_place(texts):
    made = Sheet("Titre", (Column("Texte"), Column("Rang")), [(text, rank) for rank, text in enumerate(texts)])
    page = openpyxl.load_workbook(io.BytesIO(workbook.content(made))).worksheets[0]
    assert [unescaped(row[0].value) for row in page.iter_rows(min_row=2)] == [unescaped(text) for text in texts]
    assert [row[1].value for row in page.iter_rows(min_row=2)] == list(range(len(texts)))
    assert {row[0].data_type for row in page.iter_rows(min_row=2)} <= {"s", "n"}
    assert [row[0].hyperlink for row in page.iter_rows(min_row=2)] == [None] * len(texts)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(ANY_TEXT, min_size=1, max_size=6))
def test_a_table_gives_every_text_back_and_no_cell_runs(texts):
    made = Sheet("Titre", (Column("Texte"), Column("Rang")), [(text, rank) for rank, text in enumerate(texts)])
    rows = table(made)[1:]
    assert [[unsafe(row[0]), row[1]] for row in rows] == [[text, str(rank)] for rank, text in enumerate(texts)]
    assert not any(row[0].startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(ANY_TEXT, ANY_TEXT)
def test_a_calendar_gives_every_text_back_and_no_event_is_added(title, text):
    found = events({"title": title, "text": text})
    assert len(found) == 1
    assert str(found[0]["summary"]) == title.replace("\r\n", "\n")
    assert str(found[0]["description"]) == text.replace("\r\n", "\n")


@pytest.mark.parametrize("trap", ["a\ud800b", "a\x00b", "a\x0bb", "\ufffe"])
def test_a_letter_that_no_file_can_hold_stops_no_export(trap):
    made = Sheet(trap, (Column("Texte"),), [(trap,), ("fin",)], about=trap)
    page = openpyxl.load_workbook(io.BytesIO(workbook.content(made))).worksheets[0]
    assert page.cell(3, 1).value == "fin"
    assert table(made)[2] == ["fin"]
    assert len(events({"title": trap, "text": trap})) == 1


def test_a_backslash_before_an_n_stays_one_in_a_calendar():
    one = calendar.Deadline(date(2026, 12, 31), r"C:\Notes\nord; a, b", "ligne\nsuite")
    lines = calendar.content([one], name="Fins", now=NOW).decode().replace("\r\n ", "").split("\r\n")
    assert r"SUMMARY:C:\\Notes\\nord\; a\, b" in lines
    assert r"DESCRIPTION:ligne\nsuite" in lines


def test_two_colleagues_may_read_their_deadlines_in_one_calendar():
    def named(owner):
        read = Calendar.from_ical(calendar.content(deadlines({}), name="Échéances", now=NOW, owner=owner))
        return [str(part["uid"]) for part in read.walk() if part.name == "VEVENT"]

    assert named("account-1") == named("account-1") != named("account-2")
    assert "account" not in named("account-1")[0]
