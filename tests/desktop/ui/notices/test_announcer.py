"""What the desktop says: once, several at once, no name, and nothing to somebody who looks."""

from __future__ import annotations

import os
import socket
from types import SimpleNamespace

import pytest

from comptexpert_desktop.domain.notice import About, Kind, Notice
from comptexpert_desktop.store import notices as notice_store
from comptexpert_desktop.ui.notices.desktop_notifications import Announcer
from tests.desktop.ui.window_kit import NOW

NOTICES = frozenset({"notices"})


class FakeBus:
    """A bus over a pair of sockets."""

    def __init__(self):
        self.ours, self.theirs = socket.socketpair()
        self.said, self.clicks, self.is_broken = [], [], False

    def fileno(self):
        return self.ours.fileno()

    def notify(self, title, text):
        if self.is_broken:
            raise BrokenPipeError
        self.said.append((title, text))

    def click(self, token=""):
        self.clicks.append(SimpleNamespace(token=token))
        self.theirs.send(b"x")

    def read(self):
        self.ours.recv(1)
        found, self.clicks = self.clicks, []
        return found

    def close(self):
        self.ours.close()
        self.theirs.close()


@pytest.fixture
def kit(window_kit, qtbot):
    window_kit.fill()
    window_kit.sign_in_before()
    window_kit.show()
    window_kit.bus = FakeBus()
    window_kit.requested, window_kit.seen, window_kit.instead = True, False, []
    window_kit.announcer = Announcer(
        window_kit.tasks,
        window_kit.changes,
        open_bus=lambda: window_kit.bus,
        is_enabled=lambda: window_kit.requested,
        is_seen=lambda: window_kit.seen,
        fall_back=lambda title, text: window_kit.instead.append((title, text)),
        parent=window_kit.window,
    )
    window_kit.announcer._timer.setInterval(20)
    yield window_kit
    window_kit.announcer.end()
    if window_kit.bus is not None:
        window_kit.bus.close()


def shown(stores):
    return stores.account.database.one("SELECT count(*) AS many FROM notice WHERE is_shown = 1")["many"]


def arrive(kit, *kinds, is_shown=False):
    def write(stores):
        found = [Notice(os.urandom(4).hex(), kind, NOW, About(person="Hugo GARNIER")) for kind in kinds]
        with stores.account.database.transaction():
            notice_store.add(stores.account, notices=found, is_shown=is_shown)
        return NOTICES

    kit.tasks.write(kit.changes, write, wakes=False)


def test_several_are_one_notification_that_names_nobody(kit, qtbot):
    arrive(kit, Kind.REQUESTED, Kind.REQUESTED, Kind.REQUESTED, Kind.REVOKED)
    qtbot.waitUntil(lambda: bool(kit.bus.said))
    assert kit.bus.said == [("Comptexpert", "3\u00a0nouvelles demandes à décider. 1\u00a0délégation révoquée.")]


def test_each_is_said_once(kit, qtbot):
    arrive(kit, Kind.REQUESTED)
    qtbot.waitUntil(lambda: len(kit.bus.said) == 1)
    kit.changes.announce(NOTICES)
    arrive(kit, Kind.REVOKED)
    qtbot.waitUntil(lambda: len(kit.bus.said) == 2)
    assert kit.bus.said[1][1] == "1\u00a0délégation révoquée."


@pytest.mark.parametrize("why", ["not wanted", "seen", "first synchronisation"])
def test_nothing_is_said_when_it_is_not_wanted_or_seen_or_first(kit, qtbot, why):
    kit.requested, kit.seen = why != "not wanted", why == "seen"
    arrive(kit, Kind.REQUESTED, is_shown=why == "first synchronisation")
    qtbot.waitUntil(lambda: kit.read(shown, qtbot) == 1)
    qtbot.waitUntil(lambda: not kit.announcer._timer.isActive())
    assert kit.read(shown, qtbot) == 1, "the worker has told the announcer by now"
    assert kit.bus.said == []
    assert kit.instead == []


def test_a_click_asks_for_the_notices_and_hands_over_the_token(kit, qtbot, monkeypatch):
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")
    arrive(kit, Kind.REQUESTED)
    qtbot.waitUntil(lambda: bool(kit.bus.said))
    with qtbot.waitSignal(kit.announcer.clicked):
        kit.bus.click("token-1")
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "token-1"


def test_without_a_bus_the_notification_area_says_it(kit, qtbot):
    kit.bus.close()
    kit.bus = None
    arrive(kit, Kind.REQUESTED)
    qtbot.waitUntil(lambda: kit.instead == [("Comptexpert", "1\u00a0nouvelle demande à décider.")])


def test_a_bus_that_goes_away_is_left(kit, qtbot):
    arrive(kit, Kind.REQUESTED)
    qtbot.waitUntil(lambda: bool(kit.bus.said))
    kit.bus.is_broken = True
    arrive(kit, Kind.REVOKED)
    qtbot.waitUntil(lambda: bool(kit.instead))
    assert kit.announcer._bus is None
