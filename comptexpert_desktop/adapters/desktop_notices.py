"""The gateway to the notification service of a Linux desktop (org.freedesktop.Notifications), over its session bus.

QtDBus cannot write the unsigned number that `Notify` takes from Python, so the bus is spoken to directly; the socket is
watched by whoever has an event loop. Nothing here waits but `open_bus`, which belongs in the background.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

_SERVICE = "org.freedesktop.Notifications"
_NOTIFY = DBusAddress("/org/freedesktop/Notifications", bus_name=_SERVICE, interface=_SERVICE)
_SECONDS = 2.0
_BY_DEFAULT = -1
"""How long it stays: as long as the desktop finds right."""


@dataclass(frozen=True, slots=True)
class Click:
    """The person clicked a notification of ours; `token` lets a window come forward under Wayland."""

    token: str


class SessionBus:
    """One connection: notifications out, clicks in."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection
        self._asked: set[int] = set()
        self._shown: set[int] = set()
        self._token = ""

    def fileno(self) -> int:
        """Give the socket to watch."""
        return int(self._connection.sock.fileno())

    def notify(self, title: str, text: str) -> None:
        """Show a notification; its number comes with a later `read`."""
        replaces = max(self._shown, default=0)  # one of ours at a time: the last word replaces the one before
        body = (
            "Comptexpert",
            replaces,
            "fr.comptexpert.desktop",
            title,
            text,
            ["default", "Ouvrir"],
            _hints(),
            _BY_DEFAULT,
        )
        message = new_method_call(_NOTIFY, "Notify", "susssasa{sv}i", body)
        serial = next(self._connection.outgoing_serial)
        self._asked.add(serial)
        self._connection.send(message, serial=serial)

    def read(self) -> list[Click]:
        """Take what has arrived, without waiting."""
        clicks: list[Click] = []
        with suppress(TimeoutError):
            while True:
                message = self._connection.receive(timeout=0)
                fields = message.header.fields
                if message.header.message_type is MessageType.method_return:
                    if fields.get(HeaderFields.reply_serial) in self._asked:
                        self._asked.discard(fields[HeaderFields.reply_serial])
                        self._shown.add(int(message.body[0]))
                elif fields.get(HeaderFields.member) == "ActivationToken" and message.body[0] in self._shown:
                    self._token = str(message.body[1])
                elif fields.get(HeaderFields.member) == "ActionInvoked" and message.body[0] in self._shown:
                    clicks.append(Click(self._token))
                    self._token = ""
                elif fields.get(HeaderFields.member) == "NotificationClosed":
                    self._shown.discard(int(message.body[0]))
        return clicks

    def close(self) -> None:
        """Leave the bus."""
        with suppress(OSError):
            self._connection.close()


def open_bus() -> SessionBus | None:
    """Join the session bus; None where there is none, or nobody on it shows notifications."""
    try:
        connection = open_dbus_connection("SESSION")
    except (OSError, KeyError, ValueError):
        return None
    try:
        rule = MatchRule(type="signal", interface=_SERVICE, path="/org/freedesktop/Notifications")
        connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=_SECONDS)
        owned = connection.send_and_get_reply(message_bus.NameHasOwner(_SERVICE), timeout=_SECONDS).body[0]
        names = connection.send_and_get_reply(message_bus.ListActivatableNames(), timeout=_SECONDS).body[0]
    except (OSError, TimeoutError):
        connection.close()
        return None
    if owned or _SERVICE in names:
        return SessionBus(connection)
    connection.close()
    return None


def _hints() -> dict[str, tuple[str, object]]:
    return {"desktop-entry": ("s", "fr.comptexpert.desktop"), "category": ("s", "im.received")}
