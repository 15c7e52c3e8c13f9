"""« Identifiants enregistrés »: several accounts on one machine, seen, changed and forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMenu, QPushButton, QWidget

from comptexpert_desktop.domain.delegation import NewRequest
from comptexpert_desktop.domain.session import OwnSession
from comptexpert_desktop.errors import Unreachable, VaultLocked
from comptexpert_desktop.presentation.vault import words
from comptexpert_desktop.ui.destinations import VAULT, Destination
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.session import accounts, session
from comptexpert_desktop.usecases.session.accounts import Held
from comptexpert_desktop.usecases.support import status
from tests.desktop.ui import walks
from tests.desktop.ui.window_kit import NOW, WindowKit
from tests.fakes import an_account, an_entry

CLAIRE, KARIM = an_account(), an_account("karim.leroux", may_grant=False)
REQUEST = NewRequest("jesignexpert", ("prepare",), an_entry().entry_id, "Claire AUBIER", "", "Envois de la paie")
ELSEWHERE = OwnSession(
    id="far", kind="browser", client="", device="Firefox sur Windows", signed_in_at=NOW, used_at=NOW, is_this_one=False
)


@pytest.fixture
def desk(tmp_path, qtbot):
    """Karim signed in yesterday, Claire is at the desk."""
    made = WindowKit(tmp_path)
    made.fill()
    made.sign_in_before(may_grant=False)
    made.now = NOW + timedelta(days=1)
    made.sign_in_before()
    made.tasks.write(made.changes, lambda stores: session.restore(stores, session=made.gateways.session))
    made.show()
    yield made
    made.close()


def open_screen(desk, qtbot):
    screen = desk.window.open(Destination(VAULT))
    qtbot.waitUntil(lambda: desk.is_shown("forget-claire.aubier") or "Aucun compte" in walks.words_of(screen))
    return screen


def press(desk, qtbot, name, *, confirmed=False):
    desk.find(QPushButton, name).click()
    if confirmed:
        dialog = desk.window.findChild(QDialog)
        assert dialog is not None
        dialog.confirm_button.click()


def logins(desk, qtbot):
    return [one.login_id for one in desk.read(accounts.saved, qtbot)]


def test_each_account_is_shown_with_its_site_its_dates_and_its_state(desk, qtbot):
    screen = open_screen(desk, qtbot)
    shown = walks.words_of(screen)
    for word in ("claire.aubier", "karim.leroux", "127.0.0.1:8000", "hier à", "Compte ouvert", "Session gardée"):
        assert word in shown
    assert screen.badge.text() == "Disponible"
    qtbot.waitUntil(lambda: "Fake keyring" in screen.backend.text())


def test_another_account_is_put_at_the_desk_and_nothing_is_asked(desk, qtbot):
    open_screen(desk, qtbot)
    press(desk, qtbot, "use-karim.leroux")
    qtbot.waitUntil(lambda: desk.window.navigation.account.login.text() == "karim.leroux")
    assert desk.window.navigation.account.sign_in_button.isHidden()
    assert logins(desk, qtbot) == ["karim.leroux", "claire.aubier"]


def test_the_account_box_offers_the_other_accounts(desk, qtbot):
    box = desk.window.navigation.account
    qtbot.waitUntil(lambda: not box.switch_button.isHidden())
    box.switch_button.click()
    menu = box.findChild(QMenu, "switchAccountMenu")
    offered = {action.text(): action for action in menu.actions() if isinstance(action, QAction) and action.text()}
    assert set(offered) == {"karim.leroux", "Gérer les comptes…"}
    offered["karim.leroux"].trigger()
    menu.close()
    qtbot.waitUntil(lambda: box.login.text() == "karim.leroux")


def test_alone_there_is_nobody_to_change_with(tmp_path, qtbot):
    made = WindowKit(tmp_path)
    made.fill()
    made.sign_in_before()
    made.show()
    qtbot.waitUntil(lambda: made.window.navigation.account.login.text() == "claire.aubier")
    assert made.window.navigation.account.switch_button.isHidden()
    made.close()


def test_what_one_account_queued_stays_with_it(desk, qtbot):
    work = lambda stores: delegations.ask(stores, request=REQUEST, now=NOW, new_id=desk.new_id())  # noqa: E731
    desk.tasks.write(desk.changes, work)
    screen = open_screen(desk, qtbot)
    qtbot.waitUntil(lambda: "1\u00a0envoi en attente." in walks.words_of(screen))
    press(desk, qtbot, "use-karim.leroux")
    qtbot.waitUntil(lambda: desk.window.navigation.account.login.text() == "karim.leroux")
    assert desk.read(status.summary, qtbot).waiting == 0


def test_an_account_is_forgotten_on_the_server_and_on_the_disk(desk, qtbot):
    screen = open_screen(desk, qtbot)
    press(desk, qtbot, "forget-claire.aubier", confirmed=True)
    qtbot.waitUntil(lambda: "ne garde plus rien" in screen.banner.text())
    assert logins(desk, qtbot) == ["karim.leroux"]
    assert desk.browser.revoked == [desk.browser.live]
    assert len(list((desk.folder / "accounts").glob("*.db"))) == 1
    traces = b"".join(path.read_bytes() for path in desk.folder.rglob("*") if path.is_file())
    assert b"claire.aubier" not in traces
    assert CLAIRE.account_id.encode() not in traces


def test_before_forgetting_the_person_hears_what_is_lost(desk, qtbot):
    (saved, *_) = desk.read(accounts.saved, qtbot)
    assert "ne partiront jamais" in words.before_forgetting(replace(saved, unsent=2))
    assert "jamais" not in words.before_forgetting(saved)
    open_screen(desk, qtbot)
    press(desk, qtbot, "forget-karim.leroux")
    desk.window.findChild(QDialog).cancel_button.click()
    assert len(logins(desk, qtbot)) == 2


def test_everything_is_forgotten_at_once(desk, qtbot):
    screen = open_screen(desk, qtbot)
    press(desk, qtbot, "forgetAllButton", confirmed=True)
    qtbot.waitUntil(lambda: "Aucun compte" in walks.words_of(screen))
    assert list((desk.folder / "accounts").iterdir()) == []
    kinds = sorted(name.partition("/")[0] if name.startswith("folder/") else name[-9:] for name in desk.vault.kept)
    assert kinds == ["folder", "this-user"]  # the key of the drafts, which belong to nobody yet, and where it is found
    qtbot.waitUntil(lambda: not desk.read(status.summary, qtbot).is_signed_in)


def test_a_server_that_cannot_be_told_is_said_and_the_disk_is_cleaned_all_the_same(desk, qtbot):
    screen = open_screen(desk, qtbot)
    desk.browser.failure = Unreachable(data={"sent": False})
    press(desk, qtbot, "forget-claire.aubier", confirmed=True)
    qtbot.waitUntil(lambda: "n’a pas pu être prévenu" in screen.banner.text())
    assert logins(desk, qtbot) == ["karim.leroux"]


def test_a_locked_keyring_is_said_and_asked_again_by_one_button(desk, qtbot):
    desk.vault.failure = VaultLocked()
    desk.tasks.write(desk.changes, lambda stores: (stores.keys.cipher("x"), frozenset())[1])
    screen = open_screen(desk, qtbot)
    qtbot.waitUntil(lambda: desk.is_shown("retryVaultButton"))
    assert "Trousseau fermé" in walks.words_of(screen)
    desk.vault.failure = None
    press(desk, qtbot, "retryVaultButton")
    qtbot.waitUntil(lambda: screen.badge.text() == "Disponible")


def test_sessions_elsewhere_are_listed_and_ended(desk, qtbot):
    desk.server.other_sessions = [ELSEWHERE]
    screen = open_screen(desk, qtbot)
    qtbot.waitUntil(lambda: desk.is_shown("end-far"))
    assert "Firefox sur Windows" in walks.words_of(screen)
    assert not desk.is_shown("end-this")
    press(desk, qtbot, "end-far", confirmed=True)
    qtbot.waitUntil(lambda: desk.server.ended_sessions == ["far"])
    qtbot.waitUntil(lambda: not desk.is_shown("end-far"))


def test_sessions_are_not_known_without_a_network_and_that_is_said(desk, qtbot):
    desk.server.faults.extend([Unreachable(data={"host": "x"})] * 20)
    desk.server.sessions = lambda **_: (_ for _ in ()).throw(Unreachable(data={"host": "x"}))
    screen = open_screen(desk, qtbot)
    qtbot.waitUntil(lambda: screen.sessions.count() == 1 and screen.sessions.itemAt(0).widget().text() != "")


def test_the_screen_is_reached_from_the_settings(desk, qtbot):
    desk.window.open(Destination("settings"))
    press(desk, qtbot, "vaultButton")
    assert desk.find(QWidget, "vaultScreen") is desk.window.stack.currentWidget()


@pytest.mark.parametrize("held", Held)
def test_every_state_of_an_account_has_its_words(held):
    look = words.LOOKS[held]
    assert look.word
    assert look.text.endswith(".")


def test_every_button_of_the_screen_says_what_it_is_about(desk, qtbot):
    screen = open_screen(desk, qtbot)
    assert walks.unnamed(screen) == []
    assert desk.find(QPushButton, "forget-karim.leroux").accessibleName() == "Oublier le compte karim.leroux"
