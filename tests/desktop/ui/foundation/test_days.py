"""A day is read as people type it."""

from __future__ import annotations

from datetime import date

import pytest

from comptexpert_desktop.presentation import days


@pytest.mark.parametrize(
    "text", ["31/12/1980", "31-12-1980", "31.12.1980", " 31 12 1980 ", "31121980", "31 / 12 / 1980"]
)
def test_a_day_is_read_as_people_type_it(text):
    assert days.parse(text) == date(1980, 12, 31)


def test_a_day_of_one_digit_is_read():
    assert days.parse("1/2/1980") == date(1980, 2, 1)


@pytest.mark.parametrize(
    "text", ["", "31/02/1980", "12/1980", "1/2/80", "00/01/1980", "demain", "31/12/19800", "1980-12-31"]
)
def test_what_is_no_day_gives_nothing(text):
    assert days.parse(text) is None


def test_a_day_is_written_as_it_is_typed():
    assert days.parse(days.written(date(987, 2, 1))) == date(987, 2, 1)
    assert days.written(None) == ""


def type_out(keys: str) -> str:
    text = ""
    for key in keys:
        text = days.with_slashes(text + key)
    return text


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("31121980", "31/12/1980"),
        ("31/12/1980", "31/12/1980"),
        ("1/2/1980", "1/2/1980"),
        ("3112", "31/12"),
        ("31-12-1980", "31-12-1980"),
    ],
)
def test_slashes_come_by_themselves_and_never_twice(keys, shown):
    assert type_out(keys) == shown
