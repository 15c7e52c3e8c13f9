"""The window: where one can go, what is said above every screen, what happens when a file cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from comptexpert_desktop.errors import StoreTooNew, Unreachable, VaultLocked
from comptexpert_desktop.ui.destinations import Destination, NewSignup
from comptexpert_desktop.ui.window.keys_page import add_shortcuts, open_keys
from comptexpert_desktop.ui.window.main_window import MainWindow
from comptexpert_desktop.ui.window.trouble_page import TroublePage
from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.support import status
from tests.desktop.ui.walks import rich_labels, twice_used_mnemonics, unnamed, words_of

if TYPE_CHECKING:
    from tests.desktop.ui.window_kit import WindowKit

PLACES = ["home", "signups", "delegations", "rights", "firm", "services", "outbox", "notices", "settings"]


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
    window_kit.window.open(Destination(key))
    window_kit.read(status.summary, qtbot)
    assert unnamed(window_kit.window) == []
    assert rich_labels(window_kit.window) == []


@pytest.mark.parametrize("key", PLACES)
def test_every_screen_fits_a_small_window(window_kit: WindowKit, qtbot, key):
    window_kit.fill()
    window_kit.sign_in_before()
    window_kit.window.resize(1000, 640)
    window_kit.show()
    window_kit.window.open(Destination(key))
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
    qtbot.waitUntil(lambda: window_kit.window.status.notice.text().startswith("Le trousseau est verrouillé"))
    window_kit.vault.failure = None
    window_kit.window.status.notice.action_button.click()
    qtbot.waitUntil(lambda: window_kit.window.status.notice.text() == "")


def test_a_keyring_that_stays_locked_is_said_again(window_kit: WindowKit, qtbot):
    window_kit.vault.failure = VaultLocked()
    window_kit.show()
    qtbot.waitUntil(lambda: window_kit.window.status.notice.text() != "")
    window_kit.window.status.notice.action_button.click()
    qtbot.waitUntil(lambda: window_kit.window.status.trouble.text() != "")
    assert "verrouillé" in window_kit.window.status.notice.text()


def test_an_error_that_nobody_asked_for_is_shown(window_kit: WindowKit, qtbot):
    window_kit.show()

    def fail(_stores):
        raise VaultLocked

    window_kit.tasks.read(window_kit.changes, fail, lambda _value: None)
    qtbot.waitUntil(lambda: "trousseau" in window_kit.window.status.trouble.text())
    window_kit.window.open(Destination("home"))
    assert window_kit.window.status.trouble.text() == ""


def test_a_file_of_a_newer_version_is_left_alone(window_kit: WindowKit, qtbot):
    window_kit.show()
    window_kit.read(status.summary, qtbot)
    window_kit.window.show_store_trouble(StoreTooNew(data={"file": "signup.db", "found": 9, "known": 1}))
    page = window_kit.window.pages.currentWidget()
    assert isinstance(page, TroublePage)
    assert "signup.db" in page.banner.text()
    assert "plus récente" in page.banner.text()
    assert unnamed(window_kit.window) == []
    window_kit.window.show_store_trouble(StoreTooNew())
    assert window_kit.window.pages.currentWidget() is page
    page.quit_button.click()
    assert not window_kit.window.isVisible()


def test_a_damaged_file_is_put_aside_and_said_until_it_was_read(window_kit: WindowKit, qtbot):
    path = window_kit.folder / "signup.db"
    path.write_bytes(b"Ceci n'est pas une base.")
    window_kit.show()
    notice = window_kit.window.status.notice
    qtbot.waitUntil(lambda: "signup.db" in notice.text() and "signup.damaged" in notice.text())
    assert (window_kit.folder / "signup.damaged").read_bytes() == b"Ceci n'est pas une base."
    notice.action_button.click()
    qtbot.waitUntil(lambda: "signup.db" not in notice.text())


def test_closing_keeps_the_form_that_is_being_filled_in(window_kit: WindowKit, qtbot):
    window_kit.fill()
    window_kit.show()
    window_kit.window.open(NewSignup())
    qtbot.waitUntil(lambda: window_kit.is_shown("profileList"))
    QTest.keyClick(window_kit.find(QWidget, "profileList"), Qt.Key.Key_Down)
    window_kit.close()
    stores = window_kit.stores()
    assert [draft.profile for draft in signup.drafts(stores)] == ["expert_comptable"]
    stores.close()


def test_the_home_counts_the_drafts(window_kit: WindowKit, qtbot):
    window_kit.fill()
    window_kit.show()
    window_kit.window.open(NewSignup())
    QTest.keyClick(window_kit.find(QWidget, "profileList"), Qt.Key.Key_Down)
    window_kit.window.open(Destination("home"))
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
        if event.type() == QEvent.Type.Show and is_window and not isinstance(watched, MainWindow | QDialog):
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
        window_kit.window.open(Destination(key))
        window_kit.read(status.summary, qtbot)
    window_kit.window.open(NewSignup())
    window_kit.window.sign_in()
    window_kit.read(status.summary, qtbot)
    qapp.removeEventFilter(spy)
    assert spy.found == []


def test_the_diagnostic_of_a_network_failure_can_be_copied(window_kit: WindowKit, qtbot):
    window_kit.server.faults.extend([Unreachable("NET_TLS", data={"host": "127.0.0.1"})] * 9)
    window_kit.show()
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: "certificat" in window_kit.window.status.notice.text())
    window_kit.window.status.notice.action_button.click()
    assert "NET_TLS" in QGuiApplication.clipboard().text()


def test_the_badge_is_never_cut(window_kit: WindowKit, qtbot):
    window_kit.show()
    badge = window_kit.window.navigation.status.badge
    for words in ("Révocation non transmise", "Reconnexion demandée", "12\u00a0envois en attente"):
        badge.set_badge("alert-circle", words, "danger")
        qtbot.waitUntil(lambda: badge.width() >= badge.sizeHint().width())


@pytest.mark.parametrize("key", [*PLACES, "vault"])
@pytest.mark.parametrize("may_grant", [None, True, False], ids=["signed out", "expert", "staff"])
def test_every_mnemonic_of_a_screen_is_its_own(window_kit: WindowKit, qtbot, key, may_grant):
    window_kit.fill()
    if may_grant is not None:
        window_kit.sign_in_before(may_grant=may_grant)
    window_kit.show()
    screen = window_kit.window.open(Destination(key))
    window_kit.read(status.summary, qtbot)
    assert twice_used_mnemonics(screen) == []


def test_a_mnemonic_that_is_used_twice_is_seen(qtbot):
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    for words in ("&Serveur", "Sy&stème", "R&D && Cie"):
        column.addWidget(QPushButton(words))
    host.show()
    assert twice_used_mnemonics(host) == ["s"]


def test_the_keys_of_the_open_screen_are_listed(window_kit: WindowKit, qtbot):
    window_kit.fill()
    window_kit.sign_in_before()
    window_kit.show()
    window_kit.window.open(Destination("delegations"))
    qtbot.waitUntil(lambda: window_kit.is_shown("delegationTable") or "Rien à décider" in shown_words(window_kit))
    dialog = open_keys(window_kit.window)
    words = words_of(dialog)
    for title, keys in (
        ("Rechercher", "Ctrl+F"),
        ("Filtres", "F"),
        ("Accueil", "Ctrl+1"),
        ("Cette liste", "? ou Maj+F1"),
    ):
        assert title in words
        assert keys in words.splitlines()
    assert unnamed(dialog) == []
    dialog.close()


@pytest.mark.parametrize(
    ("key", "modifier"),
    [(Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier), (Qt.Key.Key_Question, Qt.KeyboardModifier.NoModifier)],
    ids=["Shift+F1", "?"],
)
def test_a_key_opens_the_page_of_keys(window_kit: WindowKit, qtbot, key, modifier):
    window_kit.show()
    add_shortcuts(window_kit.window)
    qtbot.waitUntil(window_kit.window.isActiveWindow)
    QTest.keyClick(window_kit.window, key, modifier)
    qtbot.waitUntil(lambda: window_kit.window.findChild(QDialog, "keysDialog") is not None)
    window_kit.window.findChild(QDialog, "keysDialog").close()
