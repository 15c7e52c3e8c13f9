"""The notification area of a real desktop: an X screen, a session bus, and the watcher that panels register with.

The icon, its words and its menu are asked for over the bus, as a panel does.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, closing, contextmanager

import pytest
from jeepney import DBusAddress, HeaderFields, MessageType, Properties, new_error, new_method_call, new_method_return
from jeepney.io.blocking import open_dbus_connection

from comptexpert_desktop.rehearsal import secret_service

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(sys.platform != "linux", reason="X is the screen of Linux"),
    pytest.mark.skipif(shutil.which("gnome-keyring-daemon") is None, reason="a session bus with a keyring is needed"),
]

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
BUS = DBusAddress("/org/freedesktop/DBus", bus_name="org.freedesktop.DBus", interface="org.freedesktop.DBus")
SERVER = "http://127.0.0.1:9"


class Panel:
    """Owns the watcher's name, and hears which icons register."""

    def __init__(self, bus: str) -> None:
        self.items: list[str] = []
        self._connection = open_dbus_connection(bus)
        self._connection.send_and_get_reply(new_method_call(BUS, "RequestName", "su", (WATCHER, 4)))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._connection.close()

    def _serve(self) -> None:
        while True:
            try:
                message = self._connection.receive()
            except (OSError, EOFError):
                return
            if message.header.message_type is not MessageType.method_call:
                continue
            member = message.header.fields[HeaderFields.member]
            if member == "RegisterStatusNotifierItem":
                self.items.append(message.body[0])
                self._connection.send(new_method_return(message))
            elif member == "Get":
                values = {"IsStatusNotifierHostRegistered": ("b", True), "ProtocolVersion": ("i", 0)}
                self._connection.send(new_method_return(message, "v", (values.get(message.body[1], ("as", [])),)))
            else:
                self._connection.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))


class Icon:
    """What a panel asks of one icon."""

    def __init__(self, name: str, *, bus: str) -> None:
        self._bus = open_dbus_connection(bus)
        self._item = DBusAddress("/StatusNotifierItem", bus_name=name, interface=ITEM)
        menu = self._ask(Properties(self._item).get("Menu"))[0][1]
        self._menu = DBusAddress(menu, bus_name=name, interface=MENU)

    def close(self) -> None:
        self._bus.close()

    def words(self) -> str:
        """The tool tip: its title, then its text."""
        tip = self._ask(Properties(self._item).get("ToolTip"))[0][1]
        return f"{tip[2]}\n{tip[3]}"

    def entries(self) -> dict[str, int]:
        _revision, (_root, _properties, children) = self._ask(
            new_method_call(self._menu, "GetLayout", "iias", (0, -1, ["label"]))
        )
        told = {child[1][1]["label"][1].replace("_", ""): child[1][0] for child in children}
        return {label: number for label, number in told.items() if label}

    def choose(self, label: str) -> None:
        self._ask(new_method_call(self._menu, "Event", "isvu", (self.entries()[label], "clicked", ("s", ""), 0)))

    def click(self) -> None:
        self._ask(new_method_call(self._item, "Activate", "ii", (10, 10)))

    def _ask(self, message):
        reply = self._bus.send_and_get_reply(message, timeout=5)
        assert reply.header.message_type is MessageType.method_return, reply.body
        return reply.body


@pytest.fixture
def environment(tmp_path_factory):
    """A screen with a window manager and a session bus, and nothing else: other programs would put their icons there."""
    assert all(map(shutil.which, ("Xvfb", "openbox", "xdotool"))), "dev.py installs them"
    folder = tmp_path_factory.mktemp("d")
    read, write = os.pipe()
    with ExitStack() as ends:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        ends.callback(server.wait)
        ends.callback(server.terminate)
        os.close(write)
        with os.fdopen(read) as told:
            display = f":{told.readline().strip()}"
        session = ends.enter_context(secret_service.session())
        own = {"DISPLAY": display, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        made = os.environ | session.environment | own
        for name in ("QT_QPA_PLATFORM", "XDG_RUNTIME_DIR", "WAYLAND_DISPLAY"):
            made.pop(name, None)
        manager = subprocess.Popen(["openbox"], env=made, stderr=subprocess.DEVNULL)
        ends.callback(manager.wait)
        ends.callback(manager.terminate)
        yield made


@contextmanager
def running(command, environment):
    """Run the program; where the test fails, print where each of its threads stood."""
    with tempfile.TemporaryFile("w+") as errors:
        application = subprocess.Popen(command, env=environment, stderr=errors)
        try:
            yield application
        except BaseException:
            application.send_signal(signal.SIGABRT)
            application.wait()
            errors.seek(0)
            print(errors.read())
            raise
        finally:
            application.kill()
            application.wait()


def is_shown(environment) -> bool:
    command = ["xdotool", "search", "--onlyvisible", "--name", "^Comptexpert$"]
    return bool(subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout.split())


def is_closed_by_key(environment) -> bool:
    """Press Alt+F4 as a person does, who presses again when the window manager had not taken the keyboard yet."""
    activate = ["xdotool", "search", "--onlyvisible", "--name", "^Comptexpert$", "windowactivate", "--sync"]
    subprocess.run(activate, env=environment, check=False, timeout=10)
    subprocess.run(["xdotool", "key", "alt+F4"], env=environment, check=True)
    until = time.monotonic() + 3
    while is_shown(environment) and time.monotonic() < until:
        time.sleep(0.1)  # other programs: nobody tells when they have done it
    return not is_shown(environment)


def wait_until(condition, what: str):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.1)  # other programs: nobody tells when they have done it
    return pytest.fail(f"within 30 seconds: {what}")


def test_the_program_lives_in_the_notification_area_until_it_is_told_to_quit(environment):
    folder = environment["HOME"]
    command = [sys.executable, "-X", "faulthandler", "-m", "comptexpert_desktop"]
    command += ["--server", SERVER, "--data-dir", f"{folder}/data"]
    bus = environment["DBUS_SESSION_BUS_ADDRESS"]
    with ExitStack() as ends:
        panel = ends.enter_context(closing(Panel(bus)))
        application = ends.enter_context(running([*command, "--at-sign-in"], environment))
        name = wait_until(lambda: panel.items, "the icon registers")[0]
        icon = ends.enter_context(closing(Icon(name, bus=bus)))
        assert not is_shown(environment)
        assert set(icon.entries()) == {"Ouvrir", "Synchroniser", "Quitter"}
        wait_until(lambda: "Hors ligne" in icon.words(), "the state in words")

        icon.click()
        wait_until(lambda: is_shown(environment), "a click opens the window")
        wait_until(lambda: is_closed_by_key(environment), "closing puts the window away")
        assert application.poll() is None

        second = subprocess.run(command, env=environment, timeout=30, check=False, stderr=subprocess.DEVNULL)
        assert second.returncode == 0
        wait_until(lambda: is_shown(environment), "a second start brings the window back")

        icon.choose("Quitter")
        assert application.wait(timeout=20) == 0
