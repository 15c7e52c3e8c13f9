"""Days are counted as the application counts them: `docs/api/cases.json`, read by both suites."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from comptexpert_server.catalogue.catalogue import Right, Service, catalogue
from comptexpert_server.delegations import rules

CASES: dict[str, Any] = json.loads((Path(__file__).parents[3] / "docs" / "api" / "cases.json").read_text("utf-8"))


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize("case", CASES["period"], ids=str)
def test_a_right_begins_and_ends_as_the_table_says(case: dict[str, Any]) -> None:
    today = date.fromisoformat(case["today"])
    asked = {name: day(case[name]) for name in ("valid_from", "valid_until")}
    found = rules.period(today=today, max_days=case["max_days"], **asked)
    expected = {"valid_until": case["code"]} if "code" in case else (day(case["first"]), day(case["last"]))
    assert found == expected


@pytest.mark.parametrize("case", CASES["longest"], ids=str)
def test_rights_together_live_as_long_as_the_shortest(case: dict[str, Any]) -> None:
    usual = {"name": "", "delegable": True, "risk": "low", "requires_certificate": False}
    each = tuple(Right(id=str(rank), max_days=days, **usual) for rank, days in enumerate(case["each"]))
    flags = {"enabled": True, "firm_scoped": False, "requires_terms": False}
    service = Service(id="s", name="", url="", evidence="", profiles={}, rights=each, **flags)
    assert rules.max_period_days(service, rights=[right.id for right in each]) == case["days"]


@pytest.mark.parametrize("case", CASES["day_in_france"], ids=lambda case: case["at"])
def test_the_day_is_the_one_in_france(case: dict[str, Any]) -> None:
    assert timezone.localdate(datetime.fromisoformat(case["at"])) == day(case["day"])


def test_the_catalogue_tells_how_days_are_counted() -> None:
    dates = catalogue().dates
    assert (dates.zone, dates.default_days) == (settings.TIME_ZONE, rules.DEFAULT_DAYS)
