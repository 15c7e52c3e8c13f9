"""The window that is locked without a network opens by the PIN that the person chose in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton

from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.destinations import VAULT, Destination
from comptexpert_desktop.usecases.session import pin_hash
from comptexpert_desktop.usecases.support import status
from tests.desktop.ui import walks

PIN, OTHER = "704913", "951847"


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    """Hash at the least cost: what it is otherwise is a test of its own."""
    monkeypatch.setattr(pin_hash, "ITERATIONS", 1)
    monkeypatch.setattr(pin_hash, "MEMORY_KIB", 32)


def choose(desk, qtbot):
    desk.window.open(Destination(VAULT))
    button = desk.find(QPushButton, "choosePinButton")
    qtbot.waitUntil(button.isEnabled)
    button.click()
    for name, texts in (("newPinEdit", ("123456", PIN)), ("newPinAgainEdit", (PIN,))):
        edit = desk.find(QLineEdit, name)
        for text in texts:
            edit.clear()
            qtbot.keyClicks(edit, text)
            qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.read(status.summary, qtbot).pin == "ready")


def lock_it(desk, qtbot):
    desk.find(QPushButton, "lockButton").click()
    qtbot.waitUntil(lambda: desk.is_shown("pinEdit"))


def enter(desk, qtbot, text):
    edit = desk.find(QLineEdit, "pinEdit")
    qtbot.waitUntil(edit.isEnabled)
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, Qt.Key.Key_Return)


def test_a_pin_is_chosen_and_opens_the_locked_window(desk, qtbot):
    choose(desk, qtbot)
    lock_it(desk, qtbot)
    assert desk.find(QLineEdit, "pinEdit").echoMode() is QLineEdit.EchoMode.Password
    assert walks.unnamed(desk.window.pages.currentWidget()) == []
    ways = [desk.find(QPushButton, name) for name in ("unlockPinButton", "unlockButton")]
    assert [(way.text(), way.property("variant")) for way in ways] == [
        ("Ouvrir par le PIN", "primary"),
        ("Me reconnecter dans le navigateur", "secondary"),
    ]
    enter(desk, qtbot, OTHER)
    qtbot.waitUntil(lambda: "Encore 4\u00a0tentatives" in " ".join(accessible.voice_of(desk.window).heard))
    assert desk.is_shown("lockPage")
    enter(desk, qtbot, PIN)
    qtbot.waitUntil(lambda: not desk.is_shown("lockPage"))
    assert not desk.read(status.summary, qtbot).is_locked


def test_after_five_the_page_offers_the_browser_alone(desk, qtbot):
    choose(desk, qtbot)
    lock_it(desk, qtbot)
    for _ in range(5):
        enter(desk, qtbot, OTHER)
    qtbot.waitUntil(lambda: not desk.is_shown("pinEdit"))
    assert "Cinq PIN faux" in walks.words_of(desk.window.pages.currentWidget())
    button = desk.find(QPushButton, "unlockButton")
    assert (button.text(), button.property("variant")) == ("Déverrouiller", "primary")
