"""The end dates that are offered: always one, never too far."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from comptexpert_desktop.domain.periods import CAUTIOUS_DAYS
from comptexpert_desktop.presentation.delegations import end_dates
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.delegations.end_date_box import EndDateBox
from tests.desktop.ui import kit

START = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_end_on_a_day_that_exists(start: date, months: int, end: date) -> None:
    assert end_dates.add_months(start, months=months) == end


@pytest.mark.parametrize("max_days", [1, 29, 30, 92, 180, 365, 730])
@pytest.mark.parametrize("asked", [None, START + timedelta(days=20), START + timedelta(days=900)])
def test_no_offered_date_is_beyond_what_is_allowed(max_days: int, asked: date | None) -> None:
    offered = end_dates.choices(start=START, max_days=max_days, asked=asked)
    assert offered
    assert all(START <= choice.until <= START + timedelta(days=max_days) for choice in offered)


def test_twelve_months_are_chosen_at_first_when_they_are_allowed() -> None:
    offered = end_dates.choices(start=START, max_days=730)
    assert offered[end_dates.best(offered, start=START, asked=None)].until == date(2027, 11, 24)


def test_a_high_risk_is_offered_its_longest_and_no_more() -> None:
    offered = end_dates.choices(start=START, max_days=180)
    chosen = offered[end_dates.best(offered, start=START, asked=None)]
    assert chosen.until == START + timedelta(days=180)


def test_what_was_asked_comes_first() -> None:
    asked = START + timedelta(days=40)
    offered = end_dates.choices(start=START, max_days=365, asked=asked)
    assert offered[0].until == asked
    assert end_dates.best(offered, start=START, asked=asked) == 0


def test_rights_granted_together_are_bound_by_the_shortest() -> None:
    labels = Labels(kit.catalogue())
    assert end_dates.max_days(labels, service="jesignexpert", rights=("prepare",)) == 365
    assert end_dates.max_days(labels, service="jesignexpert", rights=("prepare", "sign")) == 180


def test_an_unknown_right_is_bound_like_a_high_risk() -> None:
    assert end_dates.max_days(Labels(), service="new", rights=("x",)) == CAUTIOUS_DAYS


def test_a_choice_survives_another_offer_when_it_is_still_allowed(qtbot) -> None:
    box = EndDateBox()
    qtbot.addWidget(box)
    box.offer_dates(start=START, max_days=365)
    box.setCurrentIndex(1)
    kept = box.chosen()
    box.offer_dates(start=START, max_days=180)
    assert box.chosen() == kept
    box.offer_dates(start=START, max_days=30)
    assert box.chosen() != kept
