"""One window for a session and a data folder: the second start brings the first window forward, and ends.

A lock says who came first; the system gives it back when its holder dies, so that what a crash left behind is no
obstacle. Through the socket beside it one can only ask that the window come forward, with an address of `ADDRESSES`; a
start of the version that was installed since says so, and the window may leave its place to it.
"""

from __future__ import annotations

import binascii
import logging
import os
import re
import stat
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import StoreError
from comptexpert_desktop.store.file_lock import FileLock

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)

SCHEME = "comptexpert:"
SIGN_UP, FOLLOW_UP = "comptexpert:inscription", "comptexpert:activation"
ADDRESSES = frozenset({SIGN_UP, FOLLOW_UP})
"""What a page may link to: the two open a screen, and do nothing."""
_NUMBER = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
CASE = re.compile(rf"comptexpert:delegation/{_NUMBER}")
"""And a delegation, which is shown, as far as this account sees it."""
CABINET = re.compile(rf"comptexpert:cabinet/{_NUMBER}")
"""And the page of a cabinet, if this account grants there."""
MAX_WORD = 512
ANSWER = b"ok\n"
LEAVES = b"go\n"
"""Everything is on disk, and the place will be free: the start that asked opens its own window."""
NOTHING = "-"
TIMEOUT_SECONDS = 3.0
"""How long a second start waits for the first to listen, before it opens a window after all."""
LEAVE_SECONDS = 20.0
"""How long it waits for a window that said it leaves; an end waits ten seconds for writes."""

_TOKEN = re.compile(r"[!-~]{1,256}")
_VERSION = re.compile(r"\d[0-9A-Za-z.+]{0,63}")
_PAUSE_SECONDS = 0.05
_MAX_PATH = 88
"""A socket's path has 108 bytes on Linux, 104 on macOS, and Qt adds some while it begins to listen."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a start asks of the window that is already there."""

    address: str = ""
    token: str = ""
    """By which a Wayland compositor knows that a person's gesture is behind it."""
    version: str = ""
    """Of the program that starts; empty for a start that takes no window's place."""

    def line(self) -> bytes:
        """Write it in one line."""
        words = [self.address or NOTHING, self.token or NOTHING, *([self.version] if self.version else [])]
        return f"raise {' '.join(words)}\n".encode()


def known_address(text: str) -> str:
    """Return an address that a page may link to; nothing for any other."""
    return text if text in ADDRESSES or CASE.fullmatch(text) or CABINET.fullmatch(text) else ""


def read_request(line: bytes) -> Request | None:
    """Read one line; None unless it is a request. An address that no page may link to is left out."""
    try:
        verb, address, token, *rest = line.decode("ascii").rstrip("\n").split(" ")
    except ValueError:
        return None
    if verb != "raise" or _TOKEN.fullmatch(token) is None or len(rest) > 1:
        return None
    if rest and _VERSION.fullmatch(rest[0]) is None:
        return None
    return Request(known_address(address), token if token != NOTHING else "", "".join(rest))


def token_of(environment: Mapping[str, str]) -> str:
    """Return the proof of a person's gesture that the desktop gave to this start."""
    token = environment.get("XDG_ACTIVATION_TOKEN") or environment.get("DESKTOP_STARTUP_ID") or ""
    return token if _TOKEN.fullmatch(token) else ""


class Seat:
    """The place of the one window: its lock, and the name of the socket beside it."""

    def __init__(self, data_dir: Path) -> None:
        base = _base(data_dir)
        self.socket_name = base.name if sys.platform == "win32" else f"{base}.sock"
        self._lock = FileLock(base.with_name(f"{base.name}.lock"))
        self._can_be_shared = sys.platform == "win32" or len(os.fsencode(self.socket_name)) <= _MAX_PATH

    def take(self) -> bool:
        """Take the place; False when another window holds it."""
        if not self._can_be_shared:
            log.info("no single window: the folder's name is too long")
            return True
        try:
            return self._lock.try_take()
        except (OSError, StoreError) as error:  # a folder that takes no lock: every start has its window
            log.info("no single window: %s", type(error).__name__)
            return True

    def release(self) -> None:
        """Leave the place to the next start."""
        self._lock.release()

    def ask(self, request: Request, *, timeout: float = TIMEOUT_SECONDS) -> bool:
        """Ask the window that holds the place to come forward; False when it does not answer, or leaves its place.

        A window of before there were versions in a request answers one without.
        """
        until = time.monotonic() + timeout
        lines = [request.line(), replace(request, version="").line()]
        while True:
            for line in lines:
                answer = self._answer(line, seconds=timeout)
                if answer == ANSWER:
                    return True
                if answer == LEAVES:
                    self._take_within(LEAVE_SECONDS)
                    return False
            if time.monotonic() > until:
                return False
            time.sleep(_PAUSE_SECONDS)

    def _answer(self, line: bytes, *, seconds: float) -> bytes:
        try:
            return _exchange(self.socket_name, line, seconds=seconds)
        except OSError:
            return b""

    def _take_within(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.take() and time.monotonic() < until:
            time.sleep(_PAUSE_SECONDS)


def _base(data_dir: Path) -> Path:
    """Return the beginning of the names: in the session's own folder where there is one, else in the data folder."""
    digest = binascii.crc32(os.fsencode(os.path.realpath(data_dir)))
    folder = _runtime_folder(os.environ.get("XDG_RUNTIME_DIR", "")) or data_dir
    return folder / f"comptexpert-{digest:08x}-{_session(os.environ)}"


def _session(environment: Mapping[str, str]) -> str:
    """Name the screen that the windows of this session are on."""
    names = ("SESSIONNAME",) if sys.platform == "win32" else ("WAYLAND_DISPLAY", "DISPLAY")
    found = next((environment[name] for name in names if environment.get(name)), "here")
    return re.sub(r"[^A-Za-z0-9.-]", "_", found.rsplit("/", 1)[-1])[:24]


def _runtime_folder(name: str) -> Path | None:
    """Return the session's folder if it is one, ours, and closed to others."""
    try:
        found = Path(name).stat()
    except OSError:
        return None
    is_ours = False
    if name and sys.platform != "win32":
        is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    return Path(name) if is_ours else None


if sys.platform == "win32":
    import ctypes

    def _exchange(socket_name: str, line: bytes, *, seconds: float) -> bytes:  # noqa: ARG001  a pipe of Windows has no clock
        ctypes.windll.user32.AllowSetForegroundWindow(-1)  # the person started us: the other may come forward
        with open(rf"\\.\pipe\{socket_name}", "r+b", buffering=0) as pipe:  # noqa: PTH123  a name, not a path
            pipe.write(line)
            return pipe.read(len(ANSWER))

else:

    def _exchange(socket_name: str, line: bytes, *, seconds: float) -> bytes:
        import socket  # noqa: PLC0415  (a first start, which is nearly every one, asks nobody)

        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(seconds)
            connection.connect(socket_name)
            connection.sendall(line)
            return connection.recv(len(ANSWER))
