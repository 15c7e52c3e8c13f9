"""What is chosen among suggestions is what is painted and what was heard, whatever a person does and whatever arrives."""

from __future__ import annotations

import pytest

from tests.desktop.ui.typeahead_walk import Walker


@pytest.mark.parametrize("seed", range(4))
def test_what_is_chosen_is_what_was_seen_and_heard(monkeypatch, qtbot, seed):
    Walker(monkeypatch, qtbot, seed=seed).walk(300)
