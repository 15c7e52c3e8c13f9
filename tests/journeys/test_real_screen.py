"""A person's path with a real mouse and keyboard, on an X server with a window manager.

Nothing of the application is imported here but the rehearsal's server: keys and clicks go through X, and what
happened is asked of the application's command line.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest

from comptexpert_desktop.rehearsal.embedded import running
from tests import made_once
from tests.journeys.journey_stage import ENTRIES

pytestmark = [
    pytest.mark.journey,
    pytest.mark.secretservice,
    pytest.mark.skipif(sys.platform != "linux", reason="X is the screen of Linux"),
]

PROGRAMS = ("Xvfb", "openbox", "xdotool")
CREATE_ACCOUNT = ("660", "163")
"""Where « Créer un Comptexpert » stands in a window of the usual size."""
STEPS = (
    ("mousemove", "--window", "{window}", *CREATE_ACCOUNT, "click", "1"),
    ("key", "Down"),
    ("key", "Down"),
    ("key", "Return"),
    ("type", "marin.kermeur@rehearsal.example"),
    ("key", "Tab"),
    ("type", "marin.kermeur"),
    ("key", "Tab"),
    ("type", "marin.kermeur"),
    ("key", "Return"),
    ("key", "Down"),
    ("key", "Tab"),
    ("type", "Marin"),
    ("key", "Tab"),
    ("type", "Kermeur"),
    ("key", "Return"),
    ("key", "Return"),
    ("key", "Return"),
)


@pytest.fixture
def screen(tmp_path):
    """An X server and a window manager; yields the environment of a program that is shown there."""
    assert all(map(shutil.which, PROGRAMS)), "dev.py installs Xvfb, openbox and xdotool"
    read, write = os.pipe()
    with ExitStack() as ends:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        ends.callback(_end, server)
        os.close(write)
        with os.fdopen(read) as told:
            display = f":{told.readline().strip()}"
        environment = os.environ | {"DISPLAY": display, "HOME": str(tmp_path)}
        environment.pop("QT_QPA_PLATFORM", None)
        manager = subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL)
        ends.callback(_end, manager)
        yield environment


def test_a_person_signs_up_with_mouse_and_keyboard(screen, tmp_path):
    folder, data_dir = tmp_path / "server", tmp_path / "application"
    folder.mkdir()
    with running(folder, entries=ENTRIES, cache=made_once.folder()) as server:
        options = ["--server", server.url, "--data-dir", str(data_dir)]
        application = subprocess.Popen([sys.executable, "-m", "comptexpert_desktop", *options], env=screen)
        try:
            window = _window(screen)
            for step in STEPS:
                words = [word.format(window=window) for word in step]
                subprocess.run(["xdotool", *words], env=screen, check=True)
                time.sleep(0.25)  # a person's pace: X tells nobody when a program has dealt with a key
            entry = _wait_for_entry(options)
        finally:
            _end(application)
    assert (entry["kind"], entry["status"]) == ("signup", "sent")
    assert application.returncode in {0, -15}


def _window(screen):
    """Wait for the window, and give it the keyboard."""
    for _ in range(100):
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", "^Comptexpert$"],
            env=screen,
            capture_output=True,
            text=True,
            check=False,
        ).stdout.split()
        if found:
            subprocess.run(["xdotool", "windowactivate", "--sync", found[-1]], env=screen, check=True)
            time.sleep(1)
            return found[-1]
        time.sleep(0.1)
    return pytest.fail("No window named Comptexpert appeared.")


def _wait_for_entry(options):
    entries = []
    for _ in range(60):
        done = subprocess.run(
            [sys.executable, "-m", "comptexpert_desktop", *options, "--json", "outbox"],
            capture_output=True,
            text=True,
            check=True,
        )
        entries = json.loads(done.stdout)
        if entries and entries[0]["status"] == "sent":
            return entries[0]
        time.sleep(0.25)
    return pytest.fail(f"The sign-up did not reach the server: {entries}")


def _end(process):
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
