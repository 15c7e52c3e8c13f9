"""One window for a session and a data folder: the second start brings the first window forward, and ends.

A lock says who came first; the system gives it back when its holder dies, so that what a crash left behind is no
obstacle. Through the door beside it one can only ask that the window come forward, with an address of `ADDRESSES`.
"""

from __future__ import annotations

import binascii
import logging
import os
import re
import stat
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from comptexpert_desktop.store.file_lock import FileLock

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)

SCHEME = "comptexpert:"
SIGN_UP, FOLLOW_UP = "comptexpert:inscription", "comptexpert:activation"
ADDRESSES = frozenset({SIGN_UP, FOLLOW_UP})
"""What a page may link to: the two open a screen, and do nothing."""
LONGEST_WORD = 512
ANSWER = b"ok\n"
NOTHING = "-"
PATIENCE_SECONDS = 3.0
"""How long a second start waits for the first to listen, before it opens a window after all."""

_TOKEN = re.compile(r"[!-~]{1,256}")
_LONGEST_PATH = 88
"""A socket's path has 108 bytes on Linux, 104 on macOS, and Qt adds some while it begins to listen."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a start asks of the window that is already there."""

    address: str = ""
    token: str = ""
    """By which a Wayland compositor knows that a person's gesture is behind it."""

    def line(self) -> bytes:
        """Write it in one line."""
        return f"raise {self.address or NOTHING} {self.token or NOTHING}\n".encode()


def read_request(line: bytes) -> Request | None:
    """Read one line; None unless it is a request. An address that is not in `ADDRESSES` is left out."""
    try:
        verb, address, token = line.decode("ascii").rstrip("\n").split(" ")
    except ValueError:
        return None
    if verb != "raise" or _TOKEN.fullmatch(token) is None:
        return None
    return Request(address if address in ADDRESSES else "", token if token != NOTHING else "")


def token_of(environment: Mapping[str, str]) -> str:
    """Return the proof of a person's gesture that the desktop gave to this start."""
    token = environment.get("XDG_ACTIVATION_TOKEN") or environment.get("DESKTOP_STARTUP_ID") or ""
    return token if _TOKEN.fullmatch(token) else ""


class Seat:
    """The place of the one window: its lock, and the name of the door beside it."""

    def __init__(self, data_dir: Path) -> None:
        base = _base(data_dir)
        self.door = base.name if sys.platform == "win32" else f"{base}.sock"
        self._lock = FileLock(base.with_name(f"{base.name}.lock"))
        self._can_be_shared = sys.platform == "win32" or len(os.fsencode(self.door)) <= _LONGEST_PATH

    def take(self) -> bool:
        """Take the place; False when another window holds it."""
        if not self._can_be_shared:
            log.info("no single window: the folder's name is too long")
            return True
        try:
            return self._lock.try_take()
        except OSError as error:  # a folder that takes no lock: every start has its window
            log.info("no single window: %s", type(error).__name__)
            return True

    def release(self) -> None:
        """Leave the place to the next start."""
        self._lock.release()

    def ask(self, request: Request, *, patience: float = PATIENCE_SECONDS) -> bool:
        """Ask the window that holds the place to come forward; False when it does not answer."""
        until = time.monotonic() + patience
        while True:
            try:
                if _exchange(self.door, request.line(), seconds=patience) == ANSWER:
                    return True
            except OSError:
                pass
            if time.monotonic() > until:
                return False
            time.sleep(0.05)


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
    if not name or sys.platform == "win32":
        return None
    try:
        found = Path(name).stat()
    except OSError:
        return None
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    return Path(name) if is_ours else None


if sys.platform == "win32":
    import ctypes

    def _exchange(door: str, line: bytes, *, seconds: float) -> bytes:  # noqa: ARG001  a pipe of Windows has no clock
        ctypes.windll.user32.AllowSetForegroundWindow(-1)  # the person started us: the other may come forward
        with open(rf"\\.\pipe\{door}", "r+b", buffering=0) as pipe:  # noqa: PTH123  a name, not a path
            pipe.write(line)
            return pipe.read(len(ANSWER))

else:

    def _exchange(door: str, line: bytes, *, seconds: float) -> bytes:
        import socket  # noqa: PLC0415  (a first start, which is nearly every one, asks nobody)

        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(seconds)
            connection.connect(door)
            connection.sendall(line)
            return connection.recv(len(ANSWER))
