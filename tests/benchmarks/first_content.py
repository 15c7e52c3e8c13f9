"""What a person waits for at the start, beside a bare window: the content, the last change, the work and the weight.

Content is the first picture that holds the navigation and the home page; settled is the last repaint before two quiet
seconds, after which the processor time, the memory (PSS) and the wake-ups are read. Bare and ours run in turn. Run
once as a new person, and once signed in with 5,000 delegations.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TypedDict

from comptexpert_desktop.rehearsal import secret_service
from tests.benchmarks.figure import Figure

ROUNDS = int(os.environ.get("COMPTEXPERT_ROUNDS", "15"))
ROWS = 5_000
QUIET = 2.0
"""Seconds without a repaint after which nothing more is expected."""
MAX_CONTENT, MAX_SETTLED, MAX_CPU, MAX_PSS, MAX_SIGNED_IN, MAX_WAKE_UPS = 1.5, 3.0, 2.5, 1.6, 1.3, 2.0

WATCH = """
import json, os, sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
BEGAN, QUIET = float(sys.argv[1]), float(sys.argv[3])
def of(path, name):
    with open(path) as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(name))
def wake_ups():
    return sum(of(f"/proc/self/task/{task}/status", "voluntary_ctxt") for task in os.listdir("/proc/self/task"))
class Watch(QObject):
    is_content = staticmethod(lambda window: True)
    content = settled = None
    def __init__(self):
        super().__init__()
        self.timer = QTimer(self, singleShot=True, interval=int(QUIET * 1000))
        self.timer.timeout.connect(self.end)
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.UpdateRequest:
            watched.removeEventFilter(self)
            watched.event(event)  # paints the window and everything in it
            watched.installEventFilter(self)
            self.settled = time.monotonic() - BEGAN
            if self.content is None and self.is_content(watched):
                self.content = self.settled
            self.cpu = time.process_time()
            self.wake_ups = wake_ups()
            self.timer.start()
            return True
        return False
    def end(self):
        cpu, pss = time.process_time(), of("/proc/self/smaps_rollup", "Pss:") / 1024
        woken = (wake_ups() - self.wake_ups) / QUIET
        found = {"content": self.content, "settled": self.settled, "cpu": cpu, "pss": pss, "wake_ups": woken}
        print(json.dumps(found), flush=True)
        os._exit(0)
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
watch.is_content = lambda window: window.content is not None
running.window.installEventFilter(watch)
running.show()
running.application.exec()
"""
)


class Sample(TypedDict):
    """What one start measured: seconds, seconds, seconds of processor, megabytes, wake-ups a second."""

    content: float
    settled: float
    cpu: float
    pss: float
    wake_ups: float


def once(script: str, folder: str) -> Sample:
    """Run one process until it has been quiet; raise RuntimeError with what it said when it fails."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path.cwd())}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as a person starts it: compiled once
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", script, str(began), folder, str(QUIET)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(done.stderr)
    sample: Sample = json.loads(done.stdout.splitlines()[-1])
    return sample


def measure() -> list[Figure]:
    """Return the ratios of medians; rounds are taken in turn, after one for the caches."""
    bare: list[Sample] = []
    new: list[Sample] = []
    signed_in: list[Sample] = []
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryDirectory() as full, secret_service.session() as bus:
        with bus.inside():
            subprocess.run([sys.executable, "-m", "tests.benchmarks.signed_in_data", full, str(ROWS)], check=True)
        for number in range(ROUNDS + 1):
            with bus.inside():
                round_of = (once(BARE, empty), once(OURS, empty), once(OURS, full))
            if number:
                for samples, sample in zip((bare, new, signed_in), round_of, strict=True):
                    samples.append(sample)
    return [
        _ratio("content", new, bare, MAX_CONTENT),
        _ratio("settled", new, bare, MAX_SETTLED),
        _ratio("cpu", new, bare, MAX_CPU),
        _ratio("pss", new, bare, MAX_PSS, unit="MB"),
        *(
            _ratio(name, signed_in, new, MAX_SIGNED_IN, unit=unit, who="signed in ÷ signed out")
            for name, unit in (("content", "s"), ("settled", "s"), ("cpu", "s"), ("pss", "MB"))
        ),
        Figure("wake-ups a second when idle", _median("wake_ups", new), MAX_WAKE_UPS, "/s"),
    ]


def _median(name: str, samples: list[Sample]) -> float:
    return statistics.median(sample[name] for sample in samples)  # type: ignore[literal-required]


def _ratio(
    name: str, ours: list[Sample], base: list[Sample], at_most: float, *, unit: str = "s", who: str = "ours ÷ bare"
) -> Figure:
    above, below = _median(name, ours), _median(name, base)
    return Figure(f"{name}, {who}", above / below, at_most, "×", f"{above:.3f} {unit} ÷ {below:.3f} {unit}")
