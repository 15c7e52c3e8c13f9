"""Ask which way an address goes: the script of an automatic proxy configuration, or the settings of the system.

A script is read once, from a file or directly from its address, and run in a process of its own, which is ended when an
answer takes too long. The system is asked in such a process too: it may look for a script of its own, on the network.
What cannot be read, run or understood is no way round the proxy: the answer is an error.
"""

from __future__ import annotations

import atexit
import json
import queue
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from comptexpert_desktop.adapters.http_library import httpx

MAX_BYTES = 1024 * 1024
ANSWER_SECONDS = 5.0
FETCH_SECONDS = 10.0
KEPT_SECONDS = 300.0
"""After so long the script is read again: the network may be another one."""
SCRIPT_ENGINE, SYSTEM_ENGINE = "comptexpert_desktop.app.pac_engine", "comptexpert_desktop.app.system_proxy"
OF_THE_SYSTEM = ""
"""Stands for the address of a script where the settings of the system are asked."""
COMMAND_OF_WINDOWS = "comptexpert-command.exe"
_NO_CONSOLE = 0
if sys.platform == "win32":
    _NO_CONSOLE = subprocess.CREATE_NO_WINDOW
KINDS = {"PROXY": "http", "HTTP": "http", "HTTPS": "https", "SOCKS": "socks5", "SOCKS4": "socks4", "SOCKS5": "socks5"}


class PacError(Exception):
    """The script cannot be read or run, or says nothing that can be understood."""


@dataclass(frozen=True, slots=True)
class Way:
    """What a script says of an address; direct when there is no scheme."""

    scheme: str = ""
    place: str = ""
    """Host and port of the proxy."""


def first_way(answer: str) -> Way:
    """Read the first way of an answer (`PROXY host:port; DIRECT`); raises PacError for what means nothing."""
    word = answer.split(";", maxsplit=1)[0].strip()
    kind, _, place = word.partition(" ")
    if kind.upper() == "DIRECT" and not place.strip():
        return Way()
    scheme = KINDS.get(kind.upper())
    if scheme is None or not place.strip() or " " in place.strip():
        raise PacError(f"no way: {word[:60]}")
    return Way(scheme, place.strip())


class Script:
    """One script, at one address; the choice of the system where there is none."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._read_at = 0.0

    def way(self, url: str) -> Way:
        """Return the way of an address; raises PacError. A path and a query are not shown to the script."""
        parts = urlsplit(url)
        with self._lock:
            return first_way(self._ask(f"{parts.scheme}://{parts.netloc}/"))

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _ask(self, url: str) -> str:
        if self._process is None or time.monotonic() - self._read_at > KEPT_SECONDS:
            self._end()
            self._start()
        try:
            self._tell(url)
            found = json.loads(self._answers.get(timeout=ANSWER_SECONDS))
        except (OSError, queue.Empty, ValueError) as error:
            self._end()
            raise PacError("the script does not answer") from error
        if not isinstance(found, str):
            raise PacError("the script says nothing of the address")
        return found

    def _start(self) -> None:
        script = read(self._address) if self._address else None
        self._process = subprocess.Popen(  # noqa: S603  our own program, and a module of ours
            [python_program(), "-m", SYSTEM_ENGINE if script is None else SCRIPT_ENGINE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            creationflags=_NO_CONSOLE,
        )
        self._answers = queue.SimpleQueue()
        threading.Thread(target=_pour, args=(self._process, self._answers), name="pac", daemon=True).start()
        self._read_at = time.monotonic()
        try:
            if script is not None:
                self._tell(script)
        except OSError as error:
            self._end()
            raise PacError("the script cannot be run") from error

    def _tell(self, text: str) -> None:
        if self._process is None or self._process.stdin is None:
            raise BrokenPipeError
        self._process.stdin.write(json.dumps(text) + "\n")
        self._process.stdin.flush()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdin is not None:
                with suppress(OSError):  # what it did not read
                    self._process.stdin.close()
            self._process = None


@cache
def script_at(address: str) -> Script:
    """Return the one script of an address; its process ends with ours."""
    script = Script(address)
    atexit.register(script.close)
    return script


def python_program() -> str:
    """Return what runs our own programs; on Windows the window's own has no stdin, and the command beside it has."""
    if sys.platform == "win32" and getattr(sys, "frozen", False):
        return str(Path(sys.executable).with_name(COMMAND_OF_WINDOWS))
    return sys.executable


def _pour(process: subprocess.Popen[str], answers: queue.SimpleQueue[str]) -> None:
    if process.stdout is not None:
        with process.stdout as lines:
            for line in lines:
                answers.put(line)
    answers.put("")  # it ended: nobody waits for an answer


def read(address: str) -> str:
    """Read a script from a file or from its address, which no proxy leads to; raises PacError."""
    parts = urlsplit(address)
    try:
        content = _of_file(url2pathname(parts.path)) if parts.scheme == "file" else _fetched(address)
    except (OSError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise PacError("the script cannot be read") from error
    if len(content) > MAX_BYTES:
        raise PacError("the script is too large")
    return content.decode("utf-8", "replace").removeprefix("\ufeff")


def _of_file(name: str) -> bytes:
    with Path(name).open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _fetched(address: str) -> bytes:
    content = bytearray()
    until = time.monotonic() + FETCH_SECONDS
    with (
        httpx.Client(trust_env=False, follow_redirects=False, timeout=FETCH_SECONDS) as client,
        client.stream("GET", address) as response,
    ):
        response.raise_for_status()
        for part in response.iter_bytes():
            content += part
            if len(content) > MAX_BYTES or time.monotonic() > until:
                break
    return bytes(content)
