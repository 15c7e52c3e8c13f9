"""The desk locks by itself or on demand, shows nothing, survives a restart, and opens only to a proof."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QPushButton

from comptexpert_desktop.errors import NotAllowed, SignInCancelled, VaultLocked
from comptexpert_desktop.settings import Preferences, Settings, load
from comptexpert_desktop.ui.destinations import VAULT, Destination
from comptexpert_desktop.ui.session.idle import Idle
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.window.main_window import ask_sign_out, switch_account
from comptexpert_desktop.usecases.session import lock
from comptexpert_desktop.usecases.support import status
from tests.desktop.ui import walks
from tests.desktop.ui.session.test_sign_in import SlowBrowser
from tests.desktop.ui.window_kit import SERVER, WindowKit
from tests.fakes import an_account


def is_covered(desk):
    return desk.is_shown("lockPage")


def locked(desk, qtbot):
    desk.find(QPushButton, "lockButton").click()
    assert is_covered(desk)  # at once, before anything is written
    qtbot.waitUntil(lambda: desk.read(status.summary, qtbot).is_locked)


def test_the_cover_shows_nothing_of_the_desk(desk, qtbot):
    ask_sign_out(desk.window)
    locked(desk, qtbot)
    qtbot.waitUntil(lambda: "claire.aubier" in walks.words_of(desk.window.pages.currentWidget()))
    assert not desk.window.navigation.isVisible()
    assert not desk.window.stack.isVisible()
    assert [dialog for dialog in desk.window.findChildren(QDialog) if dialog.isVisible()] == []
    assert walks.unnamed(desk.window.pages.currentWidget()) == []


def test_signing_in_again_with_the_password_opens_it(desk, qtbot):
    locked(desk, qtbot)
    asked = []
    sign_in = desk.browser.sign_in

    def note(*, cancelled, fresh=False, hand_over=None):
        asked.append(fresh)
        return sign_in(cancelled=cancelled, hand_over=hand_over)

    desk.browser.sign_in = note
    desk.find(QPushButton, "unlockButton").click()
    qtbot.waitUntil(lambda: not is_covered(desk))
    assert asked == [True]
    assert desk.window.navigation.isVisible()
    assert not desk.read(status.summary, qtbot).is_locked


def test_a_sign_in_that_fails_opens_nothing_and_is_said(desk, qtbot):
    locked(desk, qtbot)
    desk.browser.failure = SignInCancelled()
    desk.find(QPushButton, "unlockButton").click()
    qtbot.waitUntil(lambda: desk.is_shown("lockBanner"))
    assert is_covered(desk)
    assert desk.find(QPushButton, "unlockButton").isEnabled()


def test_who_closed_the_page_of_the_browser_opens_it_again_or_takes_its_address(desk, qtbot):
    locked(desk, qtbot)
    assert not desk.is_shown("copyUnlockButton"), "there is no page yet"
    slow = SlowBrowser(desk.browser)
    sign_in, desk.browser.sign_in = desk.browser.sign_in, slow.sign_in
    desk.find(QPushButton, "unlockButton").click()
    qtbot.waitUntil(slow.opened.is_set)
    desk.find(QPushButton, "reopenUnlockButton").click()
    qtbot.waitUntil(lambda: slow.asked == [True, True])
    QGuiApplication.clipboard().clear()
    desk.find(QPushButton, "copyUnlockButton").click()
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "http://127.0.0.1:1/page")
    assert "Elle ne sert qu’une fois" in desk.find(Banner, "lockBanner").text()
    desk.window.status.reload()
    assert desk.read(status.summary, qtbot).is_locked
    assert "Elle ne sert qu’une fois" in desk.find(Banner, "lockBanner").text(), "what the server says hides nothing"
    desk.browser.sign_in = sign_in
    slow.go.set()
    qtbot.waitUntil(lambda: not is_covered(desk))


def test_starting_again_opens_nothing(desk, qtbot, tmp_path):
    locked(desk, qtbot)
    again = WindowKit(tmp_path)
    again.vault.kept = desk.vault.kept
    again.show()
    qtbot.waitUntil(lambda: is_covered(again))
    again.close()


def test_another_person_opens_his_own_desk_and_finds_the_first_one_locked(desk, qtbot):
    locked(desk, qtbot)
    desk.browser.account = an_account("paul.marchand")
    desk.find(QPushButton, "unlockButton").click()
    qtbot.waitUntil(lambda: not is_covered(desk))
    assert desk.window.navigation.account.login.text() == "paul.marchand"
    qtbot.waitUntil(lambda: desk.window.stack.currentWidget() is desk.window.home)
    switch_account(desk.window, an_account().account_id)
    qtbot.waitUntil(lambda: is_covered(desk))


def test_an_open_keyring_proves_nothing(desk, qtbot):
    locked(desk, qtbot)
    assert not desk.is_shown("unlockVaultButton")
    stores = desk.stores()
    with pytest.raises(NotAllowed):
        lock.open_with_vault(stores)
    assert lock.is_locked(stores)
    stores.close()


def test_a_keyring_that_was_locked_too_opens_it_with_its_own_prompt(desk, qtbot):
    desk.vault.failure = VaultLocked()
    desk.tasks.write(desk.changes, lambda stores: (stores.keys.cipher("x"), frozenset())[1])
    locked(desk, qtbot)
    qtbot.waitUntil(lambda: desk.is_shown("unlockVaultButton"))
    desk.find(QPushButton, "unlockVaultButton").click()
    qtbot.waitUntil(lambda: desk.is_shown("lockBanner"))
    assert is_covered(desk)
    desk.vault.failure = None
    desk.find(QPushButton, "unlockVaultButton").click()
    qtbot.waitUntil(lambda: not is_covered(desk))


def test_one_can_leave_from_the_cover(desk, qtbot):
    locked(desk, qtbot)
    desk.find(QPushButton, "lockSignOutButton").click()
    qtbot.waitUntil(lambda: not is_covered(desk))
    assert not desk.read(status.summary, qtbot).is_signed_in


def test_nobody_signed_in_is_nothing_to_lock(tmp_path, qtbot):
    made = WindowKit(tmp_path)
    made.fill()
    made.show()
    qtbot.waitUntil(lambda: made.window.navigation.account.name.text() == "Non connecté")
    assert not made.is_shown("lockButton")
    made.window.cover().lock()
    assert not is_covered(made)
    made.close()


class Hand:
    """A clock that a test moves, and a window to touch."""

    def __init__(self):
        self.seconds, self.noticed = 0.0, 0

    def pass_minutes(self, watch, minutes):
        self.seconds += minutes * 60
        watch.look()


@pytest.fixture
def hand(qtbot):
    return Hand()


@pytest.fixture
def watch(hand, desk):
    made = Idle(minutes=lambda: 15, clock=lambda: hand.seconds, parent=desk.window)
    made.noticed.connect(lambda: setattr(hand, "noticed", hand.noticed + 1))
    return made


def test_fifteen_minutes_without_a_touch_are_noticed_once(hand, watch):
    hand.pass_minutes(watch, 14)
    assert hand.noticed == 0
    hand.pass_minutes(watch, 1)
    hand.pass_minutes(watch, 1)
    assert hand.noticed == 1


def test_a_key_or_a_return_to_the_window_is_a_touch(hand, watch, desk):
    window = desk.window.windowHandle()
    watch.follow(window)
    hand.pass_minutes(watch, 14)
    QApplication.sendEvent(window, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a"))
    hand.pass_minutes(watch, 14)
    QGuiApplication.instance().focusWindowChanged.emit(window)
    hand.pass_minutes(watch, 14)
    assert hand.noticed == 0


def test_a_mouse_that_moves_over_the_window_is_a_touch(hand, watch, desk, qtbot):
    window = desk.window.windowHandle()
    watch.follow(window)
    hand.pass_minutes(watch, 14)
    qtbot.mouseMove(window, QPoint(20, 20))
    QApplication.processEvents()
    hand.pass_minutes(watch, 14)
    assert hand.noticed == 0


def test_never_is_never(hand, qtbot):
    made = Idle(minutes=lambda: 0, clock=lambda: hand.seconds)
    with qtbot.assertNotEmitted(made.noticed):
        hand.pass_minutes(made, 60 * 24)


def test_the_window_locks_when_nobody_is_there(desk, qtbot):
    desk.window.cover().idle.noticed.emit()
    assert is_covered(desk)


def preferences(folder, **settings) -> Preferences:
    return Preferences(Settings(server_url=SERVER, data_dir=folder, **settings))


def test_the_choice_is_kept_and_a_policy_only_shortens_it(tmp_path):
    free, bound = preferences(tmp_path), preferences(tmp_path, lock_minutes=15, lock_is_imposed=True)
    assert (free.lock_minutes(), bound.lock_minutes()) == (30, 15)
    for made in (free, bound):
        made.choose_lock_minutes(0)
    assert (free.lock_minutes(), bound.lock_minutes()) == (0, 15)
    for made in (free, bound):
        made.choose_lock_minutes(5)
    assert (free.lock_minutes(), bound.lock_minutes()) == (5, 5)
    assert load(data_dir=str(tmp_path)).lock_minutes == 5


def test_a_choice_that_cannot_be_written_changes_nothing(tmp_path):
    (tmp_path / "data").write_text("Un fichier à la place du dossier.")
    made = preferences(tmp_path / "data")
    assert not made.choose_lock_minutes(5)
    assert made.lock_minutes() == 30


@pytest.mark.parametrize(
    ("most", "choices"), [(0, (5, 15, 30, 60, 0)), (15, (5, 15)), (3, (3,)), (60, (5, 15, 30, 60))]
)
def test_a_policy_takes_the_longer_choices_away(tmp_path, most, choices):
    made = preferences(tmp_path, lock_minutes=most, lock_is_imposed=True) if most else preferences(tmp_path)
    assert made.lock_choices() == choices


def test_the_delay_is_chosen_on_the_screen_of_the_accounts(desk, qtbot):
    desk.window.open(Destination(VAULT))
    choice = desk.find(QComboBox, "lockDelayChoice")
    assert choice.currentText() == "30\u00a0minutes"
    choice.setCurrentIndex(choice.findText("Jamais"))
    choice.activated.emit(choice.currentIndex())
    assert load(data_dir=str(desk.folder)).lock_minutes == 0
    desk.find(QPushButton, "lockNowButton").click()
    assert is_covered(desk)
