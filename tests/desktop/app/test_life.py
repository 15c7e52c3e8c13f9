"""Life on the desktop: what a second start opens, the notification area, the end of a session."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QSystemTrayIcon, QWidget

from comptexpert_desktop import __main__
from comptexpert_desktop.app import wiring
from comptexpert_desktop.desktop import autostart, desktop_integration, logout_handler, window
from comptexpert_desktop.desktop.desktop_integration import DesktopIntegration
from comptexpert_desktop.desktop.single_instance import FOLLOW_UP, SIGN_UP, Request, Seat
from comptexpert_desktop.presentation.status_words import Status
from comptexpert_desktop.settings import Settings, keep
from comptexpert_desktop.ui.desktop import tray
from comptexpert_desktop.ui.destinations import Destination, NewSignup, ShowDelegation, ShowFirm
from comptexpert_desktop.usecases.signup import signup
from tests.desktop.app.test_single import CABINET_LINK, CASE_LINK, NUMBER
from tests.desktop.ui.walks import words_of
from tests.fakes import FakeVault, fake_gateways

if TYPE_CHECKING:
    from pathlib import Path

# Offscreen, Qt shows a tray icon in a window of its own, and looks there for an X server.
pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
SERVER = "http://127.0.0.1:9"


class Desk:
    """The window on a desktop, with or without a notification area."""

    def __init__(self, folder: Path, vault: FakeVault, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.vault, self._monkeypatch = folder, vault, monkeypatch
        self.entries: list[bool] = []
        self.running: Any = None
        self.integration: Any = None

    def start(self, *, has_tray: bool = False, address: str = "", is_unseen: bool = False) -> None:
        self._monkeypatch.setattr(tray, "is_available", lambda: has_tray)
        self._monkeypatch.setattr(autostart, "follow", lambda *, is_on, settings: self.entries.append(is_on) or False)
        self.running = window.build(Settings(server_url=SERVER, data_dir=self.folder))
        begin = partial(DesktopIntegration, self.running, seat=Seat(self.folder), address=address, is_unseen=is_unseen)
        self.running.afterwards.append(lambda content: setattr(self, "integration", begin(content)))
        if is_unseen:
            self.running.begin_unseen()
        else:
            self.running.show()

    @property
    def content(self) -> Any:
        return self.running.window.content

    def end(self) -> None:
        if self.integration is not None:
            self.integration.end()
        if self.running is not None:
            self.running.close()
            self.running.application.setQuitOnLastWindowClosed(True)


@pytest.fixture
def desk(tmp_path_factory, monkeypatch, qapp, qtbot):
    vault = FakeVault()
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr(wiring, "open_vault", lambda: vault)
    monkeypatch.setattr(wiring, "open_gateways", lambda _settings, *, vault, in_store: fake_gateways(vault=vault))
    made = Desk(tmp_path_factory.mktemp("d"), vault, monkeypatch)
    yield made
    made.end()


def begun(desk: Desk, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: desk.integration is not None)


def test_a_page_opens_a_blank_form_to_sign_up(desk, qtbot):
    desk.start()
    begun(desk, qtbot)
    desk.integration.socket.asked.emit(Request(SIGN_UP))
    qtbot.waitUntil(lambda: desk.running.window.findChild(QWidget, "profileList").isVisible())


def test_the_first_start_follows_its_address_too(desk, qtbot):
    desk.start(address=SIGN_UP)
    begun(desk, qtbot)
    qtbot.waitUntil(lambda: desk.running.window.findChild(QWidget, "profileList") is not None)


def test_an_activation_page_leads_back_to_the_list(desk, qtbot):
    desk.start()
    begun(desk, qtbot)
    desk.integration.answer(Request(FOLLOW_UP))
    qtbot.waitUntil(lambda: "Mes inscriptions" in words_of(desk.content.stack.currentWidget()))


@pytest.mark.parametrize(
    ("link", "screen"),
    [
        (CASE_LINK, ShowDelegation(delegation_id=NUMBER)),
        (CABINET_LINK, ShowFirm(firm_id=NUMBER)),
    ],
)
def test_the_link_of_a_mail_opens_its_page_for_whoever_is_signed_in_or_not(desk, qtbot, link, screen):
    desk.start()
    begun(desk, qtbot)
    desk.integration.answer(Request(link))
    assert desk.content.history.move(0) == screen
    assert desk.content.stack.key == screen.screen
    assert "Exception" not in words_of(desk.content)


@pytest.mark.parametrize("link", [SIGN_UP, CASE_LINK, CABINET_LINK])
def test_nothing_opens_behind_the_cover_of_a_locked_desk(desk, qtbot, monkeypatch, link):
    desk.start()
    begun(desk, qtbot)
    cover = desk.content.cover()
    monkeypatch.setattr(cover, "follow", lambda _summary: None)  # nobody is signed in: it would uncover at once
    cover._put_on()
    assert cover.is_on
    before = desk.content.stack.currentWidget()
    desk.integration.answer(Request(link))
    assert desk.content.stack.currentWidget() is before


def test_the_proof_of_a_gesture_reaches_the_system(desk, qtbot, monkeypatch):
    monkeypatch.delenv("XDG_ACTIVATION_TOKEN", raising=False)
    desk.start()
    begun(desk, qtbot)
    desk.integration.answer(Request(token="wl-7"))
    assert os.environ.pop("XDG_ACTIVATION_TOKEN") == "wl-7"


def test_a_minimised_window_comes_back(desk, qtbot):
    desk.start()
    begun(desk, qtbot)
    desk.running.window.showMinimized()
    desk.integration.answer(Request())
    assert not desk.running.window.isMinimized()
    assert desk.running.window.isVisible()


def test_without_a_notification_area_closing_ends_the_program(desk, qtbot):
    desk.start()
    begun(desk, qtbot)
    assert desk.integration.tray is None
    assert not desk.running.window.stays
    desk.running.window.close()
    assert not desk.content.isVisible()
    assert desk.running.application.quitOnLastWindowClosed()


def test_with_one_closing_puts_the_window_away_and_says_so_once(desk, qtbot, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda _self, _title, text, *_rest: said.append(text))
    desk.start(has_tray=True)
    begun(desk, qtbot)
    for _ in range(2):
        desk.running.window.close()
        assert not desk.running.window.isVisible()
        desk.integration.tray.menu.actions()[0].trigger()
        assert desk.running.window.isVisible()
    assert said == [tray.STAYS]
    assert not desk.running.application.quitOnLastWindowClosed()


def test_the_menu_opens_synchronises_and_quits(desk, qtbot):
    desk.start(has_tray=True)
    begun(desk, qtbot)
    menu = desk.integration.tray.menu
    assert [action.text().replace("&", "") for action in menu.actions()] == ["Ouvrir", "Synchroniser", "Quitter"]
    qtbot.waitUntil(lambda: not desk.running.sync.is_turning)
    with qtbot.waitSignal(desk.running.sync.turning):
        menu.actions()[1].trigger()
    quits: list[bool] = []
    desk.integration.tray.quit_requested.connect(lambda: quits.append(True))
    menu.actions()[2].trigger()
    assert quits == [True]


def test_there_is_a_key_to_quit_where_closing_does_not(desk, qtbot):
    desk.start(has_tray=True)
    begun(desk, qtbot)
    keys = {shortcut.key().toString() for shortcut in desk.running.window.findChildren(QShortcut)}
    assert "Ctrl+Q" in keys


def test_the_icon_says_the_state_in_words(desk, qtbot):
    desk.start(has_tray=True)
    begun(desk, qtbot)
    qtbot.waitUntil(lambda: desk.integration.tray.icon.toolTip() != "Comptexpert")
    desk.content.status_read.emit(Status("Révocation non transmise", "alert-circle", "danger", "PAS ENCORE EFFECTIF"))
    assert desk.integration.tray.icon.toolTip() == "Comptexpert\nRévocation non transmise, PAS ENCORE EFFECTIF"


def test_a_click_on_the_icon_opens_and_a_right_click_does_not(desk, qtbot):
    desk.start(has_tray=True, is_unseen=True)
    assert not desk.running.window.isVisible()
    desk.integration.tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Context)
    assert not desk.running.window.isVisible()
    desk.integration.tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert desk.running.window.isVisible()


@pytest.mark.parametrize(("platform", "comes_back"), [("darwin", True), ("linux", False)])
def test_a_click_in_the_dock_of_macos_brings_the_window_back(desk, qtbot, monkeypatch, platform, comes_back):
    desk.start(has_tray=True)
    begun(desk, qtbot)
    desk.running.window.close()
    monkeypatch.setattr(sys, "platform", platform)
    desk.integration.tray = desk.integration._tray()
    desk.running.application.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert desk.running.window.isVisible() is comes_back


def test_out_of_sight_is_minimised_where_no_notification_area_comes(desk, qtbot, monkeypatch):
    monkeypatch.setattr(desktop_integration, "PANEL_MS", 1)
    desk.start(is_unseen=True)
    assert not desk.running.window.isVisible()
    qtbot.waitUntil(desk.running.window.isMinimized)


def test_a_panel_that_comes_later_than_the_program_is_found(desk, qtbot, monkeypatch):
    monkeypatch.setattr(desktop_integration, "PANEL_MS", 1)
    desk.start(is_unseen=True)
    monkeypatch.setattr(tray, "is_available", lambda: True)
    qtbot.waitUntil(lambda: desk.integration.tray is not None)
    assert not desk.running.window.isVisible()
    assert desk.running.window.stays


@pytest.mark.parametrize("is_on", [True, False])
def test_the_next_start_follows_the_setting(desk, is_on, qtbot):
    keep(desk.folder, choices={"start_at_sign_in": is_on})
    desk.start()
    begun(desk, qtbot)
    qtbot.waitUntil(lambda: desk.entries == [is_on])


def test_a_choice_made_since_the_start_counts_at_once(desk, qtbot):
    desk.start()
    begun(desk, qtbot)
    qtbot.waitUntil(lambda: desk.entries == [False])
    desk.content.open(Destination("settings"))
    desk.content.findChild(QCheckBox, "desk-start_at_sign_in").click()
    qtbot.waitUntil(lambda: desk.entries == [False, True])


def test_an_end_of_session_waits_two_seconds_for_a_disk_that_does_not_answer(desk, qtbot, monkeypatch):
    monkeypatch.setattr(logout_handler, "MAX_SECONDS", 0.1)
    desk.start()
    begun(desk, qtbot)
    free = threading.Event()
    desk.running.tasks.read(desk.running.changes, lambda _stores: free.wait(20), lambda _value: None)
    started = time.monotonic()
    desk.integration.session_end.keep()
    desk.integration.end()
    desk.integration = None
    desk.running.close()
    took = time.monotonic() - started
    free.set()
    assert took < 3


def test_the_end_of_a_session_keeps_the_form_and_refuses_nothing(desk, qtbot):
    desk.start()
    begun(desk, qtbot)
    desk.content.open(NewSignup())
    QTest.keyClick(desk.running.window.findChild(QWidget, "profileList"), Qt.Key.Key_Down)
    desk.integration.session_end.keep()
    stores = wiring.open_stores(desk.running.settings, vault=desk.vault)
    assert len(signup.drafts(stores)) == 1
    stores.close()


def test_macos_hands_addresses_over_as_events():
    script = """
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from comptexpert_desktop.app.macos_application import Application
application, heard = Application([]), []
application.sendEvent(application, QFileOpenEvent(QUrl("comptexpert:inscription")))
application.address_opened.connect(lambda: heard.extend(application.take()))
application.sendEvent(application, QFileOpenEvent(QUrl("comptexpert:activation")))
print(heard, application.take())
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "['comptexpert:inscription', 'comptexpert:activation'] []"


