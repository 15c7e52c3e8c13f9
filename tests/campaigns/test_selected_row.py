"""A hundred thousand random steps in every list of the application: what is shown and done is what is selected."""

from __future__ import annotations

import os

import pytest

from tests.desktop.ui import benches
from tests.desktop.ui.conftest import app_kit  # noqa: F401  a fixture
from tests.desktop.ui.reviews.conftest import desk  # noqa: F401  a fixture
from tests.desktop.ui.selection_walk import walk
from tests.desktop.ui.test_selected_row import LISTS
from tests.desktop.ui.typeahead_walk import Walker

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(7200)]

STEPS = int(os.environ.get("COMPTEXPERT_CAMPAIGN_STEPS", "100000"))
ROUND = 2000
ROUNDS = range(max(1, STEPS // ROUND // (len(LISTS) + 1)))


@pytest.mark.parametrize("number", ROUNDS)
@pytest.mark.parametrize("name", LISTS)
def test_a_long_walk(app_kit, qtbot, name, number):  # noqa: F811
    walk(LISTS[name](app_kit, qtbot), seed=1000 + number, steps=ROUND)


@pytest.mark.parametrize("number", ROUNDS)
def test_a_long_walk_in_a_review(desk, qtbot, number):  # noqa: F811
    walk(benches.review_rights(desk, qtbot), seed=1000 + number, steps=ROUND)


@pytest.mark.parametrize("number", ROUNDS)
def test_a_long_walk_among_suggestions(monkeypatch, qtbot, number):
    Walker(monkeypatch, qtbot, seed=1000 + number).walk(ROUND)
