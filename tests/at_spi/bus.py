"""What a screen reader sees: a real AT-SPI bus on a screen of its own, read from another process than the window's."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections import deque
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, Properties, message_bus, new_method_call
from jeepney.io.blocking import open_dbus_connection

from comptexpert_desktop.rehearsal import secret_service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
PROGRAMS = ("dbus-daemon", "Xvfb", "openbox")
ACCESSIBLE = "org.a11y.atspi.Accessible"
FOCUSABLE, FOCUSED, SELECTED, SHOWING, VISIBLE = 11, 12, 23, 25, 30
NAMELESS_ROLES = frozenset({"panel", "filler", "unknown", "layered pane", "scroll pane", "viewport", "invalid", ""})
"""A keyboard that stands on one of these stands nowhere."""


@dataclass(frozen=True)
class Node:
    """A thing as it is told: who has it, where, what it is, what it is called, in which states."""

    owner: str
    path: str
    role: str
    name: str
    states: int
    depth: int = 0
    description: str = ""

    def has(self, state: int) -> bool:
        """Tell whether it is in a state."""
        return bool(self.states >> state & 1)

    def __str__(self) -> str:
        return f"{self.role} « {self.name} »"


@dataclass
class Desktop:
    """An X server with a window manager and an accessibility bus; `environment` is that of a program shown there."""

    environment: dict[str, str]
    connection: DBusConnection
    events: deque[Message]
    focused: tuple[str, str] | None = None
    visited: list[tuple[str, str]] = field(default_factory=list)
    """Everything that had the keyboard, in order."""
    told: deque[str] = field(default_factory=deque)
    """The names of the notifications that came on screen, in order."""

    def call(self, owner: str, path: str, method: str, *, interface: str = ACCESSIBLE) -> object:
        """Ask something of a thing; None when it is not there any more."""
        message = new_method_call(DBusAddress(path, owner, interface), method)
        answer = self.connection.send_and_get_reply(message, timeout=20)
        return answer.body[0] if answer.header.message_type is MessageType.method_return else None

    def node(self, owner: str, path: str, *, depth: int = 0) -> Node:
        """Read one thing."""
        states = self.call(owner, path, "GetState")
        role = self.call(owner, path, "GetRoleName")
        low, high = states or (0, 0)
        name, about = self._property(owner, path, "Name"), self._property(owner, path, "Description")
        return Node(owner, path, str(role or ""), name, low | high << 32, depth, about)

    def tree(self, *, is_whole: bool = False) -> list[Node]:
        """Read everything that is told, from the top; what is not on screen only when asked."""
        found: list[Node] = []
        for owner, path in self.call("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root", "GetChildren"):
            self._walk(owner, path, 0, found, is_whole=is_whole)
        return found

    def listen(self) -> None:
        """Take what arrived since the last time."""
        with suppress(TimeoutError):
            while True:
                self.connection.recv_messages(timeout=0.02)
        while self.events:
            self._take(self.events.popleft())

    def focus(self) -> Node | None:
        """Return what has the keyboard; None when nothing that is told has it."""
        self.listen()
        found = self.node(*self.focused) if self.focused else None
        return found if found is not None and found.has(FOCUSED) else None

    def take_told(self) -> list[str]:
        """Return what was announced since the last time."""
        self.listen()
        told = list(self.told)
        self.told.clear()
        return told

    def _walk(self, owner: str, path: str, depth: int, found: list[Node], *, is_whole: bool) -> None:
        node = self.node(owner, path, depth=depth)
        if depth > 1 and not node.has(SHOWING) and not is_whole:
            return
        found.append(node)
        if node.role in {"table", "list box"}:  # the cells of long lists are asked for one by one
            return
        for child in self.call(owner, path, "GetChildren") or []:
            self._walk(*child, depth + 1, found, is_whole=is_whole)

    def _property(self, owner: str, path: str, name: str) -> str:
        message = Properties(DBusAddress(path, owner, ACCESSIBLE)).get(name)
        answer = self.connection.send_and_get_reply(message, timeout=20)
        return str(answer.body[0][1]) if answer.header.message_type is MessageType.method_return else ""

    def _take(self, message) -> None:
        fields = message.header.fields
        if message.header.message_type is not MessageType.signal or fields.get(HeaderFields.member) != "StateChanged":
            return
        source = (fields[HeaderFields.sender], fields[HeaderFields.path])
        state, is_on = message.body[0], message.body[1]
        if state == "focused" and is_on:
            self.focused = source
            self.visited.append(source)
        elif state == "showing" and is_on and self.call(*source, "GetRoleName") == "notification":
            self.told.append(self._property(*source, "Name"))


@contextmanager
def desktop(folder: Path) -> Iterator[Desktop]:
    """Start a screen, a session bus and an accessibility bus of the test's own; end them afterwards."""
    launcher = next((path for path in LAUNCHERS if shutil.which(path)), "")
    assert launcher, "dev.py installs at-spi2-core"
    assert all(map(shutil.which, PROGRAMS)), "dev.py installs dbus-daemon, Xvfb and openbox"
    with ExitStack() as ends:
        environment = os.environ | {"XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
        environment.pop("QT_QPA_PLATFORM", None)
        configuration = folder / "bus.conf"
        configuration.write_text(secret_service._BUS.format(folder=folder), encoding="utf-8")
        session = _start(
            ends, ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address=1"], environment
        )
        environment["DBUS_SESSION_BUS_ADDRESS"] = session.stdout.readline().strip()
        environment["DISPLAY"] = _screen(ends, environment)
        _start(ends, ["openbox"], environment)
        _start(ends, [launcher, "--launch-immediately"], environment)
        connection = open_dbus_connection(bus=_address(environment["DBUS_SESSION_BUS_ADDRESS"]))
        ends.callback(connection.close)
        registry = DBusAddress("/org/a11y/atspi/registry", "org.a11y.atspi.Registry", "org.a11y.atspi.Registry")
        for name in ("object:state-changed:", "window:"):
            connection.send_and_get_reply(new_method_call(registry, "RegisterEvent", "s", (name,)), timeout=20)
        rule = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object", member="StateChanged")
        connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=20)
        events: deque[Message] = deque()
        ends.enter_context(connection.filter(rule, queue=events))
        yield Desktop(environment | {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}, connection, events)


def _start(ends: ExitStack, command: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
    started = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    ends.callback(end, started)
    return started


def _screen(ends: ExitStack, environment: dict[str, str]) -> str:
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
        pass_fds=[write],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    ends.callback(end, server)
    os.close(write)
    with os.fdopen(read) as told:
        return f":{told.readline().strip()}"


def _address(session: str) -> str:
    """Ask the session for its accessibility bus, once it answers."""
    connection = open_dbus_connection(bus=session)
    try:
        asked = new_method_call(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress")
        for _ in range(200):
            answer = connection.send_and_get_reply(asked, timeout=20)
            if answer.header.message_type is MessageType.method_return:
                return str(answer.body[0])
            time.sleep(0.05)
    finally:
        connection.close()
    raise AssertionError("the accessibility bus did not start")


def end(process: subprocess.Popen[str]) -> None:
    """End a program that this test started."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(BrokenPipeError):
                stream.close()
