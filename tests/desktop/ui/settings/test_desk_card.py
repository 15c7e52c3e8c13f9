"""How the application lives on this machine: kept at once, or decided by the firm."""

from __future__ import annotations

import json

import pytest

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.settings import Preferences, Resolved, Settings
from comptexpert_desktop.ui.settings.desk_card import CHOICES, NOT_KEPT, DeskCard
from tests.desktop.ui import walks
from tests.desktop.ui.kit import SERVER


@pytest.fixture
def card(app_kit, qtbot, tmp_path):
    def make(**resolved):
        made = DeskCard(
            app_kit.tasks,
            app_kit.changes,
            preferences=Preferences(Settings(server_url=SERVER, data_dir=tmp_path / "data", resolved=resolved)),
        )
        qtbot.addWidget(made)
        app_kit.tasks.start()
        made.show()
        return made

    return make


WITH_NOTICES = {"updates_url": Resolved("https://comptexpert.example/m.json", "policy", is_locked=True)}


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_is_kept_at_once_and_told(card, app_kit, tmp_path, name, qtbot):
    box = card(**WITH_NOTICES).boxes[name]
    was = box.isChecked()
    resolved = []
    app_kit.changes.changed.connect(resolved.append)
    box.click()
    qtbot.waitUntil(lambda: resolved == [frozenset({Topic.SETTINGS})])
    assert json.loads((tmp_path / "data" / "settings.json").read_text()) == {name: not was}


@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("value", [True, False])
def test_what_the_firm_decided_cannot_be_changed(card, name, value):
    made = card(**WITH_NOTICES | {name: Resolved(value, "policy", is_locked=True)})
    assert made.boxes[name].isChecked() is value
    assert not made.boxes[name].isEnabled()
    assert "Géré par votre service informatique." in walks.words_of(made)


def test_a_notice_that_is_never_looked_for_is_no_choice(card):
    assert "update_notice" not in card().boxes


def test_each_box_is_named_by_what_it_shows(card):
    for box in card(**WITH_NOTICES).boxes.values():
        assert box.accessibleName() == box.text()
        assert box.accessibleDescription()


def test_a_choice_that_cannot_be_kept_is_taken_back_and_said(card, tmp_path, qtbot):
    (tmp_path / "data").write_text("Un fichier à la place du dossier.")
    made = card()
    said = []
    made.said.connect(lambda text, tone: said.append((text, tone)))
    made.boxes["start_at_sign_in"].click()
    qtbot.waitUntil(lambda: said == [(NOT_KEPT, "warning")])
    assert not made.boxes["start_at_sign_in"].isChecked()
