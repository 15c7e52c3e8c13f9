"""A long import of the registry shows how far it is, and can be stopped without harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from comptexpert_desktop.ui.window import registry_bar
from comptexpert_desktop.usecases import registry
from comptexpert_desktop.usecases.ports import Snapshot
from tests.benchmarks import people

if TYPE_CHECKING:
    from tests.desktop.ui.window_kit import WindowKit

MANY = 40_000


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(registry_bar, "DELAY_MS", 0)


def begin(kit: WindowKit, *, version: int = 7) -> list[float]:
    rows = tuple(people.rows(MANY))
    kit.server.snapshots.append(Snapshot(version, None, "2026-11-23T06:00:00Z", rows))
    told: list[float] = []
    kit.sync.gauge.announced.connect(told.append)
    kit.show()
    kit.sync.wake()
    return told


def bar_of(kit: WindowKit) -> registry_bar.RegistryBar | None:
    return kit.window.findChild(registry_bar.RegistryBar)


@pytest.mark.usefixtures("at_once")
def test_a_long_import_fills_a_bar_that_goes_away(window_kit: WindowKit, qtbot, tmp_path):
    told = begin(window_kit)
    qtbot.waitUntil(lambda: window_kit.is_shown("registryBar"), timeout=15_000)
    bar = bar_of(window_kit)
    assert bar is not None
    assert bar.share.accessibleName() == "Mise à jour de l’annuaire"
    assert window_kit.window.grab().save(str(tmp_path / "import.png"))
    qtbot.waitUntil(lambda: not window_kit.is_shown("registryBar"), timeout=30_000)
    assert told == sorted(told)
    assert told[0] == 0.0
    assert told[-1] == 1.0
    assert window_kit.read(registry.snapshot_version, qtbot) == 7


@pytest.mark.usefixtures("at_once")
def test_a_stopped_import_leaves_the_copy_in_place_and_the_turn_goes_on(window_kit: WindowKit, qtbot):
    window_kit.fill()
    before = window_kit.read(registry.snapshot_version, qtbot) if window_kit.tasks.start() else 1
    seen: list[bool] = []
    window_kit.sync.turning.connect(seen.append)
    window_kit.now = window_kit.now.replace(month=12)
    begin(window_kit)
    qtbot.waitUntil(lambda: window_kit.is_shown("registryBar"), timeout=15_000)
    stop = window_kit.find(QPushButton, "stopRegistryButton")
    stop.setFocus()
    QTest.keyClick(stop, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: seen[-1:] == [False], timeout=15_000)
    assert not window_kit.is_shown("registryBar")
    assert "La copie en place reste en service" in window_kit.window.status.trouble.text()
    assert window_kit.read(registry.snapshot_version, qtbot) == before
    assert not list(window_kit.folder.glob("*.new*"))
    found = window_kit.read(lambda stores: registry.search(stores, text="auber", profile=None), qtbot)
    assert [entry.surname for entry in found.entries] == ["Auberive"]


def test_a_short_import_says_nothing(window_kit: WindowKit, qtbot):
    seen: list[bool] = []
    window_kit.sync.turning.connect(seen.append)
    window_kit.server.snapshots.append(Snapshot(2, None, "2026-11-23T06:00:00Z", tuple(people.rows(20))))
    window_kit.show()
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: seen == [True, False])
    assert not window_kit.is_shown("registryBar")
    assert window_kit.read(registry.snapshot_version, qtbot) == 2


def test_closing_the_window_gives_the_import_up(window_kit: WindowKit, qtbot):
    told = begin(window_kit)
    qtbot.waitUntil(lambda: bool(told), timeout=15_000)
    window_kit.sync.stop()
    window_kit.tasks.close()
    assert told[-1] < 1.0
    stores = window_kit.stores()
    assert registry.snapshot_version(stores) is None
    stores.close()
