"""The French of dates, delays, plurals and lists."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from comptexpert_desktop.presentation import wording


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0\u00a0demande"),
        (1, "1\u00a0demande"),
        (2, "2\u00a0demandes"),
        (12_345, "12\u202f345\u00a0demandes"),
    ],
)
def test_zero_and_one_are_singular(value: int, written: str) -> None:
    assert wording.count(value, "demande") == written


def test_irregular_plural_is_given() -> None:
    assert wording.count(2, "cheval", many="chevaux") == "2\u00a0chevaux"


@pytest.mark.parametrize(
    ("words", "written"),
    [((), ""), (("signer",), "signer"), (("a", "b"), "a et b"), (("a", "b", "c"), "a, b et c")],
)
def test_lists_are_joined_as_french_does(words: tuple[str, ...], written: str) -> None:
    assert wording.joined(words) == written


def test_first_of_the_month_is_written_1er() -> None:
    assert wording.day(date(2026, 3, 1)) == "1er\u00a0mars 2026"
    assert wording.day(date(2026, 8, 12)) == "12\u00a0août 2026"


def test_short_day_has_two_digits_and_none_is_empty() -> None:
    assert wording.short_day(date(2026, 3, 1)) == "01/03/2026"
    assert wording.short_day(None) == ""


@pytest.mark.parametrize(
    ("hours", "start"),
    [(0, "aujourd’hui"), (-24, "hier"), (24, "demain"), (-48, "le 10\u00a0mars 2026")],
)
def test_near_days_have_a_name(hours: int, start: str) -> None:
    now = datetime(2026, 3, 12, 9, 5, tzinfo=UTC)
    written = wording.moment(now + timedelta(hours=hours), now=now, zone=UTC)
    assert written == f"{start} à 9\u00a0h\u00a005"


@pytest.mark.parametrize(
    ("days", "written"),
    [
        (0, "aujourd’hui"),
        (1, "demain"),
        (-1, "hier"),
        (3, "dans 3\u00a0jours"),
        (-3, "il y a 3\u00a0jours"),
        (300, ""),
    ],
)
def test_end_dates_say_how_far_they_are(days: int, written: str) -> None:
    today = date(2026, 3, 12)
    assert wording.days_left(today + timedelta(days=days), today=today) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0.2, "maintenant"),
        (20, "dans 20\u00a0secondes"),
        (60, "dans 1\u00a0minute"),
        (7200, "dans 2\u00a0heures"),
    ],
)
def test_waits_are_written_in_the_right_unit(seconds: float, written: str) -> None:
    assert wording.delay(seconds) == written


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Claire", "de Claire"),
        ("Élise", "d’Élise"),
        ("Hugo", "d’Hugo"),
        ("Yves", "d’Yves"),
        ("Yann", "de Yann"),
        ("", "de "),
    ],
)
def test_of_somebody_is_elided(name, said):
    assert wording.of(name) == said
