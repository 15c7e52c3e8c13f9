"""The first frame comes first: nothing heavy is imported before it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
HEAVY = (
    "httpx",
    "keyring",
    "cryptography",
    "asyncio",
    "sqlite3",
    "ssl",
    "truststore",
    "msgspec",
    "comptexpert_desktop.adapters",
    "comptexpert_desktop.store.database",
    "comptexpert_desktop.store.stores",
    "comptexpert_desktop.ui.window.main_window",
    "comptexpert_desktop.ui.signup.wizard",
    "comptexpert_desktop.ui.delegations.screen",
)
SCRIPT = """
import gc, json, sys, threading
from pathlib import Path
from comptexpert_desktop.desktop import window
from comptexpert_desktop.settings import Settings
from PySide6.QtCore import QEvent, QObject, QTimer

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and not seen:
            seen.update(modules=sorted(sys.modules), threads=threading.active_count())
        return False

seen = {}
running = window.build(Settings(server_url="http://127.0.0.1:9", data_dir=Path(sys.argv[1])))
watch = Watch()
running.window.installEventFilter(watch)
def later(count):
    seen.update(later=count, shown=running.window.content.home.create_choice.isVisible(), collects=gc.isenabled())
running.tasks.read(running.changes, lambda stores: threading.active_count(), later)
timer = QTimer(interval=20)
timer.timeout.connect(lambda: running.application.quit() if "later" in seen else None)
timer.start()
running.show()
running.application.exec()
running.close()
print(json.dumps(seen))
"""


def test_nothing_heavy_is_imported_before_the_first_frame(tmp_path):
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=ROOT,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert not [name for name in HEAVY if name in seen["modules"]]
    assert "comptexpert_desktop.ui.window.startup_window" in seen["modules"]
    assert seen["threads"] == 1
    assert seen["later"] > 1
    assert seen["shown"]
    assert seen["collects"]
