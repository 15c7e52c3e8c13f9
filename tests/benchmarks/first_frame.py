"""First painted frame of the main window ÷ first frame of a bare window, from process start, in turn.

The first frame shows the window in its colours; what it holds is painted by the next one. Both are measured: the
first against the bare window as promised, the second with an aim of its own.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.figure import Figure, median_and_min

ROUNDS = 15

WATCH = """
import os, sys, time
from PySide6.QtCore import QEvent, QObject
class Watch(QObject):
    is_awaited = staticmethod(lambda window: True)
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.UpdateRequest and self.is_awaited(watched):
            watched.removeEventFilter(self)
            watched.event(event)  # paints the window and everything in it
            print(time.monotonic() - float(sys.argv[1]), flush=True)
            os._exit(0)
        return False
"""

BARE = (
    """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1200, 780)
"""
    + WATCH
    + """
watch = Watch()
window.installEventFilter(watch)
window.show()
app.exec()
"""
)

OURS = (
    """
import sys
from comptexpert_desktop import settings
from comptexpert_desktop.desktop import window as window_module
running = window_module.build(settings.load(data_dir=sys.argv[2], server="http://127.0.0.1:9"))
"""
    + WATCH
    + """
watch = Watch()
if sys.argv[3] == "furnished":
    watch.is_awaited = lambda window: window.content is not None
running.window.installEventFilter(watch)
running.show()
running.application.exec()
"""
)


def once(script: str, folder: str, *, frame: str = "first") -> float:
    """Run one process and return the seconds from its start to the frame."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path.cwd())}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as a person starts it: compiled once
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", script, str(started), folder, frame],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(done.stderr)
    return float(done.stdout.split()[0])


def measure() -> list[Figure]:
    """Return the ratios of medians; the rounds are taken in turn, after one for the caches."""
    bare, first, furnished = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS + 1):
            round_of = (once(BARE, folder), once(OURS, folder), once(OURS, folder, frame="furnished"))
            if number:
                for samples, seconds in zip((bare, first, furnished), round_of, strict=True):
                    samples.append(seconds)
    base = statistics.median(bare)
    detail = f"{median_and_min(first)}, bare {median_and_min(bare)}"
    return [
        Figure("first frame ÷ bare window", statistics.median(first) / base, 1.35, "×", detail),
        Figure(
            "everything painted ÷ bare window", statistics.median(furnished) / base, 2.5, "×", median_and_min(furnished)
        ),
    ]
