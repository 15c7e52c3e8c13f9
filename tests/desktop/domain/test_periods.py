"""Days are counted as the server counts them: `docs/api/cases.json`, read by both suites."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from comptexpert_desktop.domain import periods
from comptexpert_desktop.domain.catalogue import DateRules

CASES = json.loads((Path(__file__).parents[3] / "docs" / "api" / "cases.json").read_text("utf-8"))


def day(text):
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize("case", CASES["period"], ids=str)
def test_a_right_begins_and_ends_as_the_table_says(case):
    found = periods.period(
        today=day(case["today"]),
        valid_from=day(case["valid_from"]),
        valid_until=day(case["valid_until"]),
        max_days=case["max_days"],
        default_days=DateRules().default_days,
    )
    assert found == (case["code"] if "code" in case else (day(case["first"]), day(case["last"])))


@pytest.mark.parametrize("case", CASES["longest"], ids=str)
def test_rights_together_live_as_long_as_the_shortest(case):
    assert periods.max_days_together(case["each"]) == case["days"]


@pytest.mark.parametrize("case", CASES["day_in_france"], ids=lambda case: case["at"])
def test_the_day_is_the_one_in_france(case):
    assert periods.day_in_france(datetime.fromisoformat(case["at"])) == day(case["day"])


def test_a_right_that_is_not_known_lives_as_one_of_high_risk():
    assert periods.max_days_together([365, None]) == periods.CAUTIOUS_DAYS
    assert periods.max_days_together([90, None]) == 90
    assert periods.max_days_together([]) == periods.CAUTIOUS_DAYS
    assert periods.max_days_together([365, None], otherwise=0) == 0


def test_without_a_limit_only_the_order_counts():
    today = date(2026, 3, 12)
    usual = {"today": today, "valid_from": None, "max_days": None, "default_days": 365}
    assert periods.period(**usual, valid_until=date(2090, 1, 1)) == (today, date(2090, 1, 1))
    assert periods.period(**usual, valid_until=date(2026, 3, 11)) == "BEFORE_START"
