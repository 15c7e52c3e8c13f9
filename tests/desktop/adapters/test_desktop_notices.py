"""Notifications over a real session bus, with a notification service of the test's own on it."""

from __future__ import annotations

import contextlib
import select
import shutil
import subprocess
import threading
import time

import pytest

jeepney = pytest.importorskip("jeepney")

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_return, new_signal  # noqa: E402
from jeepney.bus_messages import message_bus  # noqa: E402
from jeepney.io.blocking import open_dbus_connection  # noqa: E402

from comptexpert_desktop.adapters import desktop_notices  # noqa: E402

SERVICE = "org.freedesktop.Notifications"
PATH = DBusAddress("/org/freedesktop/Notifications", interface=SERVICE)

pytestmark = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="there is no dbus-daemon")


class Service(threading.Thread):
    """A desktop that shows notifications: it remembers them, and clicks when it is told to."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.connection = open_dbus_connection(bus=address)
        self.connection.send_and_get_reply(message_bus.RequestName(SERVICE))
        self.shown, self.is_over, self.clicks = [], threading.Event(), []

    def run(self):
        while not self.is_over.is_set():
            with contextlib.suppress(TimeoutError):
                self.answer(self.connection.receive(timeout=0.05))
            while self.clicks:
                self.click(self.clicks.pop())

    def answer(self, message):
        fields = message.header.fields
        if message.header.message_type is MessageType.method_call and fields.get(HeaderFields.member) == "Notify":
            assert fields[HeaderFields.signature] == "susssasa{sv}i"
            self.shown.append(message.body)
            number = message.body[1] or 40 + len(self.shown)
            self.connection.send(new_method_return(message, "u", (number,)))

    def click(self, number):
        self.connection.send(new_signal(PATH, "ActivationToken", "us", (number, "token-1")))
        self.connection.send(new_signal(PATH, "ActionInvoked", "us", (number, "default")))


@pytest.fixture
def address(monkeypatch):
    program = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    daemon = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    found = daemon.stdout.readline().strip()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", found)
    yield found
    daemon.terminate()
    daemon.wait()
    daemon.stdout.close()


@pytest.fixture
def service(address):
    made = Service(address)
    made.start()
    yield made
    made.is_over.set()
    made.join()
    made.connection.close()


@pytest.fixture
def bus(service):
    made = desktop_notices.open_bus()
    assert made is not None
    yield made
    made.close()


def until(bus, condition):
    """Read what arrives until a condition holds; gives the clicks."""
    clicks, end = [], time.monotonic() + 5
    while not condition(clicks):
        assert time.monotonic() < end, "nothing came"
        select.select([bus.fileno()], [], [], 0.05)
        clicks += bus.read()
    return clicks


def test_a_notification_is_shown_as_the_desktop_expects_it(service, bus):
    bus.notify("Comptexpert", "3 nouvelles demandes à décider.")
    until(bus, lambda _clicks: bool(bus._shown))
    name, replaces, icon, title, text, actions, hints, stays = service.shown[0]
    assert (name, replaces, title, text) == ("Comptexpert", 0, "Comptexpert", "3 nouvelles demandes à décider.")
    assert (actions, stays) == (["default", "Ouvrir"], -1)
    assert hints["desktop-entry"] == ("s", "fr.comptexpert.desktop")
    assert icon == "fr.comptexpert.desktop"


def test_a_click_is_heard_with_what_lets_a_window_come_forward(service, bus):
    bus.notify("Comptexpert", "1 délégation révoquée.")
    until(bus, lambda _clicks: bool(bus._shown))
    service.clicks.append(next(iter(bus._shown)))
    (click,) = until(bus, bool)
    assert click.token == "token-1"


def test_a_click_on_the_notification_of_another_program_is_none_of_ours(service, bus):
    bus.notify("Comptexpert", "x")
    until(bus, lambda _clicks: bool(bus._shown))
    service.clicks += [next(iter(bus._shown)), 7]
    (click,) = until(bus, bool)
    assert click
    time.sleep(0.1)
    assert bus.read() == []


def test_the_next_one_replaces_the_last(service, bus):
    for text in ("a", "b"):
        bus.notify("Comptexpert", text)
        until(bus, lambda _clicks: not bus._asked)
    assert [shown[1] for shown in service.shown] == [0, 41]


def test_without_a_session_bus_there_is_none(monkeypatch):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")
    assert desktop_notices.open_bus() is None


def test_with_nobody_who_shows_notifications_there_is_none(address):
    found = desktop_notices.open_bus()
    assert found is None
