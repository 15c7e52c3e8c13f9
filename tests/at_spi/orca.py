"""Orca itself, on the screen of a test: what it says aloud, read from its debug log as it writes it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import threading
import time
import tty
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.at_spi import bus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SPOKEN = re.compile(r"SPEECH OUTPUT: '(.*?)'(?: voice=\w+)? ?(?:\{.*|None)?$")
WITHOUT_A_VOICE = """from orca import speechdispatcherfactory

speechdispatcherfactory.SpeechServer.getSpeechServer = staticmethod(lambda info=None: None)
"""
"""What Orca runs at its start: on a machine without a loudspeaker its voice blocks it for good."""
QUIET = 1.2
PATIENCE = 30.0


class Transcript:
    """What was said, in order; the log arrives on a terminal, for it is written there line by line."""

    def __init__(self, terminal: int) -> None:
        self.said: list[str] = []
        self.log: list[str] = []
        self._latest = time.monotonic()
        self._terminal = terminal
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_until_quiet(self) -> None:
        """Wait until nothing was written for a while."""
        begin = time.monotonic()
        while time.monotonic() - max(self._latest, begin) < QUIET and time.monotonic() < begin + PATIENCE:
            time.sleep(0.05)

    def wait_for(self, sentence: str) -> None:
        """Wait until something was said that holds a sentence."""
        end = time.monotonic() + PATIENCE
        while not any(sentence in one for one in self.said):
            assert time.monotonic() < end, f"« {sentence} » was not heard in {self.said}"
            time.sleep(0.05)

    def _read(self) -> None:
        rest = b""
        while True:
            try:
                read = os.read(self._terminal, 65536)
            except OSError:  # the other end is closed
                return
            self._latest = time.monotonic()
            *lines, rest = (rest + read).split(b"\n")
            for line in lines:
                text = line.decode("utf-8", "replace")
                self.log.append(text)
                found = SPOKEN.search(text)
                if found:
                    self.said.append(found[1])


@contextmanager
def listening(desktop: bus.Desktop, folder: Path) -> Iterator[Transcript]:
    """Start Orca on the screen of a test; end it afterwards."""
    ours, its = pty.openpty()
    tty.setraw(its)
    preferences = folder / "orca"
    preferences.mkdir()
    (preferences / "orca-customizations.py").write_text(WITHOUT_A_VOICE, encoding="utf-8")
    environment = desktop.environment | {"GSETTINGS_BACKEND": "memory", "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(
        ["orca", "--debug-file", os.ttyname(its), "--user-prefs", str(preferences)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        transcript = Transcript(ours)
        transcript.wait_for("Screen reader on")
        yield transcript
    finally:
        bus.end(process)
        os.close(its)
        os.close(ours)