def test_the_command_line_takes_an_address_of_the_list_and_no_other(monkeypatch, capsys):
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(window, "run", lambda _settings, **options: calls.append(options) or 0)
    assert __main__.main([SIGN_UP]) == 0
    assert __main__.main(["comptexpert:quitter"]) == 0
    assert __main__.main([CABINET_LINK]) == 0
    assert __main__.main([f"{CABINET_LINK}/fin"]) == 0
    assert __main__.main(["--at-sign-in"]) == 0
    assert [call["address"] for call in calls] == [SIGN_UP, "", CABINET_LINK, "", ""]
    assert [call["is_unseen"] for call in calls] == [False, False, False, False, True]
    with pytest.raises(SystemExit) as ended:
        __main__.main([SIGN_UP, "outbox"])
    assert ended.value.code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_two_starts_make_one_window_and_the_end_of_the_session_ends_it(tmp_path_factory):
    folder = tmp_path_factory.mktemp("d")
    environment = {name: value for name, value in os.environ.items() if name != "XDG_RUNTIME_DIR"}
    environment |= {"QT_QPA_PLATFORM": "offscreen", "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    command = [sys.executable, "-m", "comptexpert_desktop", "--server", SERVER, "--data-dir", str(folder)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as first:
        try:
            until = time.monotonic() + 30
            while not list(folder.glob("*.sock")) and time.monotonic() < until:
                time.sleep(0.05)  # another program: nobody tells us that it listens
            second = subprocess.run([*command, SIGN_UP], env=environment, timeout=30, check=False)
            assert second.returncode == 0
            assert first.poll() is None
            started = time.monotonic()
            first.send_signal(signal.SIGTERM)
            _, told = first.communicate(timeout=30)
        finally:
            first.kill()
    assert first.returncode == 0, told
    assert time.monotonic() - started < 10
    assert not list(folder.glob("*.sock"))
