"""First painted frame of the main window ÷ first frame of a bare window, from process start, in turn."""

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
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.UpdateRequest:
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
from comptexpert_desktop.app import window as window_module
running = window_module.build(settings.load(data_dir=sys.argv[2], server="http://127.0.0.1:9"))
"""
    + WATCH
    + """
watch = Watch()
running.window.installEventFilter(watch)
running.show()
running.application.exec()
"""
)


def once(script: str, folder: str) -> float:
    """Run one process and return the seconds from its start to its first frame."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path.cwd())}
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", script, str(started), folder],
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
    """Return the ratio of medians; the pairs are taken in turn, after one pair for the caches."""
    bare, ours = [], []
    with tempfile.TemporaryDirectory() as folder:
        once(BARE, folder), once(OURS, folder)
        for _ in range(ROUNDS):
            bare.append(once(BARE, folder))
            ours.append(once(OURS, folder))
    detail = f"ours {median_and_min(ours)}, bare {median_and_min(bare)}"
    return [Figure("first frame ÷ bare window", statistics.median(ours) / statistics.median(bare), 1.35, "×", detail)]
