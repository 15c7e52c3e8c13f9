"""The window: where one can go, what is said above every screen, what happens when a file cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMainWindow, QPushButton, QWidget

from comptexpert_desktop.errors import StoreTooNew, Unreachable, VaultLocked
from comptexpert_desktop.ui.trouble_page import TroublePage
from comptexpert_desktop.usecases import signup, status
from tests.desktop.ui.walks import rich_labels, unnamed, words_of

if TYPE_CHECKING:
    from tests.desktop.ui.window_kit import WindowKit

PLACES = ["home", "signups", "delegations", "firm", "services", "outbox", "notices", "settings"]


def shown_words(kit: WindowKit) -> str:
    return words_of(kit.window)


def test_the_window_is_called_comptexpert(window_kit: WindowKit):
    assert window_kit.window.windowTitle() == "Comptexpert"


def test_a_newcomer_sees_two_choices(window_kit: WindowKit, qtbot):
    window_kit.show()
    qtbot.waitUntil(lambda: "Non connecté" in shown_words(window_kit))
    assert window_kit.is_shown("createAccountButton")
    assert window_kit.is_shown("homeSignInButton")
    assert not window_kit.is_shown("homeServicesButton")


def test_an_expert_sees_what_waits(window_kit: WindowKit, qtbot):
    window_kit.sign_in_before()
    window_kit.show()
    qtbot.waitUntil(lambda: window_kit.is_shown("homeDelegationsButton"))
    assert "Bonjour Claire" in shown_words(window_kit)
    assert "Claire AUBIER" in shown_words(window_kit)
    assert not window_kit.is_shown("createAccountButton")


@pytest.mark.parametrize("key", PLACES)
@pytest.mark.parametrize("may_grant", [None, True, False], ids=["signed out", "expert", "staff"])
def test_every_screen_can_be_heard_and_shows_plain_text(window_kit: WindowKit, qtbot, key, may_grant):
    window_kit.fill()
    if may_grant is not None:
        window_kit.sign_in_before(may_grant=may_grant)
    window_kit.show()
    window_kit.window.open(key)
    window_kit.read(status.summary, qtbot)
    assert unnamed(window_kit.window) == []
    assert rich_labels(window_kit.window) == []


@pytest.mark.parametrize("key", PLACES)
def test_every_screen_fits_a_small_window(window_kit: WindowKit, qtbot, key):
    window_kit.fill()
    window_kit.sign_in_before()
    window_kit.window.resize(1000, 640)
    window_kit.show()
    window_kit.window.open(key)
    window_kit.read(status.summary, qtbot)
    assert (window_kit.window.width(), window_kit.window.height()) == (1000, 640)
    assert window_kit.window.minimumSizeHint().width() <= 1000
    assert window_kit.window.minimumSizeHint().height() <= 640


def test_the_keyboard_opens_the_screens(window_kit: WindowKit, qtbot):
    window_kit.show()
    qtbot.waitUntil(window_kit.window.isActiveWindow)
    QTest.keyClick(window_kit.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window_kit.is_shown("newSignupButton"))
    assert window_kit.find(QPushButton, "nav-signups").isChecked()
    QTest.keyClick(window_kit.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window_kit.is_shown("createAccountButton"))


def test_a_locked_keyring_is_said_and_can_be_tried_again(window_kit: WindowKit, qtbot):
    window_kit.vault.failure = VaultLocked()
    window_kit.show()
    qtbot.waitUntil(lambda: window_kit.window.notice.text().startswith("Le trousseau est verrouillé"))
    window_kit.vault.failure = None
    window_kit.window.notice.action_button.click()
    qtbot.waitUntil(lambda: window_kit.window.notice.text() == "")


def test_a_keyring_that_stays_locked_is_said_again(window_kit: WindowKit, qtbot):
    window_kit.vault.failure = VaultLocked()
    window_kit.show()
    qtbot.waitUntil(lambda: window_kit.window.notice.text() != "")
    window_kit.window.notice.action_button.click()
    qtbot.waitUntil(lambda: window_kit.window.trouble.text() != "")
    assert "verrouillé" in window_kit.window.notice.text()


def test_an_error_that_nobody_asked_for_is_shown(window_kit: WindowKit, qtbot):
    window_kit.show()

    def fail(_stores):
        raise VaultLocked

    window_kit.tasks.read(window_kit.changes, fail, lambda _value: None)
    qtbot.waitUntil(lambda: "trousseau" in window_kit.window.trouble.text())
    window_kit.window.open("home")
    assert window_kit.window.trouble.text() == ""


def test_a_file_of_a_newer_version_is_left_alone(window_kit: WindowKit, qtbot):
    window_kit.show()
    window_kit.read(status.summary, qtbot)
    window_kit.window.show_store_trouble(StoreTooNew(data={"file": "signup.db", "found": 9, "known": 1}))
    page = window_kit.window.centralWidget()
    assert isinstance(page, TroublePage)
    assert "signup.db" in page.banner.text()
    assert "plus récente" in page.banner.text()
    assert unnamed(window_kit.window) == []
    window_kit.window.show_store_trouble(StoreTooNew())
    assert window_kit.window.centralWidget() is page
    page.quit_button.click()
    assert not window_kit.window.isVisible()


def test_a_damaged_file_is_said_and_not_overwritten(window_kit: WindowKit, qtbot):
    path = window_kit.folder / "signup.db"
    path.write_bytes(b"Ceci n'est pas une base.")
    window_kit.show()
    qtbot.waitUntil(lambda: isinstance(window_kit.window.centralWidget(), TroublePage))
    assert path.read_bytes() == b"Ceci n'est pas une base."


def test_closing_keeps_the_form_that_is_being_filled_in(window_kit: WindowKit, qtbot):
    window_kit.fill()
    window_kit.show()
    window_kit.window.start_signup()
    qtbot.waitUntil(lambda: window_kit.is_shown("profileList"))
    QTest.keyClick(window_kit.find(QWidget, "profileList"), Qt.Key.Key_Down)
    window_kit.close()
    stores = window_kit.stores()
    assert [draft.profile for draft in signup.drafts(stores)] == ["expert_comptable"]
    stores.close()


def test_the_home_counts_the_drafts(window_kit: WindowKit, qtbot):
    window_kit.fill()
    window_kit.show()
    window_kit.window.start_signup()
    QTest.keyClick(window_kit.find(QWidget, "profileList"), Qt.Key.Key_Down)
    window_kit.window.open("home")
    qtbot.waitUntil(lambda: window_kit.is_shown("homeSignupsButton"))
    assert "1\u00a0inscription à terminer" in shown_words(window_kit)
    window_kit.find(QPushButton, "homeSignupsButton").click()
    qtbot.waitUntil(lambda: "Brouillon" in shown_words(window_kit) or window_kit.is_shown("profileList"))


class StrayWindows(QObject):
    """Notes every window that shows itself and is neither the main one nor a dialog."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        is_window = isinstance(watched, QWidget) and watched.isWindow()
        if event.type() == QEvent.Type.Show and is_window and not isinstance(watched, QMainWindow | QDialog):
            self.found.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


