"""The whole application: shown bare, furnished after its first frame, ended in order."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING, Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from comptexpert_desktop.app import wiring
from comptexpert_desktop.desktop.window import build
from comptexpert_desktop.settings import Settings
from comptexpert_desktop.ui.destinations import NewSignup
from comptexpert_desktop.usecases.signup import signup
from tests.desktop.ui.walks import words_of
from tests.fakes import FakeVault, fake_gateways

if TYPE_CHECKING:
    from pathlib import Path

SERVER = "http://127.0.0.1:9"


@pytest.fixture
def vault(monkeypatch) -> FakeVault:
    made = FakeVault()
    monkeypatch.setattr(wiring, "open_vault", lambda: made)
    monkeypatch.setattr(wiring, "open_gateways", lambda _settings, *, vault, in_store: fake_gateways(vault=vault))
    return made


@pytest.fixture
def running(tmp_path: Path, vault, qapp, qtbot) -> Any:
    made = build(Settings(server_url=SERVER, data_dir=tmp_path))
    yield made
    made.close()


def names() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def test_the_window_is_furnished_after_its_first_frame(running, qtbot):
    assert not gc.isenabled()
    assert running.window.findChild(QWidget, "createAccountButton") is None
    running.show()
    qtbot.waitUntil(lambda: "Créer un Comptexpert" in words_of(running.window))
    assert gc.isenabled()
    qtbot.waitUntil(lambda: running.window.content.navigation.status.badge.text() == "À jour")


def test_closing_ends_the_threads_and_may_be_done_twice(running, qtbot):
    running.show()
    qtbot.waitUntil(lambda: "store-0" in names())
    running.close()
    running.close()
    assert "store-0" not in names()


def test_closing_before_the_first_frame_is_harmless(running, qtbot):
    running.close()
    assert gc.isenabled()
    assert not shiboken6.isValid(running.window), "Qt took it apart"


def test_what_was_being_entered_is_there_at_the_next_start(running, tmp_path, vault, qtbot):
    running.show()
    qtbot.waitUntil(lambda: "Créer un Comptexpert" in words_of(running.window))
    running.window.content.open(NewSignup())
    QTest.keyClick(running.window.findChild(QWidget, "profileList"), Qt.Key.Key_Down)
    running.close()
    stores = wiring.open_stores(running.settings, vault=vault)
    assert len(signup.drafts(stores)) == 1
    stores.close()


def test_the_theme_follows_the_system_while_nothing_was_chosen(running, qtbot):
    running.show()
    qtbot.waitUntil(lambda: "Créer un Comptexpert" in words_of(running.window))
    before = running.window.styleSheet()
    running.application.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert running.window.styleSheet() == before


def test_what_is_entered_is_on_disk_when_the_session_ends_and_the_window_goes_on(running, vault, qtbot):
    running.show()
    qtbot.waitUntil(lambda: "Créer un Comptexpert" in words_of(running.window))
    running.window.content.open(NewSignup())
    QTest.keyClick(running.window.findChild(QWidget, "profileList"), Qt.Key.Key_Down)
    assert running.keep(seconds=5)
    stores = wiring.open_stores(running.settings, vault=vault)
    assert len(signup.drafts(stores)) == 1
    stores.close()
    assert running.window.isVisible()


def test_it_is_told_when_the_disk_takes_longer_than_there_is_time(running, qtbot):
    running.show()
    qtbot.waitUntil(lambda: "Créer un Comptexpert" in words_of(running.window))
    free = threading.Event()
    running.tasks.read(running.changes, lambda _stores: free.wait(10), lambda _value: None)
    assert not running.keep(seconds=0.05)
    free.set()


def test_the_work_begins_once_without_a_window(running, qtbot):
    begun = []
    running.afterwards.append(begun.append)
    running.begin_unseen()
    assert begun == [running.window.content]
    assert not running.window.isVisible()
    running.show()
    qtbot.waitUntil(lambda: "Créer un Comptexpert" in words_of(running.window))
    assert len(begun) == 1


def test_a_window_that_stays_is_whole_when_it_comes_back(running, qtbot):
    running.show()
    qtbot.waitUntil(lambda: "Créer un Comptexpert" in words_of(running.window))
    running.window.stays = True
    assert running.window.close()
    assert not running.window.isVisible()
    running.window.come_forward()
    qtbot.waitUntil(running.window.content.isVisible)
    assert running.window.content.home.isVisible()


def test_it_ends_in_order_while_its_window_is_put_away(running, vault, qtbot):
    running.show()
    qtbot.waitUntil(lambda: "Créer un Comptexpert" in words_of(running.window))
    running.window.content.open(NewSignup())
    QTest.keyClick(running.window.findChild(QWidget, "profileList"), Qt.Key.Key_Down)
    running.window.stays = True
    running.window.close()
    running.close()
    assert "store-0" not in names()
    stores = wiring.open_stores(running.settings, vault=vault)
    assert len(signup.drafts(stores)) == 1
    stores.close()
