"""What stands beside a list and what is done follow the selected rows, whatever a person does and whatever arrives."""

from __future__ import annotations

import pytest

from comptexpert_desktop.ui.importing.preview_page import PreviewPage
from tests.desktop.ui import benches
from tests.desktop.ui.reviews.conftest import desk  # noqa: F401  a fixture
from tests.desktop.ui.selection_walk import Mismatch, walk

STEPS = 120
SEEDS = (1, 2)
LISTS = {
    "delegations": benches.delegations,
    "outbox": benches.outbox_entries,
    "notices": benches.notices,
    "import": benches.import_lines,
    "rights": benches.rights_board,
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LISTS)
def test_what_is_shown_and_done_is_what_is_selected(app_kit, qtbot, name, seed):
    walk(LISTS[name](app_kit, qtbot), seed=seed, steps=STEPS)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_answered_in_a_review_is_what_is_selected(desk, qtbot, seed):  # noqa: F811
    walk(benches.review_rights(desk, qtbot), seed=seed, steps=STEPS)


def test_those_who_ask_act_on_nothing_while_nothing_is_selected(app_kit, qtbot):
    walk(benches.delegations(app_kit, qtbot, grants=False), seed=3, steps=STEPS)


def test_a_pane_that_follows_the_keyboard_alone_is_caught(app_kit, qtbot):
    bench = benches.import_lines(app_kit, qtbot)
    page = bench.view()
    while not isinstance(page, PreviewPage):
        page = page.parent()
    page.table.selectionModel().currentRowChanged.connect(lambda current: page._sentence.setText(bench.label(current)))
    with pytest.raises(Mismatch):
        walk(bench, seed=1, steps=STEPS)
