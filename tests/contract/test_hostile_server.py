"""Whatever a server answers, the application says a ServerError and goes on: no other exception, no file left to repair.

Every answer of the real server is recorded, then spoilt: members, dates, numbers, letters, headers, statuses, bytes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.contract import hostile, recording
from tests.contract.conftest import serving

EVERYDAY = 600
CAMPAIGN = int(os.environ.get("COMPTEXPERT_HOSTILE_ANSWERS", "10000"))
SEED = int(os.environ.get("COMPTEXPERT_HOSTILE_SEED", "20261128"))
MAX_MEGABYTES = 200


@pytest.fixture(scope="session")
def told(tmp_path_factory):
    """Record against a server of its own, since the recording changes it."""
    folder = tmp_path_factory.mktemp("recorded")
    with serving(folder) as world:
        found = recording.record(world, folder)
    recording.save(found, folder / "recorded.json")
    return folder / "recorded.json", found


def answered(path, tmp_path, *, count):
    """Give so many hostile answers to a process of its own; returns what they came to."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.contract.hostile", str(path), str(count), str(SEED), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    sys.stdout.write(f"seed {SEED}: {told['came']}, {told['memory']} MB\n")
    return told


def test_every_call_of_the_door_was_recorded(told):
    _, found = told
    assert set(found) == set(hostile.CALLS)
    assert all(found.values())
    assert len({one["status"] for answers in found.values() for one in answers}) >= 6


def check(came, *, count):
    assert came["faults"] == []
    assert sum(came["came"].values()) == count
    assert came["memory"] < MAX_MEGABYTES
    kinds = {"UnexpectedReply", "Refused", "ServerFault", "SessionExpired", "Unreachable", "Stale"}
    assert set(came["came"]) == kinds | {"understood"}


@pytest.mark.timeout(240)
def test_a_hostile_answer_is_a_server_error(told, tmp_path):
    check(answered(told[0], tmp_path, count=EVERYDAY), count=EVERYDAY)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_ten_thousand_hostile_answers_are_server_errors(told, tmp_path):
    check(answered(told[0], tmp_path, count=CAMPAIGN), count=CAMPAIGN)
