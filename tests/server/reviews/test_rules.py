"""The rules of the yearly review, as tables."""

from __future__ import annotations

from datetime import date

import pytest

from comptexpert_server.reviews.rules import Counts, last_day, opens_today, reminder_due, stage

TODAY = date(2027, 3, 10)
CLOSES = date(2027, 4, 9)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (None, date(2027, 4, 9)),
        (date(2027, 3, 16), "TOO_SOON"),
        (date(2027, 3, 17), date(2027, 3, 17)),
        (date(2027, 6, 8), date(2027, 6, 8)),
        (date(2027, 6, 9), "TOO_LATE"),
    ],
)
def test_a_review_lasts_a_month_unless_a_sound_day_is_asked(asked: date | None, expected: date | str) -> None:
    assert last_day(asked=asked, today=TODAY) == expected


@pytest.mark.parametrize(
    ("today", "is_closed", "expected"),
    [
        (CLOSES, False, "open"),
        (date(2027, 4, 10), False, "grace"),
        (date(2027, 5, 10), False, "grace"),
        (TODAY, True, "closed"),
    ],
)
def test_a_review_is_open_then_in_grace_until_it_is_closed(today: date, is_closed: bool, expected: str) -> None:
    assert stage(closes_on=CLOSES, is_closed=is_closed, today=today) == expected


@pytest.mark.parametrize(
    ("today", "reminded", "expected"),
    [
        (date(2027, 4, 1), "", ""),
        (date(2027, 4, 2), "", "soon"),
        (date(2027, 4, 2), "soon", ""),
        (CLOSES, "soon", ""),
        (date(2027, 4, 10), "soon", "grace"),
        (date(2027, 4, 10), "", "grace"),
        (date(2027, 4, 12), "grace", ""),
    ],
)
def test_it_is_recalled_a_week_before_the_end_and_when_the_grace_begins(
    today: date, reminded: str, expected: str
) -> None:
    assert reminder_due(closes_on=CLOSES, reminded=reminded, today=today) == expected


@pytest.mark.parametrize(
    ("review_on", "last", "today", "expected"),
    [
        ("", None, TODAY, False),
        ("03-11", None, TODAY, False),
        ("03-10", None, TODAY, True),
        ("03-03", None, TODAY, True),
        ("03-02", None, TODAY, False),
        ("03-10", date(2026, 3, 10), TODAY, True),
        ("03-10", date(2027, 3, 10), TODAY, False),
        ("03-10", date(2026, 12, 20), TODAY, False),
        ("12-31", None, date(2027, 1, 2), True),
        ("12-31", date(2026, 12, 31), date(2027, 1, 2), False),
        ("02-29", None, date(2027, 2, 28), True),
    ],
)
def test_a_review_opens_once_a_year_at_its_date(review_on: str, last: date | None, today: date, expected: bool) -> None:
    assert opens_today(review_on=review_on, last_opened=last, today=today) is expected


def test_what_ended_otherwise_is_what_the_answers_lack_of_the_whole() -> None:
    assert Counts(total=10, kept=4, ended=2, lapsed=1, waiting=2).otherwise == 1
