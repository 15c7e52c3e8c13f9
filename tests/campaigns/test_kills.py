"""`kill -9` between « enregistré » and the server's answer loses nothing and does nothing twice."""

from __future__ import annotations

import json
import os
import random
import shlex
import sqlite3
import subprocess
import sys
import time
import uuid
from collections import Counter

import pytest

from comptexpert_desktop.rehearsal.embedded import running
from comptexpert_desktop.rehearsal.visitor import PERSON_FILE
from tests.campaigns.victim import draft

pytestmark = [pytest.mark.campaign, pytest.mark.secretservice]

ROUNDS = int(os.environ.get("COMPTEXPERT_CAMPAIGN_ROUNDS", "200"))
LONGEST_REPRIEVE = 0.4
"""Seconds; the server's commit falls inside, so that some kills come before it and some after."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with running(folder, entries=300, cache=folder) as running_server:
        yield running_server


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("application")


def command(server, data_dir, *arguments):
    """Run the application's own command line; returns its exit code and what it printed."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "comptexpert_desktop",
            "--json",
            "--server",
            server.url,
            "--data-dir",
            data_dir,
            *arguments,
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


def sign_in_staff(server, data_dir, monkeypatch):
    """Keep a signed-in account beside the sign-ups: each start then rotates its refresh token."""
    staff = next(person for person in server.people() if person["case"] == "staff")
    person = data_dir.parent / "person.json"
    person.write_text(json.dumps(staff))
    monkeypatch.setenv(PERSON_FILE, str(person))
    monkeypatch.setenv("BROWSER", shlex.join([sys.executable, "-m", "comptexpert_desktop.rehearsal.visitor"]))
    assert command(server, data_dir, "sign-in")[0] == 0


def kill_one(server, data_dir, number, *, chance):
    """Start the application, wait for « enregistré », kill it a moment later; returns the outbox id."""
    outbox_id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    told = data_dir.parent / "victim.log"
    with told.open("w") as log:
        victim = subprocess.Popen(
            [sys.executable, "-m", "tests.campaigns.victim", data_dir, server.url, str(number), outbox_id],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert victim.stdout.readline().strip() == outbox_id, told.read_text()
        time.sleep(chance.uniform(0, LONGEST_REPRIEVE))
    finally:
        victim.kill()
        victim.wait()
        victim.stdout.close()
    return outbox_id


def server_rows(server, sql):
    with sqlite3.connect(f"file:{server.folder / 'comptexpert.db'}?mode=ro", uri=True) as connection:
        return [row[0] for row in connection.execute(sql)]


def test_kills_between_kept_and_answered_lose_and_repeat_nothing(server, data_dir, monkeypatch):
    seed = int(os.environ.get("COMPTEXPERT_CAMPAIGN_SEED", "20260101"))
    chance = random.Random(seed)
    sign_in_staff(server, data_dir, monkeypatch)
    before = Counter(server_rows(server, "SELECT login_id FROM accounts_signup"))
    answered_before_the_kill = 0
    kept = []
    for number in range(ROUNDS):
        kept.append(kill_one(server, data_dir, number, chance=chance))
        answered_before_the_kill += draft(number).login_id in server_rows(
            server, "SELECT login_id FROM accounts_signup"
        )
    drain(server, data_dir)
    code, printed = command(server, data_dir, "outbox")
    entries = {entry["id"]: entry["status"] for entry in json.loads(printed)}
    assert code == 0
    assert {outbox_id: entries.get(outbox_id) for outbox_id in kept} == dict.fromkeys(kept, "sent"), f"seed {seed}"
    effects = Counter(server_rows(server, "SELECT login_id FROM accounts_signup")) - before
    assert effects == Counter(draft(number).login_id for number in range(ROUNDS)), f"seed {seed}"
    accounts = Counter(server_rows(server, "SELECT login_id FROM accounts_account WHERE login_id LIKE 'campagne.%'"))
    assert accounts == effects
    print(f"{ROUNDS} kills, seed {seed}; {answered_before_the_kill} of them after the server's commit")


def drain(server, data_dir):
    """Turn until nothing waits; the account that was signed in throughout must still be."""
    for _ in range(20):
        code, printed = command(server, data_dir, "sync")
        if code == 0:
            return
        assert code == 3, (code, printed)
        time.sleep(2)
    pytest.fail("The outbox did not drain.")
