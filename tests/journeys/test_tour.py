"""The tour holds from its first step to its last, and its pictures show something."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests import made_once
from tests.journeys.journey_stage import ENTRIES

pytestmark = pytest.mark.journey

PNG = b"\x89PNG\r\n\x1a\n"
MIN_PICTURE = 10_000
"""Bytes; an empty window of this size packs into about 3,000."""


MAX_SECONDS = 90
"""Beside the two other workers of the tests; alone it takes half a minute."""


@pytest.fixture(scope="module")
def tour(tmp_path_factory, folder_on_disk):
    """Play the tour in a process of its own, as `dev.py demo` does without a screen."""
    pictures, caches = tmp_path_factory.mktemp("tour"), tmp_path_factory.mktemp("caches")
    (caches / "comptexpert").symlink_to(made_once.folder())  # where the template of the journeys lies
    done = subprocess.run(
        [sys.executable, "-m", "comptexpert_desktop", "demo", "--tour", str(pictures), "--entries", str(ENTRIES)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(folder_on_disk), "XDG_CACHE_HOME": str(caches)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    return done, pictures


def test_every_step_of_the_tour_holds(tour):
    done, pictures = tour
    told = json.loads((pictures / "tour.json").read_text(encoding="utf-8"))
    assert [step for step in told if not step["ok"]] == [], done.stdout
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(told) >= 30
    assert all(set(step) == {"step", "ok", "seconds", "picture"} for step in told)


def test_the_tour_takes_less_than_a_coffee(tour):
    _, pictures = tour
    told = json.loads((pictures / "tour.json").read_text(encoding="utf-8"))
    assert sum(step["seconds"] for step in told) < MAX_SECONDS


def test_every_step_has_its_picture(tour):
    _, pictures = tour
    told = json.loads((pictures / "tour.json").read_text(encoding="utf-8"))
    for step in told:
        content = (pictures / step["picture"]).read_bytes()
        assert content.startswith(PNG)
        assert len(content) > MIN_PICTURE, step["picture"]


def test_the_tour_raises_no_warning(tour):
    done, _ = tour
    lines = [line for line in done.stderr.splitlines() if line and not line.startswith("This plugin does not support")]
    assert lines == []