def test_no_part_of_a_screen_flashes_as_a_window_of_its_own(window_kit: WindowKit, qapp, qtbot):
    """A part that is shown before it has a parent is a window for an instant, and takes the focus away."""
    spy = StrayWindows()
    qapp.installEventFilter(spy)
    window_kit.fill()
    window_kit.sign_in_before()
    window_kit.show()
    for key in PLACES:
        window_kit.window.open(key)
        window_kit.read(status.summary, qtbot)
    window_kit.window.start_signup()
    window_kit.window.start_sign_in()
    window_kit.read(status.summary, qtbot)
    qapp.removeEventFilter(spy)
    assert spy.found == []


def test_the_diagnostic_of_a_network_failure_can_be_copied(window_kit: WindowKit, qtbot):
    window_kit.server.faults.extend([Unreachable("NET_TLS", data={"host": "127.0.0.1"})] * 9)
    window_kit.show()
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: "certificat" in window_kit.window.notice.text())
    window_kit.window.notice.action_button.click()
    assert "NET_TLS" in QGuiApplication.clipboard().text()


def test_the_badge_is_never_cut(window_kit: WindowKit, qtbot):
    window_kit.show()
    badge = window_kit.window.navigation.status.badge
    for words in ("Révocation non transmise", "Reconnexion demandée", "12\u00a0envois en attente"):
        badge.set_badge("alert-circle", words, "danger")
        qtbot.waitUntil(lambda: badge.width() >= badge.sizeHint().width())
